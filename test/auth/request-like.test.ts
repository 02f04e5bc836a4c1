/** Whatever a handler has in its hands leads to the request that Postern opened for it, or to an error that says what to do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AuthRequest, REQUEST } from '../../src/auth/auth-request.ts'
import { getUser } from '../../src/auth/get-user.ts'
import { login } from '../../src/auth/login.ts'
import { logout } from '../../src/auth/logout.ts'
import { authRequest, type RequestLike } from '../../src/auth/request-like.ts'
import type { IncomingRequest } from '../../src/kernel/incoming-request.ts'
import { testPostern } from '../support/postern.ts'

const incoming: IncomingRequest = {
  method: 'GET',
  url: '/',
  prefix: '',
  scheme: 'http',
  host: 'localhost',
  header: () => undefined,
  form: () => Promise.reject(new Error('no body')),
  json: () => Promise.reject(new Error('no body')),
}

/** A request as an adapter has bound it. */
async function opened(): Promise<AuthRequest> {
  const { auth } = await testPostern()
  return auth.open(incoming)
}

test("Postern's own request is itself", async () => {
  const request = await opened()
  assert.equal(authRequest(request, 'logout'), request)
})

test('the request of Express and node:http, a fetch Request, and what Fastify and Hono wrap lead to it', async () => {
  const request = await opened()
  const message = { method: 'GET', headers: {}, [REQUEST]: request }
  const fetched = Object.assign(new Request('http://localhost/'), { [REQUEST]: request })
  const shapes: Record<string, unknown> = {
    message,
    fetched,
    fastify: { method: 'GET', headers: {}, raw: message },
    hono: { req: { raw: fetched } },
  }
  for (const [name, shape] of Object.entries(shapes)) {
    assert.equal(authRequest(shape as RequestLike, 'logout'), request, name)
  }
})

test('the adapters and other copies find it under a name that all of them know', () => {
  assert.equal(REQUEST, Symbol.for('postern.request'))
})

test('without a request every function says which one it was and what to pass', async () => {
  const missing = [undefined, null, 0, '', 'request', true] as unknown as RequestLike[]
  for (const nothing of missing) {
    await assert.rejects(logout(nothing), {
      name: 'TypeError',
      message: /^logout\(request\) needs the request: pass it the object that your handler got, as in logout\(req\)\.$/,
    })
    await assert.rejects(login(nothing, {} as never), {
      name: 'TypeError',
      message: /^login\(request\) needs the request/,
    })
    assert.throws(() => getUser(nothing), { name: 'TypeError', message: /^getUser\(request\) needs the request/ })
  }
})

test('what never passed the middleware, a response and a copy are refused with the way out', async () => {
  const request = await opened()
  const bound = { method: 'GET', headers: {}, [REQUEST]: request }
  const strangers: Record<string, unknown> = {
    nothing: {},
    unknown: { method: 'GET', headers: {} },
    response: new Response(),
    fetch: new Request('http://localhost/'),
    hono: { req: { raw: new Request('http://localhost/') } },
    copy: JSON.parse(JSON.stringify(bound)),
    hostile: { method: 'GET', headers: {}, raw: null, req: null },
    function: () => bound,
  }
  for (const [name, stranger] of Object.entries(strangers)) {
    await assert.rejects(
      logout(stranger as RequestLike),
      {
        name: 'TypeError',
        message: /^logout\(request\) (got a request that Postern does not know: .*middleware|needs the request)/,
      },
      name,
    )
  }
})

test('a value that a client sent cannot pass for a request', async () => {
  const sent = JSON.parse('{"incoming":{},"context":{},"user":{"isAuthenticated":true,"username":"admin"}}')
  assert.throws(() => getUser(sent), { name: 'TypeError' })
})
