import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { RequestError } from '../../src/errors.ts'
import { Fields, fieldsFrom, isJson, isUrlEncoded, parseUrlEncoded, readBody } from '../../src/kernel/forms.ts'

/** What `assert.throws` is asked for an error with this status. */
function status(code: number): (error: unknown) => boolean {
  return (error) => error instanceof RequestError && error.statusCode === code
}

test('a form is read as Django reads it', () => {
  const rows: [string, [string, string][]][] = [
    ['a=1&a=2&b', [['a', '1'], ['a', '2'], ['b', '']]], // biome-ignore format: one row
    ['a=%C3%A9+x%zz%FF%ED%A0%80', [['a', 'é x%zz\ufffd\ufffd\ufffd\ufffd']]],
    ['a;b=1;c=2', [['a;b', '1;c=2']]],
    ['&&=&=x&', [['', ''], ['', 'x']]], // biome-ignore format: one row
    ['__proto__=1', [['__proto__', '1']]],
    ['a=%E2%98%83&%F0%9F%98%80=é', [['a', '☃'], ['😀', 'é']]], // biome-ignore format: one row
    ['a=b=c%3D', [['a', 'b=c=']]],
    ['a=1&b=2&a=3', [['a', '1'], ['a', '3'], ['b', '2']]], // biome-ignore format: one row
    ['a=%', [['a', '%']]],
    ['a=%C3x%A9', [['a', '\ufffdx\ufffd']]],
    ['', []],
    ['&', []],
  ]
  for (const [text, fields] of rows) {
    assert.deepEqual([...parseUrlEncoded(text)], fields, text)
    assert.deepEqual([...parseUrlEncoded(Buffer.from(text))], fields, text)
  }
})

test('bytes that are no UTF-8 are read as Latin-1', () => {
  assert.equal(parseUrlEncoded(Buffer.from('a=\xff', 'latin1')).get('a'), 'ÿ')
  assert.equal(parseUrlEncoded(Buffer.from('xa=1x').subarray(1, 4)).get('a'), '1')
})

test('of a repeated field the last counts, and all can be had', () => {
  const fields = parseUrlEncoded('a=1&a=2')
  assert.equal(fields.get('a'), '2')
  assert.deepEqual(fields.getAll('a'), ['1', '2'])
  fields.getAll('a').push('3')
  assert.deepEqual(fields.getAll('a'), ['1', '2'])
})

test('a field that is not there is absent, whatever objects inherit', () => {
  const fields = parseUrlEncoded('a')
  assert.equal(fields.has('a'), true)
  for (const name of ['b', '__proto__', 'constructor', 'toString']) {
    assert.equal(fields.has(name), false)
    assert.equal(fields.get(name), undefined)
    assert.deepEqual(fields.getAll(name), [])
  }
})

test('a form may have a thousand fields, empty ones counted', () => {
  assert.equal([...parseUrlEncoded(Array(1000).fill('a=1').join('&'))].length, 1000)
  assert.throws(() => parseUrlEncoded('&'.repeat(1000)), status(400))
  assert.throws(() => parseUrlEncoded('a&b&c', { maxFields: 2 }), status(400))
  assert.equal([...parseUrlEncoded('a&b', { maxFields: 2 })].length, 2)
})

test('a megabyte of form is read in linear time', () => {
  const start = performance.now()
  for (const part of ['%', '%C3', '+', '=', '%zz', '%E2%98', 'é%', '%F0%9F%98%80']) {
    const fields = parseUrlEncoded(`a=${part.repeat(1e6 / part.length)}`)
    assert.ok((fields.get('a')?.length ?? 0) > 80_000)
  }
  assert.throws(() => parseUrlEncoded('&'.repeat(1e6)), status(400))
  assert.ok(performance.now() - start < 3_000)
})

test('of a body that the framework parsed only texts are taken over', () => {
  const body = JSON.parse('{"a":"1","b":["2",3,"4",["5"]],"c":{"d":"6"},"e":7,"f":null,"__proto__":"8"}')
  assert.deepEqual(
    [...(fieldsFrom(body) ?? [])],
    [
      ['a', '1'],
      ['b', '2'],
      ['b', '4'],
      ['__proto__', '8'],
    ],
  )
})

