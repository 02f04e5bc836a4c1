/** The setting `loginRequiredMiddleware`. Mirrors `TestLoginRequiredMiddleware` in tests/auth_tests/test_middleware.py (Django 5.2). */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { loginNotRequired, loginRequired, permissionRequired, userPassesTest } from '../../src/auth/guards.ts'
import { text } from '../../src/auth/view.ts'
import type { Answer } from '../../src/kernel/answer.ts'
import { path } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { LoginRequiredView } from '../../src/views/access-views.ts'
import { LoginView } from '../../src/views/login-view.ts'
import { Browser } from '../support/browser.ts'
import { frameworks } from '../support/frameworks.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'
import { type Site, site } from '../support/site.ts'

class Account extends LoginRequiredView {
  override loginUrl: string | null = '/members/in/'
  override redirectFieldName: string | null = 'step'
  get(): Answer {
    return text('account')
  }
}

const URLS = [
  path(
    'open/',
    loginNotRequired(() => text('open')),
  ),
  path('page/', () => text('page')),
  path(
    'custom/',
    loginRequired(() => text('custom'), { loginUrl: '/custom/in/', redirectFieldName: 'step' }),
  ),
  path(
    'nofield/',
    userPassesTest(
      () => true,
      () => text('in'),
      { redirectFieldName: null },
    ),
  ),
  path(
    'perm/',
    permissionRequired([], () => text('in'), { loginUrl: 'login' }),
  ),
  path('account/', Account.asView()),
]

function guarded(t: TestContext, options: Partial<PosternOptions> = {}): Promise<Site> {
  return site(t, { loginRequiredMiddleware: true, urls: URLS, ...options })
}

test('the anonymous see what says that it needs no login, and nothing else', async (t) => {
  const world = await guarded(t)
  assert.equal((await world.visitor().get('/open/')).body, 'open')
  assert.equal((await world.visitor().get('/accounts/login/')).status, 200)
  for (const url of ['/page/', '/page/?a=1', '/public', '/write', '/no-such-page']) {
    const reply = await world.visitor().get(url)
    assert.equal(reply.status, 302, url)
    assert.equal(reply.headers.location, `/accounts/login/?next=${url.replace('?', '%3F').replace('=', '%3D')}`)
    assert.equal(reply.headers['cache-control'], 'private, no-store')
    assert.doesNotMatch(reply.body, /page|public/)
  }
})

test('the logged in see everything, and after logging out nothing', async (t) => {
  const world = await guarded(t)
  const browser = await world.loggedIn()
  for (const [url, body] of [
    ['/open/', 'open'],
    ['/page/', 'page'],
    ['/public', 'public'],
    ['/custom/', 'custom'],
  ] as const) {
    assert.equal((await browser.get(url)).body, body)
  }
  assert.equal((await browser.logout()).status, 200)
  assert.equal((await browser.get('/page/')).status, 302)
  assert.equal((await browser.get('/public')).status, 302)
})

test('an open page asks for nobody, and caches may keep it', async (t) => {
  const world = await guarded(t, { loginRequiredMiddleware: { except: ['public'] } })
  const browser = await world.loggedIn()
  for (const url of ['/open/', '/public'])
    assert.equal((await browser.get(url)).headers['cache-control'], undefined, url)
})

test('the login page and the field that a view’s own guard names are where the anonymous go', async (t) => {
  const world = await guarded(t)
  const to = async (url: string): Promise<string | undefined> => (await world.visitor().get(url)).headers.location
  assert.equal(await to('/custom/'), '/custom/in/?step=/custom/')
  assert.equal(await to('/account/'), '/members/in/?step=/account/')
  assert.equal(await to('/nofield/'), '/accounts/login/')
  assert.equal(await to('/perm/'), '/accounts/login/?next=/perm/')
})

test('routes under `except` are open, in exactly the spelling that is named', async (t) => {
  const except = ['public', 'static/<path:file>', 'page/']
  const routes = Object.fromEntries(
    ['/static/a.css', '/static/x/../page', '/Public'].map((route) => [
      route,
      (_req: unknown, res: { end(body: string): unknown }) => res.end('seen'),
    ]),
  )
  const world = await site(t, { loginRequiredMiddleware: { except }, urls: URLS }, routes)
  for (const [url, body] of [
    ['/public', 'public'],
    ['/static/a.css', 'seen'],
    ['/page/', 'page'],
    ['/page', 'page'],
  ] as const) {
    assert.equal((await world.visitor().get(url)).body, body, url)
  }
  for (const url of [
    '/Public',
    '/pub%6Cic',
    '/public/x',
    `${world.base}//public`,
    '/static',
    '/static/%2e%2e/me',
    '/static%2fa.css',
    '/write',
  ]) {
    assert.equal((await world.visitor().get(url)).status, 302, url)
  }
})

