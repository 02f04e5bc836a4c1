/** What a view says about CSRF: csrfExempt and ensureCsrfCookie. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loginRequired, userPassesTest } from '../../src/auth/guards.ts'
import { text, type View } from '../../src/auth/view.ts'
import type { Answer } from '../../src/kernel/answer.ts'
import { path } from '../../src/kernel/urls.ts'
import { ClassView } from '../../src/views/class-view.ts'
import { csrfExempt, ensureCsrfCookie } from '../../src/views/csrf-views.ts'
import { LogoutView } from '../../src/views/logout-view.ts'
import { neverCache } from '../../src/views/never-cache.ts'
import { site } from '../support/site.ts'

const FOREIGN = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }

class Hook extends ClassView {
  post(): Answer {
    return text(`heard from ${this.request.user}`)
  }
}

test('an exempt view is not checked, wherever the request comes from, and knows who is there', async (t) => {
  const world = await site(t, {
    urls: [
      path(
        'hook/',
        csrfExempt(({ user, method }, { id = '' }) => text(`${method} ${id} from ${user}`)),
      ),
      path(
        'hooks/<int:id>/',
        csrfExempt(({ user, method }, { id = '' }) => text(`${method} ${id} from ${user}`)),
      ),
      path('class/', csrfExempt(Hook.asView())),
      path('checked/', Hook.asView()),
    ],
  })
  const browser = await world.loggedIn()
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    assert.equal((await browser.send('/hook/', { method, headers: FOREIGN })).body, `${method}  from alice`)
  }
  assert.equal((await browser.send('/hooks/7/', { method: 'POST' })).body, 'POST 7 from alice')
  assert.equal((await world.visitor().send('/hook/', { method: 'POST' })).body, 'POST  from AnonymousUser')
  assert.equal((await browser.send('/class/', { method: 'POST' })).body, 'heard from alice')
  assert.equal((await browser.send('/class/', { method: 'GET' })).status, 405)
  assert.equal((await browser.send('/checked/', { method: 'POST' })).status, 403)
})

test('the view that was wrapped stays as it was', async (t) => {
  const view: View = () => text('heard')
  const world = await site(t, { urls: [path('exempt/', csrfExempt(view)), path('plain/', view)] })
  assert.equal((await world.visitor().send('/exempt/', { method: 'POST' })).status, 200)
  assert.equal((await world.visitor().send('/plain/', { method: 'POST' })).status, 403)
  assert.equal(view.csrfExempt, undefined)
})

test('what a view says of itself is kept through every wrapper', () => {
  const exempt = csrfExempt(() => text(''))
  const logout = LogoutView.asView()
  const wrappers: readonly ((view: View) => View)[] = [
    (view) => loginRequired(view),
    (view) => userPassesTest(() => true, view),
    neverCache,
    ensureCsrfCookie,
    csrfExempt,
  ]
  for (const wrap of wrappers) {
    assert.equal(wrap(exempt).csrfExempt, true)
    assert.equal(wrap(logout).acceptsOwnOrigin, true)
    assert.equal(neverCache(wrap(wrap(exempt))).csrfExempt, true)
  }
})

test('an exempt logout is the author’s own choice: any page may log its visitors out', async (t) => {
  const world = await site(t, { urls: [path('out/', csrfExempt(LogoutView.asView()))] })
  const browser = await world.loggedIn()
  assert.equal((await browser.send('/out/', { method: 'POST', headers: FOREIGN })).status, 200)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('ensureCsrfCookie sets the cookie on a page that shows no token; without it the page sets none', async (t) => {
  const world = await site(t, {
    urls: [
      path(
        'app/',
        ensureCsrfCookie(() => text('an app of scripts')),
      ),
      path('plain/', () => text('plain')),
    ],
  })
  assert.deepEqual((await world.visitor().get('/plain/')).setCookies, [])
  const browser = world.visitor()
  const reply = await browser.get('/app/')
  assert.equal(reply.setCookies.length, 1)
  assert.match(reply.setCookies[0] ?? '', /^csrftoken=[a-zA-Z0-9]{32}; /)
  assert.equal(reply.headers.vary, 'Cookie')
  assert.equal(reply.headers['cache-control'], 'private, no-store')
  const form = { username: 'alice', password: 'wonder-Land-42' }
  const headers = { 'x-csrftoken': browser.cookies.get('csrftoken') ?? '' }
  assert.equal((await browser.send('/accounts/login/', { method: 'POST', form, headers })).status, 302)
})

test('it keeps a secret that is there, and sends its cookie again', async (t) => {
  const world = await site(t, {
    urls: [
      path(
        'app/',
        ensureCsrfCookie(() => text('app')),
      ),
    ],
  })
  const browser = world.visitor()
  await browser.get('/app/')
  const secret = browser.cookies.get('csrftoken')
  world.clock.pass(3600)
  const again = await browser.get('/app/')
  assert.equal(browser.cookies.get('csrftoken'), secret)
  assert.equal(again.setCookies.length, 1)
})

test('two visitors never get the same secret, and a malformed one is replaced', async (t) => {
  const world = await site(t, {
    urls: [
      path(
        'app/',
        ensureCsrfCookie(() => text('app')),
      ),
    ],
  })
  const [one, two] = [world.visitor(), world.visitor()]
  await one.get('/app/')
  await two.get('/app/')
  assert.notEqual(one.cookies.get('csrftoken'), two.cookies.get('csrftoken'))
  one.cookies.set('csrftoken', 'not a secret')
  await one.get('/app/')
  assert.match(one.cookies.get('csrftoken') ?? '', /^[a-zA-Z0-9]{32}$/)
})

test('it goes with a guard: who is sent away gets the cookie all the same outside of it, and not inside', async (t) => {
  const world = await site(t, {
    urls: [
      path('outside/', ensureCsrfCookie(loginRequired(() => text('in')))),
      path('inside/', loginRequired(ensureCsrfCookie(() => text('in')))),
    ],
  })
  assert.equal((await world.visitor().get('/outside/')).setCookies.length, 1)
  assert.deepEqual((await world.visitor().get('/inside/')).setCookies, [])
})