test('what is no object of fields is null', () => {
  for (const value of [undefined, null, 'a=1', 7, ['a'], Buffer.from('a=1')]) assert.equal(fieldsFrom(value), null)
  assert.deepEqual([...(fieldsFrom(Object.create(null)) ?? ['none'])], [])
  assert.ok(fieldsFrom({}) instanceof Fields)
})

test('a body is read to its end', async () => {
  assert.equal((await readBody(Readable.from([Buffer.from('a='), Buffer.from('1')]))).toString(), 'a=1')
  assert.equal((await readBody(Readable.from([]))).length, 0)
  const web = new Blob(['zoë']).stream()
  assert.equal((await readBody(web)).toString(), 'zoë')
})

test('a body of the size of the limit is read, and one byte more is 413', async () => {
  const body = [Buffer.alloc(60_000, 'a'), Buffer.alloc(39_999, 'b'), Buffer.from('c')]
  const read = await readBody(Readable.from(body), { maxBytes: 100_000, declaredLength: 100_000 })
  assert.deepEqual(read, Buffer.concat(body))
  await assert.rejects(readBody(Readable.from(body), { maxBytes: 99_999 }), status(413))
  await assert.rejects(readBody(Readable.from([Buffer.alloc(2_621_441)])), status(413))
})

test('a body in very small pieces is read in linear time', async () => {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 100_000; i++) yield Uint8Array.of(i & 0xff)
  }
  const body = await readBody(pieces())
  assert.equal(body.length, 100_000)
  assert.equal(body[99_999], 99_999 & 0xff)
})

test('a body that says itself that it is too large is not read at all', async () => {
  let asked = false
  const chunks: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => {
      asked = true
      return Readable.from([])[Symbol.asyncIterator]()
    },
  }
  await assert.rejects(readBody(chunks, { maxBytes: 10, declaredLength: 11 }), status(413))
  assert.equal(asked, false)
  await readBody(chunks, { declaredLength: Number.NaN })
  assert.equal(asked, true)
})

test('a body that breaks off is a bad request that keeps its cause', async () => {
  const cause = new Error('gone')
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a')
    throw cause
  }
  await assert.rejects(
    readBody(broken()),
    (error) => error instanceof RequestError && error.statusCode === 400 && error.cause === cause,
  )
})

test('a client whose body is too large still gets the answer, and its connection stays of use', async (t) => {
  const server = createServer((incoming, outgoing) => {
    readBody(incoming, { maxBytes: 1000 }).then(
      (body) => outgoing.end(`${body.length} bytes`),
      (error: RequestError) => outgoing.writeHead(error.statusCode).end(error.message),
    )
  })
  server.listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const post = async (size: number): Promise<[number | undefined, string]> => {
    const sent = request({ port, host: '127.0.0.1', method: 'POST', agent })
    sent.end(Buffer.alloc(size))
    const [answer] = await once(sent, 'response')
    let text = ''
    for await (const chunk of answer) text += chunk
    return [answer.statusCode, text]
  }
  assert.deepEqual(await post(1000), [200, '1000 bytes'])
  assert.deepEqual(await post(300_000), [413, 'The body is larger than 1000 bytes.'])
  assert.deepEqual(await post(10), [200, '10 bytes'])
})

test('a form is known by its content type', () => {
  for (const type of ['application/x-www-form-urlencoded', 'Application/X-WWW-Form-Urlencoded ; charset=utf-8']) {
    assert.equal(isUrlEncoded(type), true, type)
  }
  for (const type of [
    undefined,
    '',
    'text/plain',
    'multipart/form-data',
    'text/plain; application/x-www-form-urlencoded',
  ]) {
    assert.equal(isUrlEncoded(type), false, type)
  }
})

test('JSON is known by its content type', () => {
  for (const type of ['application/json', 'APPLICATION/JSON;charset=utf-8', 'application/ld+json']) {
    assert.equal(isJson(type), true, type)
  }
  for (const type of [
    undefined,
    '',
    'text/plain',
    '+json',
    'text/plain;+json',
    'text/plain; a=application/json',
    'text/json',
  ]) {
    assert.equal(isJson(type), false, type)
  }
})
