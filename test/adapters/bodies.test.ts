/** Bodies: the check for CSRF finds its token in them, and the application finds them as if nobody had looked. */
import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import type { AuthRequest } from '../../src/index.ts'
import { multipart, sendBody, URL_ENCODED, withToken } from '../support/bodies.ts'
import { frameworks, type Handle } from '../support/frameworks.ts'
import { heldSite } from '../support/held-site.ts'
import { RawConnection } from '../support/raw-connection.ts'

const LIMIT = 2_621_440

/** Reads the body as an application on plain node:http does, without Postern. */
const echo: Handle = async (req, res) => res.end(`got ${await text(req)}`)

for (const [name, listen] of Object.entries(frameworks)) {
  test(`${name}: a form whose token was checked reaches the handler's own reading whole`, async (t) => {
    const { browser } = await heldSite(t, listen, echo)
    const body = `${withToken(browser)}&a=1&a=2&b[c]=%E2%82%AC`
    const reply = await sendBody(browser, body, URL_ENCODED)
    assert.deepEqual([reply.status, reply.body], [200, `got ${body}`])
    const wrong = await sendBody(browser, `csrfmiddlewaretoken=${'x'.repeat(32)}&a=1`, URL_ENCODED)
    assert.equal(wrong.status, 403)
  })

  test(`${name}: a form in many pieces, larger than what streams take at once, reaches the handler whole`, async (t) => {
    const { base, browser } = await heldSite(t, listen, async (req, res) => res.end(`got ${(await text(req)).length}.`))
    const body = `${withToken(browser)}&a=${'y'.repeat(900_000)}`
    const wire = await RawConnection.open(t, base)
    wire.ask(`POST /\nContent-Type: ${URL_ENCODED}\nTransfer-Encoding: chunked`, browser.cookies)
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
    assert.equal((await sendBody(browser, body, URL_ENCODED)).body, `1 ${body.length} 1`)
    const late = await browser.send('/late', { method: 'POST', body, headers: { 'content-type': URL_ENCODED } })
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
      ['a=1', URL_ENCODED],
      ['anything', 'application/octet-stream'],
    ] as const
    for (const [body, contentType] of bodies) {
      const token = { 'x-csrftoken': browser.cookies.get('csrftoken') ?? '' }
      const reply = await sendBody(browser, body, contentType, token)
      assert.deepEqual([reply.status, reply.body], [200, `got ${body}`])
      if (contentType !== URL_ENCODED) assert.equal((await sendBody(browser, body, contentType)).status, 403)
    }
    assert.deepEqual(untouched, [true, true, true, true])
  })

  test(`${name}: a body over the limit is a 413, whether it says so or not, for views and the application`, async (t) => {
    const { base, browser } = await heldSite(t, listen, echo)
    for (const path of ['/', '/accounts/login/']) {
      const declared = await RawConnection.open(t, base)
      declared.ask(`POST ${path}\nContent-Type: ${URL_ENCODED}\nContent-Length: ${LIMIT + 1}`, browser.cookies)
      const answer = await declared.ended()
      assert.match(answer, /^HTTP\/1\.1 413 Payload Too Large\r\n/)
      assert.match(answer, /\r\nConnection: close\r\n/)

      const chunked = await RawConnection.open(t, base)
      chunked.ask(`POST ${path}\nContent-Type: ${URL_ENCODED}\nTransfer-Encoding: chunked`, browser.cookies)
      const piece = `10000\r\n${'y'.repeat(0x10000)}\r\n`
      for (let sent = 0; sent <= LIMIT; sent += 0x10000) chunked.write(piece)
      assert.match(await chunked.until(/\r\n\r\n/), /^HTTP\/1\.1 413 /)
    }
    const fits = `${withToken(browser)}&a=`
    const reply = await sendBody(browser, fits + 'y'.repeat(LIMIT - fits.length), URL_ENCODED)
    assert.equal(reply.body.length, LIMIT + 4)
  })

  test(`${name}: a client that goes away in the middle of its form harms nobody`, async (t) => {
    const { base, browser } = await heldSite(t, listen, echo)
    const wire = await RawConnection.open(t, base)
    wire.ask(`POST /\nContent-Type: ${URL_ENCODED}\nContent-Length: 1000\nExpect: 100-continue`, browser.cookies)
    await wire.until(/100 Continue/)
    wire.write('csrfmiddleware')
    wire.vanish()
    assert.equal((await browser.get('/')).body, 'got ')
  })

  test(`${name}: a form without a body is refused, not waited for`, async (t) => {
    const { browser } = await heldSite(t, listen, echo)
    assert.equal((await sendBody(browser, '', URL_ENCODED)).status, 403)
    const reply = await browser.send('/', { method: 'POST', headers: { 'content-type': URL_ENCODED } })
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
