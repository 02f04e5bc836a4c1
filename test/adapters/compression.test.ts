/** Middleware that rewrites the response, in front of Postern and behind it: the answer is held, sent and refused whole. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { compression } from '../support/compression.ts'
import { frameworks, type Handle } from '../support/frameworks.ts'
import { heldSite } from '../support/held-site.ts'

interface Bytes {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  /** Unpacked. */
  readonly text: string
}

/** A request whose answer may come packed. */
async function ask(url: string, cookies: ReadonlyMap<string, string>): Promise<Bytes> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const sent = request(url, { headers: { cookie, 'accept-encoding': 'gzip' }, agent: false })
  sent.end()
  const [res] = (await once(sent, 'response')) as [IncomingMessage]
  const body = await buffer(res)
  const packed = res.headers['content-encoding'] === 'gzip'
  return { status: res.statusCode ?? 0, headers: res.headers, text: String(packed ? gunzipSync(body) : body) }
}

const BODY = Array.from({ length: 4000 }, (_, index) => `line ${index}`).join('\n')
const HUGE = BODY.repeat(100)

const sends: Readonly<Record<string, (res: ServerResponse) => unknown>> = {
  'end()': (res) => res.end(BODY),
  'end() of a small body': (res) => res.end('small'),
  'write() in pieces': (res) => {
    for (const piece of BODY.split(/(?<=\n)/)) res.write(piece)
    res.end()
  },
  'flushHeaders() and write()': (res) => {
    res.flushHeaders()
    res.write(BODY)
    res.end()
  },
  'writeHead() with a length': (res) => res.writeHead(200, { 'Content-Length': BODY.length }).end(BODY),
  'a large pipe': (res) =>
    Readable.from(
      Array.from({ length: 100 }, () => BODY),
      { objectMode: false },
    ).pipe(res),
}

const texts: Readonly<Record<string, string>> = { 'a large pipe': HUGE, 'end() of a small body': 'small' }

for (const [name, listen] of Object.entries(frameworks)) {
  for (const place of ['before', 'after'] as const) {
    for (const [how, send] of Object.entries(sends)) {
      const handle: Handle = (_req, res, auth) => {
        auth.session.set('seen', true)
        res.setHeader('Content-Type', 'text/plain')
        return send(res)
      }

      test(`${name}, compression ${place} Postern: ${how} arrives whole after the session is stored`, async (t) => {
        const { writes, base, browser } = await heldSite(t, listen, handle, { [place]: compression() })
        writes.hold()
        const asked = ask(base, browser.cookies)
        await writes.reached
        // A turn of the event loop in which the packer works, so that its pieces, too, come while the answer is held.
        await new Promise(setImmediate)
        writes.release()
        const reply = await asked
        assert.equal(reply.status, 200)
        assert.equal(reply.text, texts[how] ?? BODY)
        assert.equal(reply.headers['content-encoding'], how === 'end() of a small body' ? undefined : 'gzip')
        assert.match(String(reply.headers['set-cookie']), /^sessionid=/)
        assert.deepEqual(String(reply.headers.vary).split(', ').sort(), ['Accept-Encoding', 'Cookie'])
        assert.equal(reply.headers['cache-control'], 'private, no-store')
      })

      test(`${name}, compression ${place} Postern: a refusal instead of ${how} arrives whole and alone`, async (t) => {
        const { writes, base, browser } = await heldSite(t, listen, handle, { [place]: compression() })
        writes.hold()
        const asked = ask(base, browser.cookies)
        await writes.reached
        await new Promise(setImmediate)
        writes.fail()
        const reply = await asked
        assert.equal(reply.status, 503)
        assert.match(reply.text, /^<!doctype html>[\s\S]*<\/html>\s*$/i)
        assert.doesNotMatch(reply.text, /line \d|small$/)
        assert.equal(reply.headers['set-cookie'], undefined)
      })
    }

    test(`${name}, compression ${place} Postern: a page for which the user was only read says Vary for both`, async (t) => {
      const handle: Handle = (_req, res, auth) => res.end(`${auth.user.username} ${BODY}`)
      const { base, browser } = await heldSite(t, listen, handle, { [place]: compression() })
      const reply = await ask(base, browser.cookies)
      assert.equal(reply.text, `alice ${BODY}`)
      assert.equal(reply.headers['content-encoding'], 'gzip')
      assert.deepEqual(String(reply.headers.vary).split(', ').sort(), ['Accept-Encoding', 'Cookie'])
      assert.equal(reply.headers['cache-control'], 'private, no-store')
    })
  }
}
