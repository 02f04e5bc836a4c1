import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFresh, reauthenticated, requireFresh } from '../../src/auth/fresh.ts'
import { path } from '../../src/auth/path.ts'
import { text, type View } from '../../src/auth/view.ts'
import { SESSION_FRESH, SESSION_STARTED } from '../../src/django/auth-keys.ts'
import { StoreUnavailable } from '../../src/errors.ts'
import type { PosternOptions } from '../../src/options.ts'
import { ALICE } from '../support/postern.ts'
import { type Site, site } from '../support/site.ts'

type Ends = Parameters<typeof site>[0]

/** A site whose `/email/` wants a proof of at most ten minutes. */
function guarded(t: Ends, options: Partial<PosternOptions> = {}, view?: View): Promise<Site> {
  const changeEmail = requireFresh(600, (request) => text(`changing the address of ${request.user.username}`))
  return site(t, { urls: [path('email/', view ?? changeEmail, { name: 'email' })], ...options })
}

const REAUTHENTICATE = '/accounts/reauthenticate/?next=/email/'

test('a login is fresh for as long as the page says, to the second', async (t) => {
  const world = await guarded(t)
  const browser = await world.loggedIn()
  world.clock.pass(599)
  assert.equal((await browser.get('/email/')).body, 'changing the address of alice')
  world.clock.pass(1)
  const stale = await browser.get('/email/')
  assert.equal(stale.status, 302)
  assert.equal(stale.headers.location, REAUTHENTICATE)
  assert.match(String(stale.headers['cache-control']), /private.*no-store/)
})

test('using the session does not keep the proof fresh', async (t) => {
  const world = await guarded(t, { session: { saveEveryRequest: true } })
  const browser = await world.loggedIn()
  for (let minute = 0; minute < 10; minute++) {
    world.clock.pass(60)
    await browser.get('/set?a=b')
  }
  assert.equal((await browser.get('/email/')).headers.location, REAUTHENTICATE)
})

test('the anonymous are sent to the login page, and a login makes them fresh', async (t) => {
  const world = await guarded(t)
  const browser = world.visitor()
  assert.equal((await browser.get('/email/')).headers.location, '/accounts/login/?next=/email/')
  await browser.login()
  assert.equal((await browser.get('/email/')).status, 200)
})

test('a login over an old one counts from now', async (t) => {
  const world = await guarded(t)
  const browser = await world.loggedIn()
  world.clock.pass(5000)
  assert.equal((await browser.get('/email/')).status, 302)
  await browser.login()
  assert.equal((await browser.get('/email/')).status, 200)
})

test('a program is told with 403 what is missing and where to bring it, and an anonymous one 401', async (t) => {
  const world = await guarded(t)
  const browser = await world.loggedIn()
  world.clock.pass(601)
  const stale = await browser.get('/email/', { accept: 'application/json' })
  assert.equal(stale.status, 403)
  assert.equal(stale.headers['content-type'], 'application/json')
  assert.deepEqual(JSON.parse(stale.body), {
    error: {
      code: 'reauthentication_required',
      message: 'Confirm with your password that it is still you.',
      cure: 'Post the password to /accounts/reauthenticate/, as JSON or as a form, and send this request again.',
    },
  })
  assert.equal((await world.visitor().get('/email/', { accept: 'application/json' })).status, 401)
})

test('the pages that ask, and the field for the way back, can be others', async (t) => {
  const options = { reauthenticateUrl: 'prove', loginUrl: '/in/', redirectFieldName: 'to' }
  const world = await guarded(t, {
    urls: [
      path(
        'email/',
        requireFresh(600, () => text('email'), options),
      ),
      path(
        'plain/',
        requireFresh(600, () => text('plain'), { redirectFieldName: null }),
      ),
      path('prove/', { name: 'prove' }),
    ],
  })
  const browser = await world.loggedIn()
  world.clock.pass(601)
  assert.equal((await browser.get('/email/')).headers.location, '/prove/?to=/email/')
  assert.equal((await browser.get('/plain/')).headers.location, '/accounts/reauthenticate/')
  assert.equal((await world.visitor().get('/email/')).headers.location, '/in/?to=/email/')
})

test('a session that does not say when it began is not fresh: Django makes such, and so might a thief', async (t) => {
  const world = await guarded(t, {}, undefined)
  for (const [key, value] of [
    [SESSION_STARTED, null],
    [SESSION_STARTED, 'now'],
    [SESSION_STARTED, world.clock.now()],
    [SESSION_FRESH, String(world.clock.now() / 1000)],
    [SESSION_FRESH, world.clock.now() / 1000 + 61],
    [SESSION_FRESH, [world.clock.now() / 1000]],
  ] as const) {
    const old = await site(
      t,
      {
        now: world.clock.now,
        urls: [
          path(
            'email/',
            requireFresh(600, () => text('let in')),
          ),
        ],
      },
      {
        '/plant': (_req, res, request) => {
          request.session.delete(SESSION_STARTED)
          request.session.set(key, value as never)
          res.end()
        },
      },
    )
    const browser = await old.loggedIn()
    await browser.get('/plant')
    assert.equal((await browser.get('/email/')).status, 302, JSON.stringify([key, value]))
  }
})

test('a clock of another node that is a little ahead locks nobody out', async (t) => {
  const world = await site(t, {}, { '/fresh': (_req, res, request) => res.end(String(isFresh(request, 10))) })
  const browser = await world.loggedIn()
  world.clock.pass(-60)
  assert.equal((await browser.get('/fresh')).body, 'true')
  world.clock.pass(-1)
  assert.equal((await browser.get('/fresh')).body, 'false')
  assert.equal((await world.visitor().get('/fresh')).body, 'false')
})

test('what a view says of itself holds behind the guard', () => {
  const view = Object.assign(() => text('hook'), { csrfExempt: true })
  assert.equal(requireFresh(10, view).csrfExempt, true)
})

test('seconds that are none are an error at the start', () => {
  for (const seconds of [0, -1, Number.NaN, '600', undefined, null]) {
    assert.throws(() => requireFresh(seconds as never, () => text('x')), {
      name: 'TypeError',
      message: `requireFresh() needs seconds above 0, as in requireFresh(600, view); it got ${seconds}.`,
    })
  }
})

test('nobody is made fresh but the user who is logged in', async (t) => {
  const world = await site(
    t,
    {},
    {
      '/prove': async (_req, res, request) => {
        const somebody = await world.auth.users.findByUsername(request.query.get('who') ?? '')
        try {
          reauthenticated(request, somebody as never)
          res.end('noted')
        } catch (error) {
          res.end(String(error))
        }
      },
    },
  )
  await world.auth.createUser({ username: 'bob', password: 'x' })
  const browser = await world.loggedIn()
  assert.match((await browser.get('/prove?who=bob')).body, /^TypeError: .*not the user who is logged in/)
  assert.match((await world.visitor().get('/prove?who=alice')).body, /^TypeError: .*not the user who is logged in/)
  assert.equal((await browser.get('/prove?who=alice')).body, 'noted')
})

test('a store that does not answer is 503, and nobody is let in', async (t) => {
  const world = await guarded(t)
  const browser = await world.loggedIn()
  t.mock.method(world.auth.sessions.store, 'load', () => Promise.reject(new StoreUnavailable()))
  const reply = await browser.get('/email/')
  assert.equal(reply.status, 503)
  assert.doesNotMatch(reply.body, new RegExp(ALICE.username))
})
