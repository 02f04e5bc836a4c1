import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { authenticate, login, logout, StoreUnavailable } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import { postern } from '../../src/node.ts'
import { Browser } from '../support/browser.ts'
import { ALICE, SECRET_KEY, testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

test('a logout after the answer has begun still ends the session', async (t) => {
  const { auth } = await testPostern()
  const ended = Promise.withResolvers<void>()
  const listener = postern(auth).handler((req, res, request) => {
    if (req.url !== '/bye') return res.end(request.user.username)
    void request.user.username
    res.end('bye')
    return logout(request).then(ended.resolve, ended.reject)
  })
  const browser = new Browser(await serve(t, listener))
  await browser.login()
  const thief = browser.copy()
  await browser.get('/bye')
  await ended.promise
  assert.equal((await thief.get('/')).body, '')
})

test('so does one after an answer for which nobody had been asked', async (t) => {
  const { auth } = await testPostern()
  const ended = Promise.withResolvers<void>()
  const listener = postern(auth).handler((req, res, request) => {
    if (req.url !== '/bye') return res.end(request.user.username)
    res.write('bye')
    const leaving = logout(request).then(ended.resolve, ended.reject)
    res.end()
    return leaving
  })
  const browser = new Browser(await serve(t, listener))
  await browser.login()
  const thief = browser.copy()
  await browser.get('/bye')
  await ended.promise
  assert.equal((await thief.get('/')).body, '')
})

test('a logout that failed is no 200, whatever the handler saved or caught after it', async (t) => {
  const database = memory()
  let down = false
  const remove = database.sessions.delete.bind(database.sessions)
  database.sessions.delete = (key, id) => {
    if (down) throw new StoreUnavailable()
    return remove(key, id)
  }
  const { auth } = await testPostern({ database })
  const listener = postern(auth).handler(async (req, res, request) => {
    if (req.url === '/save') {
      void logout(request)
      await request.session.save()
    } else if (req.url === '/catch') {
      await logout(request).catch(() => {})
      request.session.set('a', 1)
      await request.session.save()
    }
    res.end(`you are ${request.user.username}`)
  })
  const browser = new Browser(await serve(t, listener))
  await browser.login()
  for (const path of ['/save', '/catch']) {
    down = true
    const reply = await browser.get(path)
    assert.deepEqual([reply.status, reply.setCookies], [503, []], path)
    down = false
    assert.equal((await browser.get('/')).body, 'you are alice', path)
  }
})

test("another site's page cannot sign a visitor in through a route that nobody checks", async (t) => {
  const { auth } = await testPostern({ csrf: { trustedOrigins: ['https://friend.example'], exempt: ['sso/'] } })
  const listener = postern(auth).handler(async (_req, res, request) => {
    const user = await authenticate(request, ALICE)
    if (user !== null) await login(request, user)
    res.end('in')
  })
  const browser = new Browser(await serve(t, listener))
  const from = (path: string, headers: Readonly<Record<string, string>>) =>
    browser.copy().send(path, { method: 'POST', headers })
  for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, { origin: 'null' }]) {
    const refused = await from('/login', headers)
    assert.deepEqual([refused.status, refused.setCookies], [403, []], JSON.stringify(headers))
  }
  for (const [path, headers] of [
    ['/login', {}],
    ['/login', { origin: 'https://friend.example' }],
    ['/sso/', { origin: 'https://idp.example', 'sec-fetch-site': 'cross-site' }],
  ] as const) {
    assert.equal((await from(path, headers)).status, 200, JSON.stringify([path, headers]))
  }
})

test("a login with the session's own user does not outlive a logout in another tab", async (t) => {
  const { auth } = await testPostern()
  const loaded = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const listener = postern(auth).handler(async (req, res, request) => {
    const { user } = request
    if (req.url === '/refresh' && user.isAuthenticated) {
      loaded.resolve()
      await goOn.promise
      await login(request, user)
    }
    res.end(user.username)
  })
  const browser = new Browser(await serve(t, listener))
  await browser.login()
  const tab = browser.copy()
  const refreshing = tab.get('/refresh')
  await loaded.promise
  await browser.logout()
  goOn.resolve()
  assert.equal((await refreshing).status, 400)
  assert.equal((await tab.get('/')).body, '')
})

test('nothing that is logged of a request or a Postern has the secret key in it', async () => {
  const { auth } = await testPostern({ secretKeyFallbacks: [`old-${SECRET_KEY}`] })
  const request = await auth.handle(new Request('http://localhost/'), {
    otherwise: (asked) => new Response(inspect(asked, { depth: 10 }) + JSON.stringify({ method: asked.method, asked })),
  })
  for (const logged of [await request.text(), inspect(auth, { depth: 10, showHidden: true }), JSON.stringify(auth)]) {
    assert.ok(!logged.includes(SECRET_KEY), logged.slice(0, 500))
  }
})
