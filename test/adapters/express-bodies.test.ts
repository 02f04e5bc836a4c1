/** Body parsers of Express in front of Postern and behind it: the token is found, and the application sees the same. */
import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import express, { type Express } from 'express'
import { postern as onExpress } from '../../src/express.ts'
import { multipart, sendBody, URL_ENCODED, withToken } from '../support/bodies.ts'
import { Browser } from '../support/browser.ts'
import { testPostern } from '../support/postern.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { serve } from '../support/serve.ts'

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
    const reply = await sendBody(browser, `${withToken(browser)}&items[0][name]=tea&items[0][count]=2`, URL_ENCODED)
    assert.equal(reply.status, 200)
    assert.deepEqual(JSON.parse(reply.body), { csrfmiddlewaretoken: token, items: [{ name: 'tea', count: '2' }] })
    assert.equal((await sendBody(browser, 'a=1', URL_ENCODED)).status, 403)
    // The same for those whom nobody checks.
    const anonymous = await sendBody(new Browser(base), 'items[0][name]=tea', URL_ENCODED)
    assert.deepEqual(JSON.parse(anonymous.body), { items: [{ name: 'tea' }] })
  })

  test(`Express: JSON parsed ${order} Postern is checked by its header`, async (t) => {
    const { browser } = await expressSite(order, t)
    const token = { 'x-csrftoken': browser.cookies.get('csrftoken') ?? '' }
    const reply = await sendBody(browser, '{"a":{"b":1}}', 'application/json', token)
    assert.deepEqual([reply.status, reply.body], [200, '{"a":{"b":1}}'])
    assert.equal((await sendBody(browser, '{"a":1}', 'application/json')).status, 403)
    // Only a form's field is a form's field.
    const field = JSON.stringify({ csrfmiddlewaretoken: browser.cookies.get('csrftoken') })
    assert.equal((await sendBody(browser, field, 'application/json')).status, 403)
  })

  test(`Express: files parsed ${order} Postern are ${order === 'before' ? 'checked by their field' : 'refused without the header'}`, async (t) => {
    const { browser } = await expressSite(order, t)
    const token = browser.cookies.get('csrftoken') ?? ''
    const field = await sendBody(browser, ...multipart('csrfmiddlewaretoken', token))
    assert.equal(field.status, order === 'before' ? 200 : 403)
    assert.equal((await sendBody(browser, ...multipart('csrfmiddlewaretoken', 'x'.repeat(32)))).status, 403)
    const [body, type] = multipart('a', '1')
    const header = await sendBody(browser, body, type, { 'x-csrftoken': token })
    assert.deepEqual([header.status, header.body], [200, '{"a":"1"}'])
  })
}

test('Express: a form that somebody else is reading is left to them', async (t) => {
  const { auth } = await testPostern()
  const read = Promise.withResolvers<string>()
  const app = express()
  app.use((req, _res, next) => {
    if (req.method !== 'POST') return next()
    const pieces: Buffer[] = []
    req.on('data', (piece: Buffer) => pieces.push(piece) === 1 && next())
    req.on('end', () => read.resolve(String(Buffer.concat(pieces))))
  })
  app.use(onExpress(auth).middleware, (_req, res) => void res.send('in'))
  const base = await serve(t, app)
  const browser = new Browser(base)
  await browser.get('/accounts/login/')
  const body = `${withToken(browser)}&a=${'y'.repeat(500_000)}`
  const wire = await RawConnection.open(t, base)
  wire.ask(`POST /accounts/login/\nContent-Type: ${URL_ENCODED}\nContent-Length: ${body.length}`, browser.cookies)
  wire.write(body)
  assert.match(await wire.until(/\r\n\r\n/), /^HTTP\/1\.1 403 /)
  assert.equal(await read.promise, body)
})

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
  const reply = await sendBody(browser, `${withToken(browser)}&a=1`, URL_ENCODED)
  assert.equal(JSON.parse(reply.body).a, '1')
})
