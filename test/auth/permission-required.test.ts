/** `permissionRequired` and `loginNotRequired`. Mirrors tests/auth_tests/test_decorators.py (Django 5.2); the answers are a real Django's. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  loginNotRequired,
  loginRequired,
  type PermissionRequiredOptions,
  permissionRequired,
  type RequiredPermissions,
  userPassesTest,
} from '../../src/auth/guards.ts'
import { text, type View } from '../../src/auth/view.ts'
import { path } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { csrfExempt } from '../../src/views/csrf-views.ts'
import { neverCache } from '../../src/views/never-cache.ts'
import { BLOG } from '../support/blog.ts'
import { type Site, site } from '../support/site.ts'

const JSON_ONLY = { accept: 'application/json' }
const RAISE = { raiseException: true } as const

/** A site whose `/new/` takes permissions; alice may add and change posts. */
async function guarded(
  t: TestContext,
  required: RequiredPermissions,
  guard: PermissionRequiredOptions = {},
  options: Partial<PosternOptions> = {},
): Promise<Site> {
  const view = permissionRequired(required, (request) => text(`new post by ${request.user.email}`), guard)
  const world = await site(t, { ...BLOG, urls: [path('new/', view)], ...options })
  await world.auth.permissions.grant(world.alice, 'blog.add_post', 'blog.change_post')
  return world
}

for (const [what, required] of [
  ['one permission', 'blog.add_post'],
  ['several permissions', ['blog.add_post', 'blog.change_post']],
  ['a set of permissions', new Set(['blog.add_post', 'blog.change_post'])],
  ['no permission at all, as in Django', []],
] as const) {
  test(`who has ${what} reaches the view, at every request, and the page is private`, async (t) => {
    const world = await guarded(t, required)
    const browser = await world.loggedIn()
    for (let request = 1; request <= 2; request++) {
      const reply = await browser.get('/new/')
      assert.equal(reply.body, 'new post by alice@site.example')
      assert.equal(reply.headers['cache-control'], 'private, no-store')
    }
  })
}

test('who lacks one of several is sent to the login page, logged in or not', async (t) => {
  const world = await guarded(t, ['blog.add_post', 'blog.change_post', 'nonexistent-permission'])
  for (const browser of [await world.loggedIn(), world.visitor()]) {
    const reply = await browser.get('/new/?a=1')
    assert.equal(reply.status, 302)
    assert.equal(reply.headers.location, '/accounts/login/?next=/new/%3Fa%3D1')
    assert.equal(reply.headers['cache-control'], 'private, no-store')
  }
})

test('with raiseException both are refused, and led nowhere', async (t) => {
  const world = await guarded(t, 'blog.delete_post', RAISE)
  for (const browser of [await world.loggedIn(), world.visitor()]) {
    const reply = await browser.get('/new/')
    assert.equal(reply.status, 403)
    assert.equal(reply.headers.location, undefined)
    assert.doesNotMatch(reply.body, /new post/)
  }
})

test('a program is told: 401 to log in, 403 when it is logged in and may not', async (t) => {
  const world = await guarded(t, 'blog.delete_post')
  const nobody = await world.visitor().get('/new/', JSON_ONLY)
  assert.equal(nobody.status, 401)
  assert.equal(JSON.parse(nobody.body).error.code, 'login_required')
  const alice = await (await world.loggedIn()).get('/new/', JSON_ONLY)
  assert.equal(alice.status, 403)
  assert.equal(JSON.parse(alice.body).error.code, 'permission_denied')
})

test('the login page and the field of a guard are its own', async (t) => {
  const world = await guarded(t, 'blog.delete_post', { loginUrl: '/in/', redirectFieldName: 'then' })
  assert.equal((await world.visitor().get('/new/')).headers.location, '/in/?then=/new/')
})

