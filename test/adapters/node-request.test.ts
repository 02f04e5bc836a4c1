/** What Postern sees of a node:http request, Express's or not. */
import assert from 'node:assert/strict'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { NodeRequest } from '../../src/adapters/node-request.ts'
import type { IncomingRequest } from '../../src/kernel/incoming-request.ts'
import { Browser } from '../support/browser.ts'
import { frameworks, type Handle } from '../support/frameworks.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

/** A message that came over no wire. */
function message(parts: object = {}, socket: object = {}): NodeRequest {
  return new NodeRequest(Object.assign(new IncomingMessage(Object.assign(new Socket(), socket)), parts), 0)
}

for (const [name, listen] of Object.entries(frameworks)) {
  const browserOf = async (t: TestContext, handle: Handle): Promise<Browser> =>
    new Browser(await serve(t, listen((await testPostern()).auth, handle)))

  test(`${name}: a JSON body is what it says, once and again, and one that is none is a 400`, async (t) => {
    const browser = await browserOf(t, async (_req, res, { incoming }) => {
      const both = [await incoming.json(), await incoming.json()]
      res.end(JSON.stringify(both))
    })
    const send = (body: string) =>
      browser.send('/', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    assert.equal((await send('{"a":[1,"é"]}')).body, '[{"a":[1,"é"]},{"a":[1,"é"]}]')
    assert.equal((await send('null')).body, '[null,null]')
    for (const bad of ['{', '', '{"a":1}x']) assert.equal((await send(bad)).status, 400, bad)
  })
}

test('a body that the framework has parsed is taken as it is', async () => {
  assert.deepEqual(await message({ body: { a: 1 } }).json(), { a: 1 })
})

test('over TLS the scheme is https, whatever a header says of it without a proxy', () => {
  const seen = ({ scheme }: IncomingRequest): string => scheme
  assert.equal(seen(message({}, { encrypted: true })), 'https')
  assert.equal(seen(message({ headers: { 'x-forwarded-proto': 'http' } }, { encrypted: true })), 'https')
  assert.equal(seen(message({ headers: { 'x-forwarded-proto': 'https' } })), 'http')
})

test('headers that Node keeps as a list are one text, and what is not there is nothing', () => {
  const request = message({ headers: { 'set-cookie': ['a=1', 'b=2'], accept: 'text/html' } })
  assert.deepEqual(
    [request.header('set-cookie'), request.header('accept'), request.header('cookie'), request.host],
    ['a=1, b=2', 'text/html', undefined, ''],
  )
})

test('the address is the one before a router took its part away', () => {
  const { url, prefix } = message({ url: '/x', originalUrl: '/shop/x', baseUrl: '/shop' })
  assert.deepEqual([url, prefix], ['/shop/x', '/shop'])
  assert.deepEqual([message({ url: '/x' }).url, message({ url: '/x' }).prefix], ['/x', ''])
})

test('a client that has gone before anybody asks is gone', () => {
  const socket = new Socket()
  socket.destroy()
  const request = new NodeRequest(new IncomingMessage(socket), 0)
  assert.equal(request.signal.aborted, true)
  assert.equal(request.signal, request.signal)
})
