/** Bodies: the check for CSRF finds its token in them, and the application finds them as if nobody had looked. */
import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import express, { type Express } from 'express'
import { postern as onExpress } from '../../src/express.ts'
import type { AuthRequest } from '../../src/index.ts'
import { Browser, type Reply } from '../support/browser.ts'
import { frameworks, type Handle } from '../support/frameworks.ts'
import { heldSite } from '../support/held-site.ts'
import { testPostern } from '../support/postern.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { serve } from '../support/serve.ts'

const FORM = 'application/x-www-form-urlencoded'
const LIMIT = 2_621_440

/** Reads the body as an application on plain node:http does, without Postern. */
const echo: Handle = async (req, res) => res.end(`got ${await text(req)}`)

function send(browser: Browser, body: string, type: string, headers: Record<string, string> = {}): Promise<Reply> {
  return browser.send('/', { method: 'POST', body, headers: { 'content-type': type, ...headers } })
}

function withToken(browser: Browser): string {
  return `csrfmiddlewaretoken=${browser.cookies.get('csrftoken')}`
}

/** A multipart body with one field. */
function multipart(name: string, value: string): readonly [body: string, type: string] {
  const body = `--edge\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--edge--\r\n`
  return [body, 'multipart/form-data; boundary=edge']
}

