import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { csrfExempt, json, messages, path, text } from '../../src/index.ts'
import { postern } from '../../src/node.ts'
import { ALICE, testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'
import { RawClient, type RawReply } from './raw-client.ts'

/** How many requests in all; the whole measure is 100,000 (POSTERN_FUZZ=100000). */
const TOTAL = Number(process.env.POSTERN_FUZZ ?? 5000)
const SEED = Number(process.env.POSTERN_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
const CONNECTIONS = 16
const SECRET = 'x'.repeat(32)

let port = 0
const closing: (() => unknown)[] = []

before(async () => {
  const { auth } = await testPostern({
    now: Date.now,
    loginRedirectUrl: '/whoami/',
    session: { cookieAge: 3600 },
    urls: [
      path('whoami/', ({ user, session }) => json({ username: user.username, keys: session.keys() })),
      path('say/', (request) => text([...messages.getMessages(request)].join('\n'))),
      path(
        'form/',
        csrfExempt(async (request) => json([...(await request.form())].length)),
      ),
      path('write/', ({ session }) => {
        session.set('touched', true)
        return text('written')
      }),
    ],
  })
  const base = await serve(
    { after: (hook) => closing.push(hook as () => unknown) },
    postern(auth).handler((_req, res) => res.end('public')),
  )
  port = Number(new URL(base).port)
})
after(async () => {
  for (const close of closing) await close()
})

const host = (): string => `127.0.0.1:${port}`
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '/',
          '\\',
          '//',
          '\\\\',
          ':',
          '@',
          '?',
          '#',
          '%',
          '%2f',
          '%5c',
          '%00',
          '..',
          '.',
          ';',
          '&',
          '=',
          ',',
          '"',
          "'",
        ],
        ...[
          ' ',
          '\t',
          '\r',
          '\n',
          '\0',
          '\x7f',
          '\x85',
          '\xa0',
          '\u2028',
          '。',
          '／',
          '\u200b',
          '😀',
          '[',
          ']',
          '[::1]',
          '<script>',
        ],
        ...[
          'http:',
          'https:',
          'javascript:',
          'data:',
          'ftp://',
          'evil.example',
          '127.0.0.1',
          'localhost',
          'sessionid',
          'next',
          '__proto__',
        ],
      ),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 9 },
  )
  .map((parts) => parts.join(''))
/** Header values as bytes: what cannot be in a header line at all is left out by the socket's own framing. */
const headerValue = hostile.map((value) => Buffer.from(value.replaceAll(/[\r\n]/g, ''), 'utf8').toString('latin1'))

test('no next value leads off the site or to an error page, at login and at logout', async () => {
  await play(
    'next',
    hostile,
    0.3,
    (next, at) => {
      const leaving = at % 2 === 0
      const fields = leaving ? { next } : { ...ALICE, next }
      const form = new URLSearchParams({ csrfmiddlewaretoken: SECRET, ...fields }).toString()
      return post(leaving ? '/accounts/logout/' : '/accounts/login/', form, `Cookie: csrftoken=${SECRET}`)
    },
    (reply, next) => {
      assert.ok([200, 302].includes(reply.status), `${reply.status}`)
      // Where a browser cannot make a URL of it (`//`) it goes nowhere.
      if (reply.location === undefined || !URL.canParse(reply.location, `http://${host()}`)) return
      const target = new URL(reply.location, `http://${host()}/accounts/login/`)
      assert.equal(target.host, host(), `${JSON.stringify(next)} leads to ${target.href}`)
      assert.match(target.protocol, /^https?:$/)
    },
  )
})

test('no Cookie header is an error page, or somebody', async () => {
  const names = fc.constantFrom('sessionid', 'csrftoken', 'messages', 'a')
  const cookies = fc
    .array(fc.tuple(names, headerValue), { maxLength: 5 })
    .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('; '))
  await play(
    'cookies',
    fc.oneof(cookies, headerValue),
    0.25,
    (cookie, at) => get(['/whoami/', '/say/', '/write/', '/accounts/login/'][at % 4] ?? '/', `Cookie: ${cookie}`),
    (reply) => {
      // 400 is Node's own, for a header line with control characters.
      assert.ok([200, 400].includes(reply.status), `${reply.status}`)
      if (reply.body.startsWith('{"username"')) assert.match(reply.body, /^\{"username":"","keys":\[\]\}$/)
    },
  )
})

