/** `csrf: { failureView }`: what is answered to a forged request (Django's CSRF_FAILURE_VIEW). */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { json, page, redirect, text, type ViewAnswer } from '../../src/auth/view.ts'
import { ConfigurationError, PermissionDenied } from '../../src/errors.ts'
import { html } from '../../src/kernel/html.ts'
import { path } from '../../src/kernel/urls.ts'
import type { CsrfOptions } from '../../src/options.ts'
import { render } from '../../src/views/render.ts'
import { testPostern } from '../support/postern.ts'
import { type Site, site } from '../support/site.ts'

const LOGIN = '/accounts/login/'
type FailureView = NonNullable<CsrfOptions['failureView']>

function withView(t: TestContext, failureView: FailureView): Promise<Site> {
  return site(t, { csrf: { failureView }, urls: [path('sorry/', () => text('sorry'), { name: 'sorry' })] })
}

test('it gets the request and the reason in the words of Django, and answers in place of the page', async (t) => {
  const world = await withView(t, (request, reason) =>
    json({ path: request.path, method: request.method, reason }, 403),
  )
  const visitor = world.visitor()
  const asked = async (headers: Readonly<Record<string, string>> = {}) =>
    JSON.parse((await visitor.send(LOGIN, { method: 'POST', headers })).body).reason
  assert.equal(await asked(), 'CSRF cookie not set.')
  assert.equal(
    await asked({ origin: 'https://evil.example' }),
    'Origin checking failed - https://evil.example does not match any trusted origins.',
  )
  await visitor.get(LOGIN)
  const reply = await visitor.send(`${LOGIN}?next=/x/`, {
    method: 'POST',
    form: { csrfmiddlewaretoken: 'a'.repeat(32) },
  })
  assert.equal(reply.status, 403)
  assert.deepEqual(JSON.parse(reply.body), {
    path: LOGIN,
    method: 'POST',
    reason: 'CSRF token from POST incorrect.',
  })
})

test("it answers for Postern's own views and for the application's routes", async (t) => {
  const world = await withView(t, () => text('no', 403))
  const browser = await world.loggedIn()
  for (const url of [LOGIN, '/accounts/logout/', '/sorry/', '/write']) {
    assert.equal((await browser.send(url, { method: 'POST' })).body, 'no', url)
  }
  assert.equal((await browser.get('/me')).body, 'alice', 'nobody was logged out')
})

test('it is not asked where nothing was forged, nor for a host that is not ours', async (t) => {
  const failureView = t.mock.fn<FailureView>(() => text('no', 403))
  const world = await withView(t, failureView)
  const browser = await world.loggedIn()
  assert.equal((await browser.post('/write')).status, 200)
  assert.equal((await browser.send('/write', { method: 'POST', headers: { host: 'evil.example' } })).status, 400)
  assert.equal(failureView.mock.callCount(), 0)
})

test('it may take its time, and may lead elsewhere by the name of a URL', async (t) => {
  const world = await withView(t, async () => redirect('sorry'))
  const reply = await world.visitor().send(LOGIN, { method: 'POST' })
  assert.equal(reply.status, 302)
  assert.equal(reply.headers.location, '/sorry/')
})

test('it may show a built-in page or a template', async (t) => {
  const templates = {
    lookedIn: [],
    has: (name: string) => name === '403_csrf.html',
    render: (_name: string, context: object) => `because: ${(context as { reason: string }).reason}`,
  }
  const failureView: FailureView = (request, reason) => render(request, '403_csrf.html', { reason }, 403)
  const world = await site(t, { templates, csrf: { failureView } })
  const reply = await world.visitor().send(LOGIN, { method: 'POST' })
  assert.equal(reply.status, 403)
  assert.equal(reply.body, 'because: CSRF cookie not set.')
})

test('it may ask who is there: the answer is private then', async (t) => {
  const world = await withView(t, ({ user }) => text(`not you, ${user}`, 403))
  const browser = await world.loggedIn()
  const reply = await browser.send('/write', { method: 'POST' })
  assert.equal(reply.body, 'not you, alice')
  assert.equal(reply.headers['cache-control'], 'private, no-store')
  assert.equal(reply.headers.vary, 'Cookie')
})

test('it may show the form again with a token that is good', async (t) => {
  const world = await withView(t, (request) => page(html`token: ${request.csrfToken}`, 403))
  const visitor = world.visitor()
  const { body } = await visitor.send(LOGIN, { method: 'POST' })
  const form = {
    csrfmiddlewaretoken: /token: (\w+)/.exec(body)?.[1] ?? '',
    username: 'alice',
    password: 'wonder-Land-42',
  }
  assert.equal((await visitor.send(LOGIN, { method: 'POST', form })).status, 302)
})

test('it may log out whom it does not trust: the cookie goes', async (t) => {
  const world = await withView(t, async (request) => {
    await request.session.flush()
    return text('out', 403)
  })
  const browser = await world.loggedIn()
  const copy = browser.copy()
  assert.equal((await browser.send('/write', { method: 'POST' })).body, 'out')
  assert.equal(browser.cookies.has('sessionid'), false)
  assert.equal((await copy.get('/me')).body, 'AnonymousUser')
})

test('what comes in a reason is text and nothing else, which a page has to escape', async (t) => {
  const world = await withView(t, (_request, reason) => page(html`<p>${reason}</p>`, 403))
  const headers = { origin: 'https://<script>alert(1)</script>' }
  const { body } = await world.visitor().send(LOGIN, { method: 'POST', headers })
  assert.match(body, /&lt;script&gt;/)
})

for (const [what, failureView, answered] of [
  [
    'throws',
    () => {
      throw new Error('broken')
    },
    500,
  ],
  ['rejects', async () => Promise.reject(new Error('broken')), 500],
  ['answers nothing', () => undefined as unknown as ViewAnswer, 500],
  [
    'throws an error of ours',
    () => {
      throw new PermissionDenied()
    },
    403,
  ],
] as const satisfies readonly (readonly [string, FailureView, number])[]) {
  test(`one that ${what} lets nothing through`, async (t) => {
    const world = await withView(t, failureView)
    const browser = await world.loggedIn()
    for (const url of ['/accounts/logout/', '/write']) {
      const reply = await browser.send(url, { method: 'POST' })
      assert.equal(reply.status, answered, url)
      assert.doesNotMatch(reply.body, /let in|logged out|broken/)
    }
    assert.equal((await browser.get('/me')).body, 'alice')
  })
}

test('one that says 200 lets nothing through either', async (t) => {
  const world = await withView(t, () => text('fine'))
  const browser = await world.loggedIn()
  assert.equal((await browser.send('/accounts/logout/', { method: 'POST' })).body, 'fine')
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('one that is no function is refused at start', async () => {
  await assert.rejects(
    testPostern({ csrf: { failureView: 'shop.views.csrf_failure' as never } }),
    (error) =>
      error instanceof ConfigurationError &&
      error.message === 'csrf.failureView is a function that answers: (request, reason) => text(reason, 403).',
  )
})
