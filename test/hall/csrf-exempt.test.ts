/** `csrf: { exempt }`: routes of the application's own that are not checked for forgery. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import express from 'express'
import { text } from '../../src/auth/view.ts'
import { ConfigurationError } from '../../src/errors.ts'
import { postern } from '../../src/express.ts'
import { path } from '../../src/kernel/urls.ts'
import { Browser } from '../support/browser.ts'
import { testPostern } from '../support/postern.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { serve } from '../support/serve.ts'
import { type Routes, site } from '../support/site.ts'

const FOREIGN = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }

/** Routes that say which they are, and who is there. */
function says(...paths: string[]): Routes {
  const answers = (one: string): Routes[string] => {
    return (_req, res, request) => res.end(`${request.user} at ${one}`)
  }
  return Object.fromEntries(paths.map((one) => [one, answers(one)]))
}

async function status(browser: Browser, url: string, method = 'POST'): Promise<number> {
  return (await browser.send(url, { method, headers: FOREIGN })).status
}

test('an exempt route is let in without a token, wherever it comes from, and knows who is there', async (t) => {
  const world = await site(t, { csrf: { exempt: ['hooks/'] } }, says('/hooks/', '/account'))
  const browser = await world.loggedIn()
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    const reply = await browser.send('/hooks/', { method, headers: FOREIGN })
    assert.equal(reply.body, 'alice at /hooks/', method)
    assert.equal(await status(browser, '/account', method), 403, method)
  }
})

test('with and without its slash, and with a query, as every route', async (t) => {
  const world = await site(t, { csrf: { exempt: ['hooks/', 'callback'] } }, says('/hooks', '/hooks/', '/callback'))
  const browser = await world.loggedIn()
  for (const url of ['/hooks', '/hooks/?token=1', '/callback']) assert.equal(await status(browser, url), 200, url)
  assert.equal(await status(browser, '/callback/'), 404, 'let in, and not there')
})

test('what only looks like it is checked', async (t) => {
  const world = await site(t, { csrf: { exempt: ['hooks/', 'pay/<int:id>/'] } })
  const browser = await world.loggedIn()
  for (const url of [
    '/',
    '/hook',
    '/hooks/more',
    '/hooks//',
    `${world.base}//hooks/`,
    '/Hooks/',
    '/account?next=/hooks/',
    '/account/..%2Fhooks/',
    '/hooks%2F',
    '/%68ooks/',
    '/hooks/%2e%2e/account',
    '/pay/seven/',
    '/pay/7/more/',
    '/pay//',
  ]) {
    assert.equal(await status(browser, url), 403, url)
  }
  assert.equal(await status(browser, '/pay/7/'), 404, 'let in, and not there')
})

test('parameters are those of path(), and a path is taken as it is usually written alone', async (t) => {
  const world = await site(t, { csrf: { exempt: ['hooks/<str:name>/', 'files/<path:rest>'] } })
  const browser = await world.loggedIn()
  for (const url of ['/hooks/caf%C3%A9/', '/hooks/stripe/', '/files/a/b/c']) {
    assert.equal(await status(browser, url), 404, url)
  }
  // A framework that does not decode its paths has other routes for these.
  for (const url of ['/files%2Fa', '/hooks/a%2Fb/', '/hooks%2Fstripe/', '/hooks/caf%c3%a9/', '/hooks/%73tripe/']) {
    assert.equal(await status(browser, url), 403, url)
  }
})

test("Postern's own views and those in urls are checked all the same", async (t) => {
  const exempt = ['<path:everything>']
  const world = await site(t, { csrf: { exempt }, urls: [path('form/', () => text('saved'))] })
  const browser = await world.loggedIn()
  for (const url of ['/accounts/logout/', '/accounts/login/', '/form/']) assert.equal(await status(browser, url), 403)
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.equal(await status(browser, '/write'), 200)
})

test('with the secret in the session an exempt route does not need the store', async (t) => {
  const world = await site(t, { csrf: { useSessions: true, exempt: ['write'] } })
  const browser = world.visitor()
  await browser.get('/csrf')
  t.mock.method(world.auth.sessions.store, 'load', () => {
    throw new Error('gone')
  })
  assert.equal(await status(browser, '/write'), 200)
})

test('below the mount of an Express application the routes are those below it', async (t) => {
  const { auth } = await testPostern({ csrf: { exempt: ['hooks/'] } })
  const app = express()
  app.use('/shop', postern(auth).middleware)
  app.use((req, res) => {
    res.end(req.path)
  })
  const browser = new Browser(await serve(t, app))
  browser.cookies.set('sessionid', 'a'.repeat(32))
  assert.equal(await status(browser, '/shop/hooks/'), 200)
  assert.equal(await status(browser, '/shop/shop/hooks/'), 403)
  assert.equal(await status(browser, '/shop/account'), 403)
})

for (const [exempt, sentence] of [
  [['/hooks/'], 'Write the route "/hooks/" without the slash in front.'],
  [['hooks/<nothing:x>/'], 'The route "hooks/<nothing:x>/" has no converter "nothing" to use.'],
  ['hooks/', "csrf.exempt is a list of routes, as in ['hooks/', 'payments/<str:name>/']."],
  [[/hooks/], "csrf.exempt is a list of routes, as in ['hooks/', 'payments/<str:name>/']."],
] as const) {
  test(`exempt: ${String(exempt)} is refused at start`, async () => {
    await assert.rejects(
      testPostern({ csrf: { exempt: exempt as readonly string[] } }),
      (error) => error instanceof ConfigurationError && error.message === sentence,
    )
  })
}

test('on a router under a prefix a request for a whole address is checked: what it names is not under the prefix', async (t) => {
  const { auth } = await testPostern({ csrf: { exempt: ['hooks/'] } })
  const app = express().use('/shop', postern(auth).middleware, (_req, res) => void res.end('let in'))
  const base = await serve(t, app)
  const ask = async (target: string): Promise<string> => {
    const connection = await RawConnection.open(t, base)
    connection.ask(`POST ${target}\nContent-Length: 0`, new Map([['sessionid', 'a'.repeat(32)]]))
    return connection.until(/\r\n\r\n/)
  }
  assert.match(await ask('/shop/hooks/'), /^HTTP\/1\.1 200 /)
  assert.match(await ask('http://localhost/shop/hooks/'), /^HTTP\/1\.1 403 /)
})
