/** Every way in which a handler can say what the head of its answer is, with the session read or changed before. */
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import type { Response } from 'express'
import type { Reply } from '../support/browser.ts'
import { frameworks } from '../support/frameworks.ts'
import { heldSite } from '../support/held-site.ts'
import { RawConnection } from '../support/raw-connection.ts'

type Send = (res: ServerResponse) => unknown

/** A head in one of its shapes, and what must be on the wire. */
const shapes: Readonly<Record<string, readonly [send: Send, check: (reply: Reply) => void]>> = {
  'an object': [
    (res) => res.writeHead(202, { 'X-One': 'a', 'x-two': 2, 'Set-Cookie': ['p=1', 'q=2'] }).end('body'),
    ({ status, headers }) => assert.deepEqual([status, headers['x-one'], headers['x-two']], [202, 'a', '2']),
  ],
  'a flat list that repeats a name': [
    (res) => res.writeHead(202, ['X-One', 'a', 'Set-Cookie', 'p=1', 'Set-Cookie', 'q=2']).end('body'),
    ({ status, headers }) => assert.deepEqual([status, headers['x-one']], [202, 'a']),
  ],
  'a list of pairs': [
    (res) => {
      const pairs = [
        ['X-One', 'a'],
        ['Set-Cookie', 'p=1'],
        ['Set-Cookie', 'q=2'],
      ]
      res.writeHead(202, pairs as never).end('body')
    },
    ({ status, headers }) => assert.deepEqual([status, headers['x-one']], [202, 'a']),
  ],
  'a reason and an object': [
    (res) => res.writeHead(202, 'All Fine', { 'X-One': 'a', 'Set-Cookie': ['p=1', 'q=2'] }).end('body'),
    ({ status, headers }) => assert.deepEqual([status, headers['x-one']], [202, 'a']),
  ],
  'headers set before and replaced in writeHead': [
    (res) => {
      res.setHeader('X-One', 'old').setHeader('Set-Cookie', 'old=1')
      res.writeHead(202, { 'x-one': 'a', 'set-cookie': ['p=1', 'q=2'] }).end('body')
    },
    ({ headers }) => assert.equal(headers['x-one'], 'a'),
  ],
  'flushHeaders before the body': [
    (res) => {
      res.statusCode = 202
      res.setHeader('Set-Cookie', ['p=1', 'q=2'])
      res.flushHeaders()
      assert.equal(res.headersSent, true)
      res.end('body')
    },
    ({ status }) => assert.equal(status, 202),
  ],
}