test('the anonymous never get through, whatever a backend lets them do; userPassesTest asks it', async (t) => {
  const world = await site(t, {
    backends: [
      () => ({ path: 'tests.Open', authenticate: async () => null, getUser: () => null, hasPerm: () => true }),
    ],
    urls: [
      path(
        'new/',
        permissionRequired('blog.view_post', () => text('in')),
      ),
      path(
        'open/',
        userPassesTest(
          (user) => user.hasPerm('blog.view_post'),
          () => text('in'),
        ),
      ),
    ],
  })
  assert.equal((await world.visitor().get('/new/')).status, 302)
  assert.equal((await world.visitor().get('/open/')).body, 'in')
})

test('a right that is given or taken counts at the next request', async (t) => {
  const world = await guarded(t, 'blog.delete_post', RAISE)
  const browser = await world.loggedIn()
  assert.equal((await browser.get('/new/')).status, 403)
  await world.auth.groups.create('editors', ['blog.delete_post'])
  await world.auth.groups.add(world.alice, 'editors')
  assert.equal((await browser.get('/new/')).status, 200)
  await world.auth.groups.revoke('editors', 'blog.delete_post')
  assert.equal((await browser.get('/new/')).status, 403)
})

test('what is no permission is a TypeError at start, and not a door that is open', () => {
  const view: View = () => text('in')
  for (const wrong of [undefined, null, 7, {}, [undefined], ['blog.add_post', 7], new Map([['a', 'b']]), view]) {
    assert.throws(() => permissionRequired(wrong as never, view), {
      name: 'TypeError',
      message: /required by its name, app\.codename/,
    })
  }
  // What can be gone through once would ask for nothing from the second request on.
  const once = (function* (): Generator<string> {
    yield 'blog.add_post'
  })()
  assert.throws(() => permissionRequired(once as never, view), TypeError)
})

test('a list that is changed afterwards does not change the guard', async (t) => {
  const required = ['blog.delete_post']
  const world = await guarded(t, required, RAISE)
  required.pop()
  assert.equal((await (await world.loggedIn()).get('/new/')).status, 403)
})

test('a login page before the refusal: loginRequired around it', async (t) => {
  const inner = permissionRequired('blog.delete_post', () => text('in'), RAISE)
  const world = await guarded(t, 'blog.add_post', {}, { urls: [path('new/', loginRequired(inner))] })
  assert.equal((await world.visitor().get('/new/')).status, 302)
  assert.equal((await (await world.loggedIn()).get('/new/')).status, 403)
})

test('what a view says of itself holds behind the guard', async (t) => {
  const hook = permissionRequired(
    'blog.add_post',
    csrfExempt(() => text('heard')),
  )
  const cached = neverCache(permissionRequired('blog.add_post', () => text('in')))
  const world = await guarded(t, 'blog.add_post', {}, { urls: [path('hook/', hook), path('cached/', cached)] })
  const browser = await world.loggedIn()
  assert.equal((await browser.send('/hook/', { method: 'POST' })).body, 'heard')
  assert.match(String((await browser.get('/cached/')).headers['cache-control']), /no-cache/)
})

test('a store that does not say who may lets nobody in and sends nobody away', async (t) => {
  const database = memory()
  const world = await guarded(t, 'blog.add_post', {}, { database })
  const browser = await world.loggedIn()
  t.mock.method(database.permissions, 'permissionsOf', () => {
    throw new Error('gone')
  })
  const reply = await browser.get('/new/')
  assert.equal(reply.status, 503)
  assert.equal(reply.headers.location, undefined)
  assert.deepEqual(reply.setCookies, [])
})

test('loginNotRequired keeps what a view says of itself, and changes nothing but that', async (t) => {
  const view = loginNotRequired(csrfExempt(() => text('heard')))
  assert.deepEqual([view.loginRequired, view.csrfExempt], [false, true])
  const world = await site(t, { urls: [path('open/', view)] })
  assert.equal((await world.visitor().send('/open/', { method: 'POST' })).body, 'heard')
})
