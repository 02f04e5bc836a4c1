/** Handlers that fail: nobody is signed in by accident, who signed out stays out, and two answers never mix. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import express from 'express'
import { login } from '../../src/auth/login.ts'
import { logout } from '../../src/auth/logout.ts'
import type { View } from '../../src/auth/view.ts'
import { SessionInterrupted, StoreUnavailable } from '../../src/errors.ts'
import { postern as onExpress } from '../../src/express.ts'
import { path } from '../../src/kernel/urls.ts'
import { postern as onNode } from '../../src/node.ts'
import { Browser } from '../support/browser.ts'
import { frameworks, type Handle } from '../support/frameworks.ts'
import { heldSite } from '../support/held-site.ts'
import { testPostern } from '../support/postern.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { serve } from '../support/serve.ts'

const who: Handle = (_req, res, request) => res.end(`it is ${request.user.username}`)

for (const [name, listen] of Object.entries(frameworks)) {
  for (const late of [false, true]) {
    const when = late ? 'after a while' : 'at once'

    test(`${name}: a handler that throws ${when} after login has signed nobody in`, async (t) => {
      const errors: unknown[] = []
      const bug = new Error('a bug')
      const { auth, base } = await heldSite(
        t,
        listen,
        async (req, res, request) => {
          if (req.url === '/who') return who(req, res, request)
          const alice = await auth.users.findByUsername('alice')
          assert.ok(alice)
          await login(request, alice)
          res.setHeader('Location', '/welcome')
          if (late) await new Promise(setImmediate)
          throw bug
        },
        { onError: (error) => errors.push(error) },
      )
      const visitor = new Browser(base)
      const reply = await visitor.get('/login')
      assert.equal(reply.status, 500)
      assert.doesNotMatch(reply.setCookies.join(), /sessionid/)
      assert.equal(visitor.cookies.has('sessionid'), false)
      assert.equal((await visitor.get('/who')).body, 'it is ')
      assert.deepEqual(errors, [bug])
    })

    test(`${name}: a handler that throws ${when} after logout has signed the visitor out all the same`, async (t) => {
      const { browser } = await heldSite(t, listen, async (req, res, request) => {
        if (req.url === '/who') return who(req, res, request)
        await logout(request)
        if (late) await new Promise(setImmediate)
        throw new Error('a bug')
      })
      const thief = browser.copy()
      const reply = await browser.get('/leave')
      assert.equal(reply.status, 500)
      assert.match(reply.setCookies.join('\n'), /^sessionid=""; .*Max-Age=0/m)
      assert.equal((await browser.get('/who')).body, 'it is ')
      assert.equal((await thief.get('/who')).body, 'it is ')
    })
  }

  test(`${name}: a handler that throws at once, without a promise, is answered too`, async (t) => {
    const { browser } = await heldSite(t, listen, (req, res, request) => {
      if (req.url === '/who') return who(req, res, request)
      request.session.set('lost', true)
      throw new Error('a bug')
    })
    const reply = await browser.get('/')
    assert.equal(reply.status, 500)
    assert.equal(reply.headers['set-cookie'], undefined)
    assert.equal((await browser.get('/who')).body, 'it is alice')
  })

  test(`${name}: a store that failed is a 503 with Retry-After where the handler let the error go`, async (t) => {
    const { writes, browser } = await heldSite(t, listen, async (req, res, request) => {
      if (req.url === '/who') return who(req, res, request)
      res.setHeader('Set-Cookie', 'left=1')
      await logout(request)
      return res.end('you are logged out')
    })
    writes.hold()
    const asked = browser.get('/leave')
    await writes.reached
    writes.fail()
    const reply = await asked
    assert.deepEqual([reply.status, reply.headers['retry-after']], [503, '2'])
    assert.doesNotMatch(reply.setCookies.join(), /sessionid/)
    assert.doesNotMatch(reply.body, /you are logged out/)
    assert.equal((await browser.get('/who')).body, 'it is alice')
  })

  for (const held of [false, true]) {
    const state = held ? 'while it is held' : 'when it is sent'

    test(`${name}: an error after a whole answer, ${state}, makes no second one and ends nobody else's`, async (t) => {
      const errors: unknown[] = []
      const handle: Handle = (req, res, request) => {
        if (req.url === '/who') return who(req, res, request)
        if (held) request.session.set('seen', true)
        res.end('whole')
        throw new Error('late')
      }
      const { base, browser } = await heldSite(t, listen, handle, { onError: (error) => errors.push(error) })
      const wire = await RawConnection.open(t, base)
      wire.ask('GET /', browser.cookies)
      wire.ask('GET /who\nConnection: close', browser.cookies)
      const all = await wire.ended()
      // Express's last handler cuts the connection, which may come before a held answer is sent.
      const answers = all.match(/HTTP\/1\.1 200 OK\r\n|whole|it is alice/g) ?? []
      if (name === 'node:http') assert.equal(answers.length, 4, all)
      else assert.ok(answers.length <= 4)
      assert.doesNotMatch(all, /500|late/)
      assert.equal(errors.length, 1)
      assert.equal((await browser.get('/who')).body, 'it is alice')
    })

    test(`${name}: an error after half an answer, ${state}, cuts it off, so that nobody takes it for whole`, async (t) => {
      const { base, browser } = await heldSite(t, listen, (req, res, request) => {
        if (req.url === '/who') return who(req, res, request)
        if (held) request.session.set('seen', true)
        res.write('half')
        throw new Error('late')
      })
      const wire = await RawConnection.open(t, base)
      wire.ask('GET /', browser.cookies)
      const all = await wire.ended()
      assert.doesNotMatch(all, /500|late|\r\n0\r\n\r\n/)
      assert.equal((await browser.get('/who')).body, 'it is alice')
    })

    test(`${name}: a handler that answers twice, ${state}, is heard once`, async (t) => {
      const { browser } = await heldSite(t, listen, (req, res, request) => {
        if (req.url === '/who') return who(req, res, request)
        if (held) request.session.set('seen', true)
        // node:http tells of a write after the end by an event; while held there is nothing to tell.
        if (!held) res.on('error', () => {})
        res.setHeader('Content-Type', 'text/one')
        res.end('one')
        assert.throws(() => res.setHeader('Content-Type', 'text/two'), { code: 'ERR_HTTP_HEADERS_SENT' })
        res.write('two')
        return res.end('three')
      })
      const reply = await browser.get('/')
      assert.deepEqual([reply.status, reply.headers['content-type'], reply.body], [200, 'text/one', 'one'])
      assert.equal((await browser.get('/who')).body, 'it is alice')
    })
  }
}

for (const [name, listen] of Object.entries(frameworks)) {
  test(`${name}: a view of Postern that throws after logout has signed the visitor out, and its error page is private`, async (t) => {
    const errors: unknown[] = []
    const bug = new Error('a bug')
    const view: View = async (request) => {
      await logout(request)
      throw bug
    }
    const around = { onError: (error: unknown): number => errors.push(error) }
    const { browser } = await heldSite(t, listen, who, around, { urls: [path('leave/', view, { name: 'leave' })] })
    const reply = await browser.get('/leave/')
    assert.equal(reply.status, 500)
    assert.equal(reply.headers['cache-control'], 'private, no-store')
    assert.equal(browser.cookies.has('sessionid'), false)
    assert.equal((await browser.get('/')).body, 'it is ')
    assert.deepEqual(errors, [bug])
  })
}

test('node:http: what a handler threw is told after the client was answered, and only that', async (t) => {
  const { auth } = await testPostern()
  const told: unknown[] = []
  const thrown: Record<string, Error> = {
    '/bug': new Error('a bug'),
    '/away': new StoreUnavailable(),
    '/ended': new SessionInterrupted(),
  }
  const { handler } = onNode(auth, { onError: (error, req) => told.push([error, req.url]) })
  const visitor = new Browser(
    await serve(
      t,
      handler((req) => {
        throw thrown[req.url ?? ''] ?? new Error('unknown')
      }),
    ),
  )
  const replies = []
  for (const path of Object.keys(thrown)) replies.push(await visitor.get(path))
  assert.deepEqual(
    replies.map(({ status }) => status),
    [500, 503, 400],
  )
  assert.equal(replies[0]?.body, 'Internal Server Error')
  assert.deepEqual(told, [
    [thrown['/bug'], '/bug'],
    [thrown['/away'], '/away'],
  ])
})

test('Express: an error handler of the application answers, and sees that a held answer is sent', async (t) => {
  const { auth } = await testPostern()
  const { middleware, request } = onExpress(auth)
  const seen: boolean[] = []
  const app = express()
  app.set('env', 'test')
  app.use(middleware)
  app.use('/clean', (req) => {
    request(req).session.set('lost', true)
    throw new Error('a bug')
  })
  app.use('/sent', (req, res) => {
    request(req).session.set('kept', true)
    res.end('whole')
    throw new Error('a bug')
  })
  app.use((_error: unknown, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
    seen.push(res.headersSent)
    if (!res.headersSent) res.status(500).send('sorry')
  })
  const visitor = new Browser(await serve(t, app))
  const clean = await visitor.get('/clean')
  assert.deepEqual([clean.status, clean.body, clean.headers['set-cookie']], [500, 'sorry', undefined])
  const sent = await visitor.get('/sent')
  assert.deepEqual([sent.status, sent.body], [200, 'whole'])
  assert.equal(visitor.cookies.has('sessionid'), true)
  assert.deepEqual(seen, [false, true])
})
