/** What `handle` makes of the answers of views and of `otherwise`: statuses, headers, bodies, streams. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { AuthRequest } from '../../src/auth/auth-request.ts'
import { login } from '../../src/auth/login.ts'
import { text } from '../../src/auth/view.ts'
import { SessionClosed } from '../../src/errors.ts'
import type { Answer } from '../../src/kernel/answer.ts'
import { path } from '../../src/kernel/urls.ts'
import { values } from '../support/site.ts'
import { fetchSite, type Otherwise } from './fetch-site.ts'

/** A site whose every path is answered so. */
const answering = (otherwise: Otherwise) => fetchSite(() => otherwise)

/** Two pieces, the second after `go`; what became of the stream is in `ended`. */
function slowly(pieces: readonly (() => string)[]) {
  const gate = Promise.withResolvers<void>()
  const cancelled = Promise.withResolvers<unknown>()
  let at = 0
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (at > 0) await gate.promise
        const piece = pieces[at++]
        if (piece === undefined) controller.close()
        else controller.enqueue(new TextEncoder().encode(piece()))
      },
      cancel: (reason) => cancelled.resolve(reason),
    },
    { highWaterMark: 0 },
  )
  return { stream, go: () => gate.resolve(), cancelled: cancelled.promise }
}

test('a response that looked at nobody goes out as it is, the very object', async () => {
  const made = new Response('public', { headers: { 'cache-control': 'public, max-age=60' } })
  const world = await answering(() => made)
  assert.equal(await world.handle(world.visitor().request('/')), made)
})

test('the headers of a response that looked at the user are kept and added to', async () => {
  const world = await answering(({ user }) => {
    const headers = new Headers({ 'x-own': '1', vary: 'Accept-Encoding', 'content-type': 'text/plain' })
    headers.append('set-cookie', 'theme=dark; Path=/')
    headers.append('set-cookie', 'lang=nl; Expires=Thu, 15 Jan 2026 12:00:00 GMT')
    return new Response(String(user), { status: 418, statusText: 'Short and stout', headers })
  })
  const reply = await world.visitor().get('/')
  assert.deepEqual([reply.status, reply.statusText], [418, 'Short and stout'])
  assert.equal(reply.headers.get('x-own'), '1')
  assert.equal(reply.headers.get('content-type'), 'text/plain')
  assert.equal(reply.headers.get('vary'), 'Accept-Encoding, Cookie')
  assert.equal(reply.headers.get('cache-control'), 'private, no-store')
  assert.deepEqual(reply.headers.getSetCookie(), [
    'theme=dark; Path=/',
    'lang=nl; Expires=Thu, 15 Jan 2026 12:00:00 GMT',
  ])
  assert.equal(await reply.text(), 'AnonymousUser')
})

test("each Set-Cookie stays a header of its own, the handler's and Postern's", async () => {
  const world = await answering((request) => {
    request.session.set('cart', 'apples')
    return new Response(request.csrfToken, { headers: { 'set-cookie': 'theme=dark' } })
  })
  const lines = (await world.visitor().get('/')).headers.getSetCookie()
  assert.deepEqual(
    lines.map((line) => line.split('=')[0]),
    ['theme', 'sessionid', 'csrftoken'],
  )
})

test("a handler's own Cache-Control and a Vary on everything are left alone", async () => {
  const world = await answering(({ user }) => {
    return new Response(String(user), { headers: { 'cache-control': 'private, max-age=5', vary: '*' } })
  })
  const reply = await world.visitor().get('/')
  assert.equal(reply.headers.get('cache-control'), 'private, max-age=5')
  assert.equal(reply.headers.get('vary'), '*')
})

test('one that was to be public is not when it sets a cookie', async () => {
  const world = await answering((request) => {
    return new Response(request.csrfToken, { headers: { 'cache-control': 'public, max-age=60' } })
  })
  const reply = await world.visitor().get('/')
  assert.equal(reply.headers.getSetCookie().length, 1)
  assert.doesNotMatch(reply.headers.get('cache-control') ?? '', /public/)
  assert.match(reply.headers.get('cache-control') ?? '', /private|no-store/)
})

test('a response that a handler keeps and gives to everybody carries nobody’s cookies to the next one', async () => {
  const kept = new Response(null, { status: 404 })
  const world = await answering((request) => {
    if (request.path === '/buy') request.session.set('cart', 'apples')
    return kept
  })
  const buyer = await world.visitor().get('/buy')
  assert.equal(buyer.headers.getSetCookie().length, 1)
  assert.deepEqual([...kept.headers], [])
  const next = await world.visitor().get('/')
  assert.deepEqual(next.headers.getSetCookie(), [])
})

for (const status of [204, 205, 304]) {
  test(`a ${status} has no body, and takes the cookies along`, async () => {
    const world = await answering((request) => {
      request.session.set('cart', 'apples')
      return new Response(null, { status })
    })
    const browser = world.visitor()
    const reply = await browser.get('/')
    assert.equal(reply.status, status)
    assert.equal(reply.body, null)
    assert.equal((await values(world, browser.cookies.get('sessionid')))?.cart, 'apples')
  })

  test(`a view's ${status} has no body either, whatever it says`, async () => {
    const world = await fetchSite(undefined, { urls: [path('', () => text('too much', status))] })
    const reply = await world.visitor().get('/')
    assert.equal(reply.status, status)
    assert.equal(reply.body, null)
  })
}

test('redirects, whose headers cannot be changed, take the cookies along', async () => {
  const world = await answering(async (request) => {
    const user = await world.auth.users.findByUsername('alice')
    if (user !== null) await login(request, user)
    return Response.redirect('http://site.localhost/next/', 303)
  })
  const browser = world.visitor()
  const reply = await browser.get('/')
  assert.equal(reply.status, 303)
  assert.equal(reply.headers.get('location'), 'http://site.localhost/next/')
  assert.deepEqual([...browser.cookies.keys()], ['sessionid', 'csrftoken'])
})