for (const [name, listen] of Object.entries(frameworks)) {
  test(`${name}: a form whose token was checked reaches the handler's own reading whole`, async (t) => {
    const { browser } = await heldSite(t, listen, echo)
    const body = `${withToken(browser)}&a=1&a=2&b[c]=%E2%82%AC`
    const reply = await send(browser, body, FORM)
    assert.deepEqual([reply.status, reply.body], [200, `got ${body}`])
    const wrong = await send(browser, `csrfmiddlewaretoken=${'x'.repeat(32)}&a=1`, FORM)
    assert.equal(wrong.status, 403)
  })

  test(`${name}: a form in many pieces, larger than what streams take at once, reaches the handler whole`, async (t) => {
    const { base, browser } = await heldSite(t, listen, async (req, res) => res.end(`got ${(await text(req)).length}.`))
    const body = `${withToken(browser)}&a=${'y'.repeat(900_000)}`
    const wire = await RawConnection.open(t, base)
    wire.ask(`POST /\nContent-Type: ${FORM}\nTransfer-Encoding: chunked`, browser.cookies)
    for (let at = 0; at < body.length; at += 100_000) {
      const piece = body.slice(at, at + 100_000)
      wire.write(`${piece.length.toString(16)}\r\n${piece}\r\n`)
      await new Promise(setImmediate)
    }
    wire.write('0\r\n\r\n')
    await wire.until(new RegExp(`got ${body.length}\\.`))
    wire.ask('GET /', browser.cookies)
    await wire.until(/got 0\./)
  })

  test(`${name}: the request's own form() has the fields, before and after the handler read the body`, async (t) => {
    const fields = async (request: AuthRequest): Promise<string | undefined> => (await request.form()).get('a')
    const { browser } = await heldSite(t, listen, async (req, res, request) => {
      const before = req.url === '/late' ? '-' : await fields(request)
      const body = await text(req)
      return res.end(`${before} ${body.length} ${await fields(request)}`)
    })
    const body = `${withToken(browser)}&a=1`
    assert.equal((await send(browser, body, FORM)).body, `1 ${body.length} 1`)
    const late = await browser.send('/late', { method: 'POST', body, headers: { 'content-type': FORM } })
    assert.equal(late.body, `- ${body.length} 1`)
  })

  test(`${name}: a token in the header is enough for JSON, files and other bodies, and none of them is touched`, async (t) => {
    const untouched: boolean[] = []
    const { browser } = await heldSite(t, listen, (req, res, request) => {
      untouched.push(!req.readableDidRead)
      return echo(req, res, request)
    })
    const [files, type] = multipart('a', '1')
    const bodies = [
      ['{"a":1}', 'application/json'],
      [files, type],
      ['a=1', FORM],
      ['anything', 'application/octet-stream'],
    ] as const
    for (const [body, contentType] of bodies) {
      const token = { 'x-csrftoken': browser.cookies.get('csrftoken') ?? '' }
      const reply = await send(browser, body, contentType, token)
      assert.deepEqual([reply.status, reply.body], [200, `got ${body}`])
      if (contentType !== FORM) assert.equal((await send(browser, body, contentType)).status, 403)
    }
    assert.deepEqual(untouched, [true, true, true, true])
  })

  test(`${name}: a body over the limit is a 413, whether it says so or not, for views and the application`, async (t) => {
    const { base, browser } = await heldSite(t, listen, echo)
    for (const path of ['/', '/accounts/login/']) {
      const declared = await RawConnection.open(t, base)
      declared.ask(`POST ${path}\nContent-Type: ${FORM}\nContent-Length: ${LIMIT + 1}`, browser.cookies)
      const answer = await declared.ended()
      assert.match(answer, /^HTTP\/1\.1 413 Payload Too Large\r\n/)
      assert.match(answer, /\r\nConnection: close\r\n/)

      const chunked = await RawConnection.open(t, base)
      chunked.ask(`POST ${path}\nContent-Type: ${FORM}\nTransfer-Encoding: chunked`, browser.cookies)
      const piece = `10000\r\n${'y'.repeat(0x10000)}\r\n`
      for (let sent = 0; sent <= LIMIT; sent += 0x10000) chunked.write(piece)
      assert.match(await chunked.until(/\r\n\r\n/), /^HTTP\/1\.1 413 /)
    }
    const fits = `${withToken(browser)}&a=`
    const reply = await send(browser, fits + 'y'.repeat(LIMIT - fits.length), FORM)
    assert.equal(reply.body.length, LIMIT + 4)
  })

  test(`${name}: a client that goes away in the middle of its form harms nobody`, async (t) => {
    const { base, browser } = await heldSite(t, listen, echo)
    const wire = await RawConnection.open(t, base)
    wire.ask(`POST /\nContent-Type: ${FORM}\nContent-Length: 1000\nExpect: 100-continue`, browser.cookies)
    await wire.until(/100 Continue/)
    wire.write('csrfmiddleware')
    wire.vanish()
    assert.equal((await browser.get('/')).body, 'got ')
  })

  test(`${name}: a form without a body is refused, not waited for`, async (t) => {
    const { browser } = await heldSite(t, listen, echo)
    assert.equal((await send(browser, '', FORM)).status, 403)
    const reply = await browser.send('/', { method: 'POST', headers: { 'content-type': FORM } })
    assert.equal(reply.status, 403)
  })

  test(`${name}: a signal says that the client has gone, not that its body was read`, async (t) => {
    const heard = Promise.withResolvers<AbortSignal>()
    const { base, browser } = await heldSite(t, listen, async (req, res, request) => {
      const { signal } = request.incoming
      assert.ok(signal)
      await text(req)
      await new Promise(setImmediate)
      assert.equal(signal.aborted, false)
      res.write('begun')
      heard.resolve(signal)
    })
    const wire = await RawConnection.open(t, base)
    wire.ask('GET /', browser.cookies)
    const signal = await heard.promise
    await wire.until(/begun/)
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
    wire.vanish()
    await aborted
  })
}

/** An application that shows its `req.body`; `order` puts the parsers before Postern or after it. */
async function expressSite(
  order: 'before' | 'after',
  t: { after(end: () => unknown): void },
): Promise<{ base: string; browser: Browser }> {
  const { auth } = await testPostern()
  const { middleware } = onExpress(auth)
  const parsers = [express.urlencoded({ extended: true }), express.json(), filesParser]
  const app: Express = express()
  app.set('env', 'test')
  if (order === 'before') app.use(parsers, middleware)
  else app.use(middleware, parsers)
  app.post('/', (req, res) => void res.json(req.body ?? null))
  const base = await serve(t, app)
  const browser = new Browser(base)
  await browser.login()
  assert.equal(browser.cookies.has('sessionid'), true)
  return { base, browser }
}

