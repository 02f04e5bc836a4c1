/** Bodies of a fetch `Request`: forms, JSON, too much of them, read by others, broken off. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { page, text } from '../../src/auth/view.ts'
import { RequestError } from '../../src/errors.ts'
import { FetchRequest } from '../../src/fetch-request.ts'
import { html } from '../../src/kernel/html.ts'
import { path } from '../../src/kernel/urls.ts'
import { csrfExempt } from '../../src/views/csrf-views.ts'
import { FORM, fetchSite, ORIGIN } from './fetch-site.ts'

const LIMIT = 2_621_440
const JSON_TYPE = { 'content-type': 'application/json' }

const echo = path(
  'echo/',
  csrfExempt(async (request) => text(JSON.stringify([...(await request.form())]))),
)
const json = path(
  'json/',
  csrfExempt(async ({ incoming }) => {
    const value = await incoming.json()
    // Asked again it is the same body, read once.
    assert.deepEqual(await incoming.json(), value)
    return text(JSON.stringify(value))
  }),
)
const site = () => fetchSite(undefined, { urls: [echo, json] })

function chunks(bytes: number, each = 65_536): { stream: ReadableStream<Uint8Array>; sent: () => number } {
  let left = bytes
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const size = Math.min(left, each)
      left -= size
      if (size === 0) controller.close()
      else controller.enqueue(new Uint8Array(size).fill(97))
    },
  })
  return { stream, sent: () => bytes - left }
}

test('a form is read with its repeated fields, whatever its charset is called', async () => {
  const visitor = (await site()).visitor()
  for (const type of [FORM, `${FORM};charset=UTF-8`, 'Application/X-WWW-Form-URLencoded ; charset=utf-8']) {
    const reply = await visitor.send('/echo/', {
      method: 'POST',
      body: 'a=1&b=%C3%A9&a=2',
      headers: { 'content-type': type },
    })
    assert.equal(await reply.text(), '[["a","1"],["a","2"],["b","é"]]', type)
  }
})

test('a body that is no form has no fields, and no body has none either', async () => {
  const visitor = (await site()).visitor()
  const form = new FormData()
  form.set('a', '1')
  for (const init of [
    { method: 'POST', body: form },
    { method: 'POST', body: 'a=1', headers: { 'content-type': 'text/plain' } },
    { method: 'POST', body: '{"a":1}', headers: JSON_TYPE },
    { method: 'POST', headers: { 'content-type': FORM } },
    { method: 'POST' },
    { method: 'GET', headers: { 'content-type': FORM } },
  ]) {
    assert.equal(await (await visitor.send('/echo/', init)).text(), '[]')
  }
})

test('two content types are none', async () => {
  const headers = new Headers({ 'content-type': 'text/plain' })
  headers.append('content-type', FORM)
  const reply = await (await site()).visitor().send('/echo/', { method: 'POST', body: 'a=1', headers })
  assert.equal(await reply.text(), '[]')
})

test('a form of exactly the limit is read, one byte more is a 413', async () => {
  const visitor = (await site()).visitor()
  const send = (bytes: number) =>
    visitor.send('/echo/', { method: 'POST', body: 'a'.repeat(bytes), headers: { 'content-type': FORM } })
  assert.equal((await send(LIMIT)).status, 200)
  const reply = await send(LIMIT + 1)
  assert.equal(reply.status, 413)
  assert.equal(reply.headers.get('connection'), 'close')
  assert.match(await reply.text(), /larger than 2621440 bytes/)
})

test('a stream without end is read no further than the limit', async () => {
  const { stream, sent } = chunks(100 * LIMIT)
  const visitor = (await site()).visitor()
  const headers = { 'content-type': FORM }
  const reply = await visitor.send('/echo/', { method: 'POST', body: stream, headers, duplex: 'half' })
  assert.equal(reply.status, 413)
  assert.ok(sent() <= LIMIT + 4 * 65_536, `${sent()} bytes were read`)
})

test('a body that says itself that it is too large is not begun', async () => {
  const { stream, sent } = chunks(LIMIT)
  const visitor = (await site()).visitor()
  const headers = { 'content-type': FORM, 'content-length': String(LIMIT + 1) }
  const reply = await visitor.send('/echo/', { method: 'POST', body: stream, headers, duplex: 'half' })
  assert.equal(reply.status, 413)
  assert.ok(sent() <= 2 * 65_536, `${sent()} bytes were read`)
})

test('a body that says that it is small is not believed', async () => {
  const visitor = (await site()).visitor()
  for (const length of ['1', '-1', '0x10', 'NaN', '5, 5']) {
    const headers = { 'content-type': FORM, 'content-length': length }
    const body = 'a'.repeat(LIMIT + 1)
    assert.equal((await visitor.send('/echo/', { method: 'POST', body, headers })).status, 413, length)
  }
})

test('a thousand fields are read, one more is a 400', async () => {
  const visitor = (await site()).visitor()
  const send = (fields: number) =>
    visitor.send('/echo/', {
      method: 'POST',
      body: 'a=1&'.repeat(fields).slice(0, -1),
      headers: { 'content-type': FORM },
    })
  assert.equal(JSON.parse(await (await send(1000)).text()).length, 1000)
  const reply = await send(1001)
  assert.equal(reply.status, 400)
  assert.match(await reply.text(), /more than 1000 fields/)
})

test('a login form that is too large, or has too many fields, logs nobody in', async () => {
  const world = await site()
  for (const [more, status] of [
    ['&a=1'.repeat(1001), 400],
    [`&a=${'a'.repeat(LIMIT)}`, 413],
  ] as const) {
    const visitor = world.visitor()
    await visitor.get('/accounts/login/')
    const token = visitor.cookies.get('csrftoken')
    const body = `csrfmiddlewaretoken=${token}&username=alice&password=wonder-Land-42${more}`
    const reply = await visitor.send('/accounts/login/', { method: 'POST', body, headers: { 'content-type': FORM } })
    assert.equal(reply.status, status)
    assert.deepEqual(reply.headers.getSetCookie(), [])
  }
})

test('a body that breaks off is a 400', async () => {
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(Buffer.from('a=1'))
      controller.error(new Error('ECONNRESET'))
    },
  })
  const visitor = (await site()).visitor()
  const headers = { 'content-type': FORM }
  const reply = await visitor.send('/echo/', { method: 'POST', body: stream, headers, duplex: 'half' })
  assert.equal(reply.status, 400)
  assert.match(await reply.text(), /could not be read to its end/)
})

test('JSON is read; what is none is a 400, and too much of it a 413', async () => {
  const visitor = (await site()).visitor()
  const send = (body: string | null) => visitor.send('/json/', { method: 'POST', body, headers: JSON_TYPE })
  assert.equal(await (await send('{"a":[1,"é"]}')).text(), '{"a":[1,"é"]}')
  for (const body of ['{"a":', '', 'undefined', null]) {
    const reply = await send(body)
    assert.equal(reply.status, 400)
    assert.equal(JSON.parse(await reply.text()).error.message, 'The body is not JSON.')
  }
  assert.equal((await send(`"${'a'.repeat(LIMIT)}"`)).status, 413)
})

test('a JSON request gets its refusal in JSON, with the token in its header it is let in', async () => {
  const world = await fetchSite((fetchRequest) => async () => Response.json({ got: await fetchRequest.json() }))
  const browser = await world.loggedIn()
  const send = (headers: Readonly<Record<string, string>>) =>
    browser.send('/api/', { method: 'PUT', body: '{"a":1}', headers: { ...JSON_TYPE, ...headers } })
  const refused = await send({})
  assert.equal(refused.status, 403)
  assert.equal(((await refused.json()) as { error: { code: string } }).error.code, 'csrf')
  const good = await send({ 'x-csrftoken': browser.cookies.get('csrftoken') ?? '' })
  assert.deepEqual(await good.json(), { got: { a: 1 } })
})

test('the handler still gets the body that the check had to read: as a form, as text, as a stream', async () => {
  for (const read of [
    async (request: Request) => String((await request.formData()).get('a')),
    async (request: Request) => String(new URLSearchParams(await request.text()).get('a')),
    async (request: Request) => {
      let whole = ''
      for await (const chunk of request.body ?? []) whole += Buffer.from(chunk as Uint8Array).toString()
      return String(new URLSearchParams(whole).get('a'))
    },
  ]) {
    const world = await fetchSite((fetchRequest) => async (request) => {
      const first = await read(fetchRequest)
      return new Response(`${first} ${(await request.form()).get('a')}`)
    })
    const reply = await (await world.loggedIn()).post('/own/', { a: 'é' })
    assert.equal(await reply.text(), 'é é')
  }
})

test('a body that the handler has read already has no fields for Postern, and JSON of it is a 400', async () => {
  const world = await fetchSite((fetchRequest) => async (request) => {
    await fetchRequest.text()
    const fields = [...(await request.form())].length
    await assert.rejects(request.incoming.json(), (error) => error instanceof RequestError && error.statusCode === 400)
    return new Response(String(fields))
  })
  const reply = await world.visitor().send('/', { method: 'POST', body: new URLSearchParams({ a: '1' }) })
  assert.equal(await reply.text(), '0')
})

test('a form that somebody has read before Postern saw it is refused, and nothing throws', async () => {
  const world = await site()
  const browser = await world.loggedIn()
  const form = new URLSearchParams({ csrfmiddlewaretoken: browser.cookies.get('csrftoken') ?? '' })
  const read = browser.request('/accounts/logout/', { method: 'POST', body: form })
  await read.text()
  assert.equal((await world.handle(read)).status, 403)
  const held = browser.request('/accounts/logout/', { method: 'POST', body: form })
  held.body?.getReader()
  assert.equal((await world.handle(held)).status, 400)
})

test('a body is read once, however often and at once it is asked for', async () => {
  const request = new FetchRequest(
    new Request(ORIGIN, { method: 'POST', body: new URLSearchParams({ a: '1' }) }),
    0,
    '',
  )
  const [one, two] = await Promise.all([request.form(), request.form()])
  assert.equal(one, two)
  assert.equal(one.get('a'), '1')
  await assert.rejects(request.json(), /not JSON/)
})

test('what a form says is text on a page and nothing else', async () => {
  const urls = [
    path(
      'show/',
      csrfExempt(async (request) => page(html`<p>${(await request.form()).get('a')}</p>`)),
    ),
  ]
  const visitor = (await fetchSite(undefined, { urls })).visitor()
  const reply = await visitor.send('/show/', { method: 'POST', body: new URLSearchParams({ a: '<script>' }) })
  assert.equal(await reply.text(), '<p>&lt;script&gt;</p>')
})
