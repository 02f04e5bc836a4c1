/** A store that takes a call and never answers: whoever waits gets 503 at the deadline, and nothing is promised that is not so. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { postern } from '../../src/adapters/node.ts'
import { ConfigurationError, StoreUnavailable, UserExists } from '../../src/errors.ts'
import { memory } from '../../src/memory.ts'
import { StoreDeadline } from '../../src/store-deadline.ts'
import { Browser, type Reply } from '../support/browser.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { type Clock, testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

/** Without the deadline these would wait for ever. */
const WAIT = { timeout: 10_000 }

interface HangingSite {
  readonly clock: Clock
  readonly visitor: Browser
  readonly newcomer: Browser
  /** From now on this call never answers; `null` mends the store. */
  hang(name: string | null): void
  /** Waits until a call hangs, lets nearly all of the deadline pass, then all of it. */
  outwait(pending: Promise<Reply>): Promise<Reply>
}

async function hangingSite(t: TestContext): Promise<HangingSite> {
  let hanging: string | null = null
  let reached: () => void = () => {}
  const database = intercepted(memory(), ({ name, proceed }) => {
    if (name !== hanging) return proceed()
    reached()
    return new Promise(() => {})
  })
  const { auth, clock } = await testPostern({ database })
  const { handler } = postern(auth, { onError: () => {} })
  const base = await serve(
    t,
    handler((req, res, request) => {
      if (req.url === '/write') request.session.set('cart', 1)
      if (req.url === '/cycle') request.session.cycleKey()
      res.end(req.url === '/public' ? 'for everybody' : `Hello ${request.user}`)
    }),
  )
  t.mock.timers.enable({ apis: ['setTimeout'] })
  return {
    clock,
    visitor: new Browser(base),
    newcomer: new Browser(base),
    hang: (name) => {
      hanging = name
    },
    outwait: async (pending) => {
      const hung = new Promise<void>((resolve) => {
        reached = resolve
      })
      let answered = false
      pending.finally(() => {
        answered = true
      })
      await hung
      t.mock.timers.tick(1999)
      for (let turns = 0; turns < 20; turns++) await turn()
      assert.equal(answered, false, 'the deadline has not come')
      t.mock.timers.tick(1)
      return pending
    },
  }
}

function assertUnavailable(reply: Reply): void {
  assert.equal(reply.status, 503)
  assert.match(String(reply.headers['retry-after']), /^\d+$/)
  assert.deepEqual(reply.setCookies, [], 'cookies are left alone')
  assert.doesNotMatch(reply.body, /logged out/i)
}

test('a load that hangs: 503 for whoever reads the user, and a public page goes on', WAIT, async (t) => {
  const { visitor, newcomer, hang, outwait } = await hangingSite(t)
  await visitor.login()
  hang('sessions.load')
  assertUnavailable(await outwait(visitor.get('/')))
  const page = await outwait(visitor.get('/public'))
  assert.equal(page.status, 200)
  assert.equal(page.body, 'for everybody')
  assert.equal((await newcomer.get('/public')).body, 'for everybody', 'at once where there is no cookie to look up')
  hang(null)
  assert.equal((await visitor.get('/')).body, 'Hello alice')
})

test(
  'a deletion that hangs ends the logout in 503, nobody says "logged out", and the next press works',
  WAIT,
  async (t) => {
    const { visitor, hang, outwait } = await hangingSite(t)
    await visitor.login()
    const thief = visitor.copy()
    hang('sessions.delete')
    assertUnavailable(await outwait(visitor.logout()))
    hang(null)
    assert.equal((await visitor.get('/')).body, 'Hello alice', 'still signed in, as the answer said')
    const reply = await visitor.logout()
    assert.equal(reply.status, 200)
    assert.match(reply.body, /logged out/)
    assert.equal((await thief.get('/')).body, 'Hello AnonymousUser')
  },
)

for (const call of ['users.findByUsername', 'users.update', 'sessions.create']) {
  test(`a login whose ${call} hangs is 503 and logs nobody in`, WAIT, async (t) => {
    const { visitor, hang, outwait } = await hangingSite(t)
    await visitor.get('/accounts/login/')
    hang(call)
    assertUnavailable(await outwait(visitor.login()))
    hang(null)
    assert.equal((await visitor.get('/')).body, 'Hello AnonymousUser')
    assert.equal((await visitor.login()).status, 302)
    assert.equal((await visitor.get('/')).body, 'Hello alice')
  })
}

for (const [path, call] of [
  ['/write', 'sessions.update'],
  ['/cycle', 'sessions.replace'],
] as const) {
  test(`a page whose ${call} hangs is 503, and the session is as it was`, WAIT, async (t) => {
    const { visitor, hang, outwait } = await hangingSite(t)
    await visitor.login()
    hang(call)
    assertUnavailable(await outwait(visitor.get(path)))
    hang(null)
    assert.equal((await visitor.get('/')).body, 'Hello alice')
  })
}

test('a renewal that hangs costs the page its time and nothing else', WAIT, async (t) => {
  const { visitor, clock, hang, outwait } = await hangingSite(t)
  await visitor.login()
  clock.pass(1200)
  hang('sessions.touch')
  const page = await outwait(visitor.get('/'))
  assert.equal(page.status, 200)
  assert.equal(page.body, 'Hello alice')
  assert.deepEqual(page.setCookies, [])
})

test('an answer that comes after the deadline changes nothing, and its failure is nobody’s', WAIT, async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  for (const [settle, value] of [
    ['resolve', true],
    ['reject', new Error('much too late')],
  ] as const) {
    const { promise, ...late } = Promise.withResolvers<unknown>()
    const asked = Promise.resolve(new StoreDeadline(0.5).inTime(() => promise))
    t.mock.timers.tick(500)
    await assert.rejects(asked, { code: 'ERR_STORE_UNAVAILABLE', message: /0\.5 s/ })
    late[settle](value)
    // A rejection that nobody handles would end the process here.
    for (let turns = 0; turns < 3; turns++) await turn()
  }
})

test('a store that answers at once costs no promise, and its own errors keep their meaning', () => {
  const deadline = new StoreDeadline(1)
  assert.equal(
    deadline.inTime(() => 7),
    7,
  )
  const refused = new Error('connection refused')
  const fail = (error: unknown) => () =>
    deadline.inTime(() => {
      throw error
    })
  assert.throws(fail(refused), { code: 'ERR_STORE_UNAVAILABLE', statusCode: 503, cause: refused })
  for (const error of [new UserExists(), new ConfigurationError('no tables'), new StoreUnavailable('locked')]) {
    assert.throws(fail(error), (thrown) => thrown === error)
  }
})