test('so does a response that was fetched from elsewhere', async (t) => {
  const upstream = createServer((_req, res) => res.writeHead(200, { 'x-from': 'upstream' }).end('from elsewhere'))
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  t.after(() => upstream.close())
  const { port } = upstream.address() as AddressInfo
  const world = await answering((request) => {
    request.session.set('seen', 1)
    return fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })
  })
  const browser = world.visitor()
  const reply = await browser.get('/')
  assert.equal(reply.headers.get('x-from'), 'upstream')
  assert.equal(await reply.text(), 'from elsewhere')
  assert.ok(browser.cookies.has('sessionid'))
})

test('a response without a status of HTTP goes out as it is: an upgrade, a connection broken off', async () => {
  for (const made of [Response.error(), Object.create(Response.prototype, { status: { value: 101 } }) as Response]) {
    const world = await answering(({ user }) => {
      assert.equal(String(user), 'AnonymousUser')
      return made
    })
    assert.equal(await world.handle(world.visitor().request('/')), made)
  }
})

test('HEAD is answered as GET without a body, and a stream that nobody will read is ended', async () => {
  const { stream, cancelled } = slowly([() => 'never'])
  const answer: Answer = { status: 200, headers: [['X-Kind', 'stream']], body: stream }
  const world = await fetchSite(undefined, { urls: [path('page/', () => text('page')), path('stream/', () => answer)] })
  const visitor = world.visitor()
  for (const url of ['/page/', '/accounts/login/']) {
    const head = await visitor.send(url, { method: 'HEAD' })
    assert.equal(head.status, 200)
    assert.equal(head.body, null)
    assert.equal(head.headers.get('content-type'), (await visitor.get(url)).headers.get('content-type'))
  }
  const head = await visitor.send('/stream/', { method: 'HEAD' })
  assert.equal(head.headers.get('x-kind'), 'stream')
  assert.equal(head.body, null)
  await cancelled
})

test('a stream goes out while it is made, and what the handler has written is stored before', async () => {
  const { stream, go } = slowly([() => 'one ', () => 'two'])
  const world = await answering((request) => {
    request.session.set('cart', 'apples')
    return new Response(stream)
  })
  const browser = world.visitor()
  const reply = await browser.get('/')
  assert.equal((await values(world, browser.cookies.get('sessionid')))?.cart, 'apples')
  const reader = (reply.body as ReadableStream<Uint8Array>).getReader()
  assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), 'one ')
  go()
  assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), 'two')
  assert.equal((await reader.read()).done, true)
})

test("a view's stream goes out as it is made, too", async () => {
  const { stream, go } = slowly([() => 'one ', () => 'two'])
  const world = await fetchSite(undefined, {
    urls: [path('', ({ user }) => ({ status: 200, headers: [['X-User', String(user)]], body: stream }))],
  })
  const reply = await (await world.loggedIn()).get('/')
  assert.equal(reply.headers.get('x-user'), 'alice')
  assert.equal(reply.headers.get('cache-control'), 'private, no-store')
  go()
  assert.equal(await reply.text(), 'one two')
})

test('a client that goes away ends the stream of the handler', async () => {
  const { stream, cancelled } = slowly([() => 'one ', () => 'two'])
  const world = await answering((request) => new Response(stream, { headers: { 'x-user': String(request.user) } }))
  const reply = await world.visitor().get('/')
  await reply.body?.cancel('gone')
  assert.equal(await cancelled, 'gone')
})

for (const looked of [true, false]) {
  test(`what a stream writes to the session is an error and not lost in silence (${looked ? '' : 'not '}looked at before)`, async () => {
    let thrown: unknown
    const world = await answering((request) => {
      if (looked) request.session.get('cart')
      const { stream, go } = slowly([
        () => 'one',
        () => {
          try {
            request.session.set('cart', 'pears')
          } catch (error) {
            thrown = error
          }
          return 'two'
        },
      ])
      go()
      return new Response(stream)
    })
    const browser = await world.loggedIn()
    assert.equal(await (await browser.get('/')).text(), 'onetwo')
    assert.ok(thrown instanceof SessionClosed, String(thrown))
    assert.equal((await values(world, browser.cookies.get('sessionid')))?.cart, undefined)
  })
}

test("a view's stream may not write to the session either", async () => {
  let thrown: unknown
  const late = path('', (request: AuthRequest): Answer => {
    const { stream, go } = slowly([
      () => 'one',
      () => {
        try {
          request.session.set('cart', 'pears')
        } catch (error) {
          thrown = error
        }
        return 'two'
      },
    ])
    go()
    return { status: 200, headers: [], body: stream }
  })
  const world = await fetchSite(undefined, { urls: [late] })
  assert.equal(await (await world.visitor().get('/')).text(), 'onetwo')
  assert.ok(thrown instanceof SessionClosed, String(thrown))
})

for (const looked of [true, false]) {
  test(`who is there ${looked ? 'may' : 'may not'} be asked while a stream is made, ${looked ? 'having' : 'not having'} been asked before`, async () => {
    const world = await answering((request) => {
      if (looked) request.session.get('cart')
      const { stream, go } = slowly([() => 'for ', () => String(request.user)])
      go()
      return new Response(stream)
    })
    const reply = await (await world.loggedIn()).get('/')
    assert.equal(reply.headers.get('cache-control'), looked ? 'private, no-store' : null)
    if (looked) assert.equal(await reply.text(), 'for alice')
    else await assert.rejects(reply.text(), SessionClosed, 'private text on an answer that anybody may keep')
  })
}