test('a way out of an open folder is not open', async (t) => {
  const { auth } = await testPostern({ loginRequiredMiddleware: { except: ['static/<path:file>'] } })
  const seen: string[] = []
  const base = await serve(
    t,
    frameworks['node:http'](auth, (req, res) => {
      seen.push(String(req.url))
      res.end('seen')
    }),
  )
  const { connect } = await import('node:net')
  const raw = (target: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(base).port), '127.0.0.1', () =>
        socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
      )
      let answer = ''
      socket.on('data', (chunk) => {
        answer += String(chunk)
      })
      socket.on('end', () => resolve(answer))
      socket.on('error', reject)
    })
  for (const target of [
    '/static/../secret',
    '/static/./../secret',
    '/static/..',
    '/static/.',
    '/static/..\\secret',
    '/static/a/../../secret',
  ]) {
    assert.match(await raw(target), /^HTTP\/1\.1 302 /, target)
  }
  assert.deepEqual(seen, [])
  assert.match(await raw('/static/..a/b.c'), /^HTTP\/1\.1 200 /)
})

test('a program is told to log in by a 401', async (t) => {
  const world = await guarded(t)
  for (const url of ['/page/', '/write']) {
    const reply = await world.visitor().get(url, { accept: 'application/json' })
    assert.equal(reply.status, 401)
    assert.equal(JSON.parse(reply.body).error.code, 'login_required')
  }
})

test('a POST is refused or sent to the login page, and never reaches the route', async (t) => {
  const world = await guarded(t)
  const plain = await world.visitor().send('/write', { method: 'POST' })
  assert.equal(plain.status, 302)
  const posted = await world.visitor().post('/page/')
  assert.equal(posted.status, 302)
  assert.equal((await world.visitor().send('/page/', { method: 'POST' })).status, 403, 'without a token first')
})

test('nobody has to log in to log out', async (t) => {
  const world = await guarded(t)
  const reply = await world.visitor().post('/accounts/logout/')
  assert.equal(reply.status, 200)
  assert.equal(reply.headers.location, undefined)
})

test('a path without its slash is led to the one with it, which is guarded', async (t) => {
  const world = await guarded(t, { appendSlash: true })
  assert.equal((await world.visitor().get('/accounts/login')).headers.location, '/accounts/login/')
  assert.equal((await world.visitor().get('/page')).headers.location, '/page/')
  assert.equal((await world.visitor().get('/page/')).status, 302)
})

test('a store that does not answer lets nobody in and sends nobody away; what is open stays up', async (t) => {
  const database = memory()
  const world = await guarded(t, { database })
  const browser = await world.loggedIn()
  t.mock.method(database.sessions, 'load', () => {
    throw new Error('gone')
  })
  for (const url of ['/page/', '/public']) {
    const reply = await browser.get(url)
    assert.equal(reply.status, 503, url)
    assert.equal(reply.headers.location, undefined)
    assert.deepEqual(reply.setCookies, [])
  }
  assert.equal((await browser.get('/open/')).body, 'open')
})

for (const [name, listen] of Object.entries(frameworks)) {
  test(`${name}: the application's own routes are guarded`, async (t) => {
    const { auth } = await testPostern({ loginRequiredMiddleware: { except: ['health'] } })
    const base = await serve(
      t,
      listen(auth, (_req, res, request) => res.end(`for ${request.path}`)),
    )
    const browser = new Browser(base)
    assert.equal((await browser.get('/health')).body, 'for /health')
    assert.equal((await browser.get('/data')).headers.location, '/accounts/login/?next=/data')
    await browser.login()
    assert.equal((await browser.get('/data')).body, 'for /data')
  })
}

test('on fetch runtimes, too', async () => {
  const { auth } = await testPostern({ loginRequiredMiddleware: true })
  const reply = await auth.handle(new Request('http://localhost/data'), { otherwise: () => new Response('data') })
  assert.equal(reply.status, 302)
  assert.equal(reply.headers.get('location'), '/accounts/login/?next=/data')
})

test('a login page that needs a login itself is found at start', async (t) => {
  const { createPostern } = await import('../../src/index.ts')
  const make = (options: Partial<PosternOptions>): unknown =>
    createPostern({
      secretKey: 'x'.repeat(40),
      development: true,
      database: memory(),
      loginRequiredMiddleware: true,
      ...options,
    })
  const page = path('in/', () => text('in'), { name: 'in' })
  assert.throws(() => make({ urls: [page], loginUrl: 'in' }), {
    code: 'ERR_CONFIGURATION',
    message: /guards the login page \/in\/, too.*loginNotRequired\(view\)/,
  })
  assert.throws(() => make({ urls: [page], loginUrl: '/in/?from=here' }), { code: 'ERR_CONFIGURATION' })
  make({ urls: [path('in/', LoginView.asView(), { name: 'in' })], loginUrl: 'in' })
  make({ urls: [page], loginUrl: 'in', loginRequiredMiddleware: { except: ['in/'] } })
  make({ urls: [page], loginUrl: 'in', loginRequiredMiddleware: false })
  for (const loginUrl of ['https://sso.example/in/', '//sso.example/in/']) make({ loginUrl })
  const warnings = t.mock.method(process, 'emitWarning', () => {})
  make({ loginUrl: '/own/in/' })
  assert.match(String(warnings.mock.calls[0]?.arguments[0]), /except: \['own\/in\/'\]/)
  assert.equal(warnings.mock.callCount(), 1)
})
