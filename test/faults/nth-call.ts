/**
 * A visit from the login to the logout in which the Nth call of the store fails, for every N until a visit is clean:
 * refused, or done with its answer lost, or down from there on. Whatever is said is so, and whatever failed works next time.
 */
import assert from 'node:assert/strict'
import { on } from '../../src/events.ts'
import type { RaceSite } from '../races/race-site.ts'
import type { Browser, Reply } from '../support/browser.ts'
import type { StoreCall } from '../support/intercepted-database.ts'

/** What becomes of a call that is to fail. */
export const FAULTS = {
  refused: () => {
    throw new Error('connect ECONNREFUSED')
  },
  'refused later': async () => {
    throw new Error('connect ETIMEDOUT')
  },
  'done, and its answer lost': async ({ proceed }) => {
    await proceed()
    throw new Error('read ECONNRESET')
  },
} as const satisfies Record<string, (call: StoreCall) => unknown>

/** The store's fault: none, at one call, or from one call on. */
export class Fault {
  readonly #fail: (call: StoreCall) => unknown
  readonly #lasting: boolean
  #left = Number.POSITIVE_INFINITY
  #down = false
  /** The call at which it failed. */
  failed = ''

  constructor(fail: (call: StoreCall) => unknown, lasting: boolean) {
    this.#fail = fail
    this.#lasting = lasting
  }

  readonly onCall = (call: StoreCall): unknown => {
    this.#left -= 1
    if (this.#left === 0) {
      this.failed = call.name
      this.#down = this.#lasting
    }
    return this.#left === 0 || this.#down ? this.#fail(call) : call.proceed()
  }
  /** @param calls until it fails, the failing one included */
  arm(calls: number): void {
    this.#left = calls
  }
  /** @returns how many more calls there could have been before it fails; nothing fails until `arm` */
  mend(): number {
    const left = this.#left
    this.#left = Number.POSITIVE_INFINITY
    this.#down = false
    return left
  }
}

/** A look at the site with a store that is well, without a trace in the visitor's cookies or in the count of calls. */
async function looks(fault: Fault, browser: Browser): Promise<string> {
  const left = fault.mend()
  const { body } = await browser.copy().get('/read')
  fault.arm(left)
  return body
}

/** Makes a request until it does not fail; it may fail once. */
async function insist(fault: Fault, browser: Browser, request: () => Promise<Reply>): Promise<Reply> {
  const before = new Map(browser.cookies)
  const reply = await request()
  if (reply.status < 500) return reply
  assert.equal(reply.status, 503)
  assert.match(String(reply.headers['retry-after']), /^\d+$/)
  assert.doesNotMatch(reply.body, /logged out|Hello/i)
  assert.equal(reply.headers.location, undefined)
  assert.equal(browser.cookies.get('sessionid'), before.get('sessionid'), 'the session cookie is left alone')
  fault.mend()
  const again = await request()
  assert.ok(again.status < 500, `${again.status}`)
  return again
}

/** @returns whether nothing failed */
export async function visit(site: RaceSite, fault: Fault, calls: number): Promise<boolean> {
  const browser = site.visitor()
  let announced = 0
  const stop = on('user_logged_out', () => {
    announced += 1
  })
  fault.failed = ''
  fault.arm(calls)
  await insist(fault, browser, () => browser.get('/accounts/login/'))

  const login = await insist(fault, browser, async () => {
    const reply = await browser.login()
    if (reply.status === 503) assert.equal(await looks(fault, browser), 'Hello AnonymousUser, your cart was empty')
    return reply
  })
  assert.equal(login.status, 302)
  assert.equal(await looks(fault, browser), 'Hello alice, your cart was empty')

  assert.match((await insist(fault, browser, () => browser.get('/write'))).body, /^Hello alice/)
  assert.equal(await looks(fault, browser), 'Hello alice, your cart was late')
  site.clock.pass(1200)
  const due = await insist(fault, browser, () => browser.get('/read'))
  assert.equal(due.body, 'Hello alice, your cart was late')

  const thief = browser.copy()
  const logout = await insist(fault, browser, async () => {
    const reply = await browser.logout()
    if (reply.status === 503) assert.equal(announced, 0, 'nobody is told of a logout that was not confirmed')
    return reply
  })
  assert.match(logout.body, /You are logged out/)
  assert.equal(await looks(fault, thief), 'Hello AnonymousUser, your cart was empty')
  assert.equal(browser.cookies.has('sessionid'), false)
  assert.equal(announced, 1)
  stop()
  fault.mend()
  assert.equal(await site.isAlive(thief), false)
  return fault.failed === ''
}
