/** Who asked decides whether an answer is private: nobody asked, it stays cacheable; somebody did, it stays with the visitor. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import express, { type NextFunction, type Request, type Response } from 'express'
import { postern as onExpress } from '../../src/express.ts'
import { postern as onNode } from '../../src/node.ts'
import { Browser, type Reply } from '../support/browser.ts'
import { frameworks } from '../support/frameworks.ts'
import { heldSite } from '../support/held-site.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

function assertPrivate(reply: Reply): void {
  assert.equal(reply.headers['cache-control'], 'private, no-store')
  assert.ok(String(reply.headers.vary).split(', ').includes('Cookie'), String(reply.headers.vary))
}

/** A folder with one file in it. */
function folderWithFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'app.css'), 'body {}')
  return folder
}

for (const [name, listen] of Object.entries(frameworks)) {
  test(`${name}: an answer for which nobody asked who sent the request has no header of ours, signed in or not`, async (t) => {
    const { base, browser, clock } = await heldSite(t, listen, (_req, res) => res.end('public'))
    clock.pass(3600)
    for (const visitor of [browser, new Browser(base)]) {
      const { headers } = await visitor.get('/')
      for (const header of ['cache-control', 'vary', 'set-cookie']) assert.equal(headers[header], undefined, header)
    }
  })

  for (const what of ['user', 'session', 'csrfToken'] as const) {
    test(`${name}: an answer for which somebody read the ${what} is private, for the anonymous too`, async (t) => {
      const { base, browser } = await heldSite(t, listen, (_req, res, request) => res.end(typeof request[what]))
      for (const visitor of [browser, new Browser(base)]) {
        const reply = await visitor.get('/')
        assertPrivate(reply)
        assert.deepEqual(
          reply.setCookies.map((line) => line.split('=')[0]),
          what === 'csrfToken' ? ['csrftoken'] : [],
        )
      }
    })
  }

  test(`${name}: private headers are there before the handler goes on, for whoever looks at them`, async (t) => {
    const { browser } = await heldSite(t, listen, (_req, res, request) => {
      res.setHeader('Vary', 'Origin')
      const seen = [res.hasHeader('cache-control')]
      seen.push(request.user.isAuthenticated, res.getHeader('cache-control') === 'private, no-store')
      seen.push(res.getHeader('vary') === 'Origin, Cookie')
      return res.end(seen.join())
    })
    assert.equal((await browser.get('/')).body, 'false,true,true,true')
  })

  test(`${name}: who said before how to cache is left alone, when the session is only read and when it changes`, async (t) => {
    const { browser } = await heldSite(t, listen, (req, res, request) => {
      res.setHeader('Cache-Control', 'private, max-age=5')
      if (req.url === '/changed') request.session.set('seen', true)
      return res.end(request.user.username)
    })
    for (const path of ['/', '/changed']) {
      const { headers } = await browser.get(path)
      assert.deepEqual([headers['cache-control'], headers.vary], ['private, max-age=5', 'Cookie'])
    }
  })

  test(`${name}: who takes the private headers away again gets them back with the head`, async (t) => {
    const { browser } = await heldSite(t, listen, (_req, res, request) => {
      assert.equal(request.user.isAuthenticated, true)
      for (const header of res.getHeaderNames()) res.removeHeader(header)
      return res.end()
    })
    assertPrivate(await browser.get('/'))
  })

  test(`${name}: a page of Postern keeps what earlier middleware said of Vary and its cookies`, async (t) => {
    const { base } = await heldSite(t, listen, (_req, res) => res.end(), {
      before: (_req, res, next) => {
        res.setHeader('Vary', 'Origin')
        res.setHeader('Set-Cookie', 'theirs=1')
        res.setHeader('X-Frame-Options', 'SAMEORIGIN')
        next()
      },
    })
    const reply = await new Browser(base).get('/accounts/login/')
    assert.equal(reply.status, 200)
    assert.equal(reply.headers.vary, 'Origin, Cookie')
    assert.deepEqual(
      reply.setCookies.map((line) => line.split('=')[0]),
      ['theirs', 'csrftoken'],
    )
    assert.equal(reply.headers['x-frame-options'], 'DENY')
  })
}

test('node:http and Express: the redirect of a guard is private, and leads back to where the visitor was', async (t) => {
  const { auth } = await testPostern()
  const node = onNode(auth)
  const bound = onExpress(auth)
  const app = express()
  app.use(bound.middleware, (_req: Request, res: Response, next: NextFunction) => next(res.vary('Origin') && undefined))
  app.get(
    '/page',
    bound.loginRequired((req, res) => void res.send(req.user.username)),
  )
  const bases = [
    await serve(t, node.handler(node.loginRequired((_req, res, request) => res.end(request.user.username)))),
    await serve(t, app),
  ]
  for (const base of bases) {
    const visitor = new Browser(base)
    const sent = await visitor.get('/page?a=1&b=2')
    assert.deepEqual([sent.status, sent.headers.location], [302, '/accounts/login/?next=/page%3Fa%3D1%26b%3D2'])
    assertPrivate(sent)
    await visitor.login()
    assert.equal((await visitor.get('/page')).body, 'alice')
  }
  assert.equal((await new Browser(bases[1] ?? '').get('/page')).headers.vary, 'Origin, Cookie')
})

test('Express: a static file stays cacheable for visitors who are signed in, and can be asked for again', async (t) => {
  const { auth, clock } = await testPostern()
  const { middleware } = onExpress(auth)
  const app = express()
  app.use(middleware, express.static(folderWithFile(t), { maxAge: '1h' }))
  const alice = new Browser(await serve(t, app))
  await alice.login()
  clock.pass(3600)
  const { status, headers, body } = await alice.get('/app.css')
  assert.deepEqual([status, body, headers['cache-control']], [200, 'body {}', 'public, max-age=3600'])
  assert.deepEqual([headers.vary, headers['set-cookie']], [undefined, undefined])
  const again = await alice.get('/app.css', { 'if-none-match': String(headers.etag) })
  assert.deepEqual([again.status, again.headers['cache-control']], [304, 'public, max-age=3600'])
})

test('Express: a static file stays private when somebody asked for the user before', async (t) => {
  const { auth } = await testPostern()
  const { middleware, loginRequired } = onExpress(auth)
  const app = express()
  app.use(middleware, loginRequired(), express.static(folderWithFile(t), { maxAge: '1h' }))
  const alice = new Browser(await serve(t, app))
  await alice.login()
  const reply = await alice.get('/app.css')
  assert.equal(reply.body, 'body {}')
  assertPrivate(reply)
})

test('Express: the error page of its last handler is private when the user was read, also where a file was to be sent', async (t) => {
  const { auth } = await testPostern()
  const { middleware, request } = onExpress(auth)
  const app = express()
  app.set('env', 'test')
  app.use(middleware)
  app.use((req, res, next) => {
    assert.equal(request(req).user.isAuthenticated, true)
    res.setHeader('Content-Language', 'en')
    if (req.path === '/thrown') throw new Error('mine')
    if (req.path === '/file') return res.sendFile('/no/such/file')
    return next()
  })
  const alice = new Browser(await serve(t, app))
  await alice.login()
  for (const [path, status] of [
    ['/thrown', 500],
    ['/file', 404],
    ['/unknown', 404],
  ] as const) {
    const reply = await alice.get(path)
    assert.equal(reply.status, status, path)
    assertPrivate(reply)
    assert.equal(reply.headers['content-language'], undefined)
  }
})
