import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthRequest, REQUEST } from '../../src/auth/auth-request.ts'
import { authRequest } from '../../src/auth/request-like.ts'
import type { IncomingRequest } from '../../src/kernel/incoming-request.ts'
import { testPostern } from '../support/postern.ts'

async function someRequest(): Promise<AuthRequest> {
  const { auth } = await testPostern()
  return new AuthRequest(
    auth,
    { method: 'GET', url: '/', header: () => undefined } as unknown as IncomingRequest,
    undefined,
  )
}

test("Postern's own request is itself", async () => {
  const request = await someRequest()
  assert.equal(authRequest(request, 'login'), request)
})

test("a framework's request leads to the one that the adapter bound to it: node's, Fastify's, Hono's", async () => {
  const request = await someRequest()
  const raw = { method: 'GET', headers: {}, [REQUEST]: request }
  assert.equal(authRequest(raw, 'login'), request)
  assert.equal(authRequest({ method: 'GET', headers: {}, raw } as never, 'login'), request)
  assert.equal(authRequest({ req: { raw } }, 'login'), request)
})

test('a request that another copy of the package made is taken as it is', async () => {
  const request = await someRequest()
  const foreign = { incoming: request.incoming, context: request.context, method: 'GET', headers: {} }
  assert.equal(authRequest(foreign, 'login') as unknown, foreign)
})

test('two copies of the package find each other: the key is in the registry of symbols', () => {
  assert.equal(REQUEST, Symbol.for('postern.request'))
})

for (const [what, given] of [
  ['nothing', undefined],
  ['null', null],
  ['a string', 'request'],
  ['a number', 7],
] as const) {
  test(`${what} instead of a request is a TypeError that says what to pass`, () => {
    assert.throws(() => authRequest(given as never, 'logout'), {
      name: 'TypeError',
      message: 'logout(request) needs the request: pass it the object that your handler got, as in logout(req).',
    })
  })
}

for (const [what, given] of [
  ['an empty object', {}],
  ['a response', new Response()],
  ['a request that passed no middleware', { method: 'GET', headers: {} }],
  ['a context without its request', { req: {} }],
] as const) {
  test(`${what} is a TypeError that says what is missing`, () => {
    assert.throws(() => authRequest(given as never, 'logout'), {
      name: 'TypeError',
      message:
        'logout(request) got a request that Postern does not know: let it pass the middleware first ' +
        '(app.use(middleware) before the route), and pass the request, not the response or a copy.',
    })
  })
}