/** As multer does: reads the files itself and leaves the fields on the request. */
async function filesParser(req: IncomingMessage & { body?: unknown }, _res: unknown, next: () => void): Promise<void> {
  if (String(req.headers['content-type']).startsWith('multipart/')) {
    const [, name = '', value = ''] = /name="(.*)"\r\n\r\n(.*)\r\n/.exec(await text(req)) ?? []
    req.body = { [name]: value }
  }
  next()
}

for (const order of ['before', 'after'] as const) {
  test(`Express: a form parsed ${order} Postern is checked, and the application sees all of it`, async (t) => {
    const { base, browser } = await expressSite(order, t)
    const token = browser.cookies.get('csrftoken') ?? ''
    const reply = await send(browser, `${withToken(browser)}&items[0][name]=tea&items[0][count]=2`, FORM)
    assert.equal(reply.status, 200)
    assert.deepEqual(JSON.parse(reply.body), { csrfmiddlewaretoken: token, items: [{ name: 'tea', count: '2' }] })
    assert.equal((await send(browser, 'a=1', FORM)).status, 403)
    // The same for those whom nobody checks.
    const anonymous = await send(new Browser(base), 'items[0][name]=tea', FORM)
    assert.deepEqual(JSON.parse(anonymous.body), { items: [{ name: 'tea' }] })
  })

  test(`Express: JSON parsed ${order} Postern is checked by its header`, async (t) => {
    const { browser } = await expressSite(order, t)
    const token = { 'x-csrftoken': browser.cookies.get('csrftoken') ?? '' }
    const reply = await send(browser, '{"a":{"b":1}}', 'application/json', token)
    assert.deepEqual([reply.status, reply.body], [200, '{"a":{"b":1}}'])
    assert.equal((await send(browser, '{"a":1}', 'application/json')).status, 403)
  })

  test(`Express: files parsed ${order} Postern are ${order === 'before' ? 'checked by their field' : 'refused without the header'}`, async (t) => {
    const { browser } = await expressSite(order, t)
    const token = browser.cookies.get('csrftoken') ?? ''
    const field = await send(browser, ...multipart('csrfmiddlewaretoken', token))
    assert.equal(field.status, order === 'before' ? 200 : 403)
    assert.equal((await send(browser, ...multipart('csrfmiddlewaretoken', 'x'.repeat(32)))).status, 403)
    const [body, type] = multipart('a', '1')
    const header = await send(browser, body, type, { 'x-csrftoken': token })
    assert.deepEqual([header.status, header.body], [200, '{"a":"1"}'])
  })
}

test('Express: a form that somebody read and dropped is refused instead of waited for', async (t) => {
  const { auth } = await testPostern()
  const app = express()
  app.use((req, _res, next) => void req.resume().on('end', () => next()))
  app.use(onExpress(auth).middleware, (_req, res) => void res.send('in'))
  const browser = new Browser(await serve(t, app))
  await browser.get('/accounts/login/')
  assert.equal((await browser.post('/accounts/login/', { username: 'alice' })).status, 403)
})

test('Express: two Posterns on one request read its form once', async (t) => {
  const { auth } = await testPostern()
  const { middleware } = onExpress(auth)
  const app = express()
  app.use(middleware, middleware, express.urlencoded(), (req, res) => void res.json(req.body))
  const browser = new Browser(await serve(t, app))
  await browser.login()
  assert.equal(browser.cookies.has('sessionid'), true)
  const reply = await send(browser, `${withToken(browser)}&a=1`, FORM)
  assert.equal(JSON.parse(reply.body).a, '1')
})