test('no foreign Origin, Referer or Host gets through, and none is an error page', async () => {
  const name = fc.constantFrom('Origin', 'Referer', 'Sec-Fetch-Site', 'X-Forwarded-Proto', 'X-CSRFToken')
  await play(
    'origins',
    fc.tuple(name, headerValue),
    0.15,
    ([header, value]) => post('/accounts/login/', '', `Cookie: csrftoken=${SECRET}\r\n${header}: ${value}`),
    (reply) => assert.ok([400, 403].includes(reply.status), `${reply.status}`),
  )
  await play(
    'hosts',
    headerValue,
    0.05,
    (value) => [`GET /whoami/ HTTP/1.1\r\nHost: ${value}\r\n\r\n`],
    (reply, value) =>
      assert.ok(
        reply.status === 400 || /^(?:127\.0\.0\.1|\[::1\]|(?:.*\.)?localhost)\.?(?::\d*)?$/i.test(value.trim()),
        `${reply.status}`,
      ),
  )
})

test('no form body is an error page', async () => {
  const type = fc.constantFrom(
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/json',
    '',
  )
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    hostile.map((text) => Buffer.from(text)),
    fc.integer({ min: 900, max: 1100 }).map((count) => Buffer.from('a=1&'.repeat(count))),
  )
  await play(
    'bodies',
    fc.tuple(type, body),
    0.15,
    ([contentType, bytes], at) =>
      post(at % 2 === 0 ? '/form/' : '/accounts/login/', bytes, `Cookie: csrftoken=${SECRET}`, contentType),
    (reply) => assert.ok([200, 400, 403].includes(reply.status), `${reply.status}`),
  )
})

test('no message cookie is an error page, or shows what nobody signed', async () => {
  const valid = 'W1siX19qc29uX21lc3NhZ2UiLDAsMjAsImhpIl1d:1v6mOm:dg0BaFrDLfgYp6BCuvIuVKActSrHl1'
  const mutated = fc
    .tuple(fc.nat(valid.length), headerValue)
    .map(([at, junk]) => valid.slice(0, at) + junk + valid.slice(at + 1))
  await play(
    'messages',
    fc.oneof(mutated, headerValue),
    0.1,
    (value) => get('/say/', `Cookie: messages=${value}`),
    (reply) => {
      assert.ok([200, 400].includes(reply.status), `${reply.status}`)
      if (reply.status === 200) assert.equal(reply.body, '')
    },
  )
})

type Request = readonly [head: string, body?: Buffer]

function get(target: string, header: string): Request {
  return [`GET ${target} HTTP/1.1\r\nHost: ${host()}\r\n${header}\r\n\r\n`]
}

function post(
  target: string,
  body: string | Buffer,
  header: string,
  type = 'application/x-www-form-urlencoded',
): Request {
  const bytes = Buffer.from(body)
  return [
    `POST ${target} HTTP/1.1\r\nHost: ${host()}\r\nContent-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n${header}\r\n\r\n`,
    bytes,
  ]
}

/** Plays a share of all requests, and says with which seed and value the first one failed. */
async function play<T>(
  what: string,
  values: fc.Arbitrary<T>,
  share: number,
  request: (value: T, at: number) => Request,
  check: (reply: RawReply, value: T) => void,
): Promise<void> {
  const sample = fc.sample(values, { numRuns: Math.ceil(TOTAL * share), seed: SEED })
  let next = 0
  const worker = async (): Promise<void> => {
    const client = new RawClient(port)
    for (let at = next++; at < sample.length; at = next++) {
      const value = sample[at] as T
      const reply = await client.send(...request(value, at))
      try {
        check(reply, value)
      } catch (error) {
        throw new Error(
          `${what}, POSTERN_FUZZ_SEED=${SEED}: ${JSON.stringify(value)}: ${(error as Error).message}\n${reply.body.slice(0, 300)}`,
        )
      }
    }
    client.close()
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
}
