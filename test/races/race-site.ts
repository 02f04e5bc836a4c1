/** A small site for races on plain node:http: pages that wait, once their session was loaded, until the test lets them go on. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { postern } from '../../src/adapters/node.ts'
import type { AuthRequest } from '../../src/auth/auth-request.ts'
import { login } from '../../src/auth/login.ts'
import type { Database } from '../../src/database.ts'
import type { Postern } from '../../src/postern.ts'
import type { User } from '../../src/users/user.ts'
import { Browser, type Reply } from '../support/browser.ts'
import { type Clock, testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

/** What a page does with the session after its wait. */
type Work = (request: AuthRequest, site: RaceSite) => void | Promise<void>

const WORK: Readonly<Record<string, Work>> = {
  '/read': () => {},
  '/write': ({ session }) => session.set('cart', 'late'),
  '/saved-at-once': async ({ session }) => {
    session.set('cart', 'late')
    await session.save()
  },
  '/cycle-key': ({ session }) => session.cycleKey(),
  '/set-expiry': ({ session }) => session.setExpiry(3600),
  '/login-again': (request, { alice }) => login(request, alice),
  '/login-bob': (request, { bob }) => login(request, bob),
}

export class RaceSite {
  readonly auth: Postern
  readonly clock: Clock
  readonly alice: User
  readonly bob: User
  base = ''
  #arrivals: (() => void)[] = []
  #waiting: (() => void)[] = []

  constructor(parts: { auth: Postern; clock: Clock; alice: User; bob: User }) {
    this.auth = parts.auth
    this.clock = parts.clock
    this.alice = parts.alice
    this.bob = parts.bob
  }

  /** Somebody with no cookies yet. */
  visitor(): Browser {
    return new Browser(this.base)
  }

  /** Alice in a browser of hers, with a value of her own in the session. */
  async signedIn(): Promise<Browser> {
    const browser = this.visitor()
    await browser.login()
    await browser.get('/write')
    return browser
  }

  /** A request from a copy of this browser that has loaded its session and waits; `goOn` lets it write and answer. */
  async slow(browser: Browser, path: string): Promise<{ tab: Browser; goOn: () => Promise<Reply> }> {
    const tab = browser.copy()
    const arrived = new Promise<void>((resolve) => this.#arrivals.push(resolve))
    const reply = tab.get(`${path}?wait`)
    await arrived
    const release = this.#waiting.shift()
    return {
      tab,
      goOn: () => {
        release?.()
        return reply
      },
    }
  }

  /** A page waits here. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#arrivals.shift()?.()
    })
  }

  /** Whether the store has a live session under this browser's cookie. */
  async isAlive(browser: Browser): Promise<boolean> {
    const { store, storedKey, now } = this.auth.sessions
    return store.exists(storedKey(browser.cookies.get('sessionid') ?? ''), now())
  }

  /** How many live sessions a user has, where the store can tell. */
  async assertSessions(user: User, count: number): Promise<void> {
    const { store, now } = this.auth.sessions
    if (store.listable) assert.equal((await store.listForUser(String(user.id), now())).length, count)
  }
}

/** Serves the site until the test ends. */
export async function raceSite(t: Pick<TestContext, 'after'>, database: Database): Promise<RaceSite> {
  const parts = await testPostern({ database })
  const bob =
    (await parts.auth.users.findByUsername('bob')) ??
    (await parts.auth.createUser({ username: 'bob', password: 'builder-Of-27' }))
  const site = new RaceSite({ ...parts, bob })
  // What was refused is asserted by its answer; in the report of a test it would only be noise.
  const { handler } = postern(parts.auth, { onError: () => {} })
  const listener = handler(async (req, res, request) => {
    const [path = '', query] = (req.url ?? '').split('?')
    if (path === '/public') return res.end('for everybody')
    const { user, session } = request
    // Loaded and looked at before the wait, as a page does that decides first and writes later.
    const before = session.get('cart', 'empty')
    if (query === 'wait') await site.wait()
    await WORK[path]?.(request, site)
    return res.end(`Hello ${user}, your cart was ${before}`)
  })
  site.base = await serve(t, listener)
  return site
}
