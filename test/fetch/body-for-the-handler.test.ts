/** The check for CSRF reads a body of which the application's handler still gets all, and no more than the limit is kept. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestError } from '../../src/errors.ts'
import { FetchRequest } from '../../src/fetch-request.ts'
import { createPostern } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import { SECRET_KEY } from '../support/postern.ts'

const FORM = 'application/x-www-form-urlencoded'
const LIMIT = 2_621_440
const CHUNK = 65_536

function streamed(bytes: number, headers: Readonly<Record<string, string>> = {}): { request: Request; sent(): number } {
  let sent = 0
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (sent >= bytes) return controller.close()
      sent += CHUNK
      controller.enqueue(new Uint8Array(CHUNK).fill(97))
    },
  })
  const init = { method: 'POST', body, headers: { 'content-type': FORM, ...headers }, duplex: 'half' as const }
  return { request: new Request('http://localhost/own', init), sent: () => sent }
}

const isTooLarge = (error: unknown): boolean => error instanceof RequestError && error.statusCode === 413

for (const session of ['', '; sessionid=abcdefgh12345678']) {
  test(`a handler reads the whole body of a visitor ${session === '' ? 'without' : 'with'} a session cookie`, async () => {
    const auth = createPostern({ secretKey: SECRET_KEY, database: memory(), development: true })
    const page = await auth.handle(new Request('http://localhost/accounts/login/'))
    const cookies = page.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
    const token = /value="(\w{64})"/.exec(await page.text())?.[1]
    const body = `a=1&csrfmiddlewaretoken=${token}`
    const headers = { cookie: cookies.join('; ') + session, 'content-type': FORM }
    const request = new Request('http://localhost/own', { method: 'POST', headers, body })
    const reply = await auth.handle(request, { otherwise: async () => new Response(await request.text()) })
    assert.equal(await reply.text(), body)
  })
}

test('a body without end is a 413 at the limit, and the handler may still read all of it', async () => {
  const { request, sent } = streamed(20 * LIMIT)
  await assert.rejects(new FetchRequest(request, 0, undefined).form(), isTooLarge)
  assert.ok(sent() <= LIMIT + 4 * CHUNK, `${sent()} bytes were read`)
  let got = 0
  for await (const chunk of request.body ?? []) got += (chunk as Uint8Array).byteLength
  assert.equal(got, 20 * LIMIT)
})

test('given up by both, the body is ended at its source', async () => {
  let cancelled = false
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.enqueue(new Uint8Array(CHUNK)),
    cancel() {
      cancelled = true
    },
  })
  const init = { method: 'POST', body, headers: { 'content-type': FORM }, duplex: 'half' as const }
  const request = new Request('http://localhost/own', init)
  await assert.rejects(new FetchRequest(request, 0, undefined).form(), isTooLarge)
  await request.body?.cancel()
  assert.equal(cancelled, true)
})

test('a body that says itself that it is too large is not copied at all', async () => {
  const { request, sent } = streamed(LIMIT, { 'content-length': String(LIMIT + 1) })
  const { body } = request
  await assert.rejects(new FetchRequest(request, 0, undefined).form(), isTooLarge)
  assert.equal(request.body, body)
  assert.ok(sent() <= CHUNK)
})

test('a body in the hands of somebody else is a 400', async () => {
  const { request } = streamed(CHUNK)
  request.body?.getReader()
  await assert.rejects(
    new FetchRequest(request, 0, undefined).form(),
    (error) => error instanceof RequestError && error.statusCode === 400,
  )
})