for (const [name, listen] of Object.entries(frameworks)) {
  for (const how of ['read', 'changed'] as const) {
    for (const [shape, [send, check]] of Object.entries(shapes)) {
      test(`${name}: writeHead with ${shape} keeps all of it when the session was ${how}`, async (t) => {
        const { browser } = await heldSite(t, listen, (_req, res, request) => {
          if (how === 'changed') request.session.set('seen', true)
          assert.equal(request.user.username, 'alice')
          return send(res)
        })
        const reply = await browser.get('/')
        check(reply)
        assert.equal(reply.body, 'body')
        assert.deepEqual(reply.setCookies.slice(0, 2), ['p=1', 'q=2'])
        assert.equal(reply.setCookies.length, how === 'changed' ? 3 : 2)
        assert.equal(reply.headers['cache-control'], 'private, no-store')
        assert.equal(reply.headers.vary, 'Cookie')
      })
    }

    test(`${name}: the handler's own Cache-Control is left alone and Cookie joins its Vary when the session was ${how}`, async (t) => {
      const { browser } = await heldSite(t, listen, (_req, res, request) => {
        if (how === 'changed') request.session.set('seen', true)
        assert.equal(request.user.username, 'alice')
        return res.writeHead(200, { 'cache-control': 'private, max-age=5', VARY: 'Accept-Language' }).end()
      })
      const { headers } = await browser.get('/')
      assert.equal(headers['cache-control'], 'private, max-age=5')
      assert.equal(headers.vary, 'Accept-Language, Cookie')
    })

    test(`${name}: a second head is refused as node:http does when the session was ${how}`, async (t) => {
      const codes: unknown[] = []
      const attempt = (act: () => unknown): void => {
        try {
          act()
          codes.push('none')
        } catch (error) {
          codes.push((error as { code?: string }).code)
        }
      }
      const { browser } = await heldSite(t, listen, (_req, res, request) => {
        if (how === 'changed') request.session.set('seen', true)
        assert.equal(request.user.username, 'alice')
        res.writeHead(200, { 'X-One': 'a' })
        attempt(() => res.writeHead(500))
        attempt(() => res.writeHead(200, { 'X-One': 'b' }))
        attempt(() => res.setHeader('X-One', 'b'))
        attempt(() => res.appendHeader('X-One', 'b'))
        attempt(() => res.removeHeader('X-One'))
        res.statusCode = 500
        res.end('body')
      })
      const reply = await browser.get('/')
      assert.deepEqual([reply.status, reply.headers['x-one'], reply.body], [200, 'a', 'body'])
      assert.deepEqual(codes, Array(5).fill('ERR_HTTP_HEADERS_SENT'))
    })

    test(`${name}: HEAD, 204 and 304 have their headers and no body when the session was ${how}`, async (t) => {
      const { base, browser } = await heldSite(t, listen, (req, res, request) => {
        if (how === 'changed') request.session.set('seen', true)
        assert.equal(request.user.username, 'alice')
        res.statusCode = Number(req.url?.slice(1))
        res.end('body')
      })
      const wire = await RawConnection.open(t, base)
      wire.ask('HEAD /200', browser.cookies)
      wire.ask('GET /204', browser.cookies)
      wire.ask('GET /304', browser.cookies)
      wire.ask('GET /201\nConnection: close', browser.cookies)
      const all = await wire.ended()
      assert.deepEqual(
        all.match(/HTTP\/1\.1 \d+/g),
        ['200', '204', '304', '201'].map((status) => `HTTP/1.1 ${status}`),
      )
      assert.equal(all.match(/\r\nVary: Cookie\r\n/g)?.length, 4)
      assert.equal(all.match(/\r\nSet-Cookie: sessionid=/g)?.length ?? 0, how === 'changed' ? 4 : 0)
      assert.equal(all.match(/body/g)?.length, 1)
    })
  }

  test(`${name}: a reason phrase arrives, and what was set after the held answer does not`, async (t) => {
    const { base, browser } = await heldSite(t, listen, (_req, res, request) => {
      request.session.set('seen', true)
      res.writeHead(200, 'All Fine').end('body')
      res.statusMessage = 'Not At All'
      res.statusCode = 500
    })
    const wire = await RawConnection.open(t, base)
    wire.ask('GET /', browser.cookies)
    assert.match(await wire.until(/body/), /^HTTP\/1\.1 200 All Fine\r\n/)
  })

  test(`${name}: a head that cannot be is an error and no held answer for ever`, async (t) => {
    const told: unknown[] = []
    const onError = (error: unknown): number => told.push((error as { code?: string }).code)
    const bad: Record<string, Send> = {
      '/status': (res) => res.writeHead(9999).end(),
      '/header': (res) => res.writeHead(200, { 'X-Bad': 'a\nb' }).end(),
      '/body': (res) => res.end({} as never),
    }
    const { browser } = await heldSite(
      t,
      listen,
      (req, res, request) => {
        request.session.set('seen', true)
        return bad[req.url ?? '']?.(res)
      },
      { onError },
    )
    for (const path of Object.keys(bad)) {
      const reply = await browser.get(path)
      assert.equal(reply.status, 500, path)
      assert.equal(reply.headers['x-bad'], undefined)
    }
    assert.deepEqual(told, ['ERR_HTTP_INVALID_STATUS_CODE', 'ERR_INVALID_CHAR', 'ERR_INVALID_ARG_TYPE'])
  })
}

test('Express: redirect, sendStatus, json and send have their head and the session’s cookie', async (t) => {
  const sends: Record<string, (res: Response) => unknown> = {
    '/redirect': (res) => res.redirect(303, '/there'),
    '/sendStatus': (res) => res.sendStatus(410),
    '/json': (res) => res.status(201).json({ a: 1 }),
    '/send': (res) => res.vary('Accept').send('text'),
  }
  const { browser } = await heldSite(t, frameworks.Express, (req, res, request) => {
    request.session.set('seen', true)
    return sends[req.url ?? '']?.(res as Response)
  })
  const replies: Record<string, Reply> = {}
  for (const path of Object.keys(sends)) {
    const reply = await browser.get(path)
    replies[path] = reply
    assert.match(reply.setCookies.join(), /^sessionid=/)
    assert.equal(reply.headers['cache-control'], 'private, no-store')
    assert.equal(Number(reply.headers['content-length']), reply.body.length)
  }
  assert.deepEqual([replies['/redirect']?.status, replies['/redirect']?.headers.location], [303, '/there'])
  assert.deepEqual([replies['/sendStatus']?.status, replies['/sendStatus']?.body], [410, 'Gone'])
  assert.deepEqual([replies['/json']?.status, replies['/json']?.body], [201, '{"a":1}'])
  assert.deepEqual([replies['/send']?.status, replies['/send']?.headers.vary], [200, 'Cookie, Accept'])
})
