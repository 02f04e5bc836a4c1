/** What a visitor, a program and the log get to see of the limits on guessing. */
import assert from 'node:assert/strict'
import { request as send } from 'node:http'
import { test } from 'node:test'
import express from 'express'
import type { AuthRequest } from '../../src/auth/auth-request.ts'
import { authenticate } from '../../src/auth/authenticate.ts'
import type { Credentials } from '../../src/auth/backend.ts'
import { StoreUnavailable, TooManyAttempts } from '../../src/errors.ts'
import { postern } from '../../src/express.ts'
import { memory } from '../../src/memory.ts'
import type { Hasher } from '../../src/passwords/hasher.ts'
import { Pbkdf2Hasher } from '../../src/passwords/hashers/pbkdf2.ts'
import type { Browser, Reply } from '../support/browser.ts'
import { ALICE, testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'
import { listen, type Site, site } from '../support/site.ts'

const SENTENCE = 'Too many failed attempts. Try again in 2 minutes.'

/** Ten wrong guesses at an account. */
async function guess(browser: Browser, username = 'alice', times = 10): Promise<void> {
  for (let n = 0; n < times; n++) assert.equal((await browser.login(username, `guess ${n}`)).status, 200)
}

function refusals(reply: Reply): string[] {
  return [...reply.body.matchAll(/<li>([^<]*)<\/li>/g)].map(([, text]) => text ?? '')
}

test('a person gets the login page again, with a sentence, the name they typed and 429', async (t) => {
  const here = await site(t)
  const browser = here.visitor()
  await guess(browser)
  const reply = await browser.login()
  assert.equal(reply.status, 429)
  assert.equal(reply.headers['retry-after'], '90')
  assert.match(String(reply.headers['cache-control']), /no-store/)
  assert.deepEqual(refusals(reply), [SENTENCE])
  assert.match(reply.body, /name="username"[^>]* value="alice"/)
  assert.doesNotMatch(reply.body, /wonder-Land/)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
  here.clock.pass(31)
  assert.deepEqual(refusals(await browser.login()), ['Too many failed attempts. Try again in 1 minute.'])
  here.clock.pass(59)
  assert.equal((await browser.login()).status, 302)
})

test('the sentence is in the language of the site', async (t) => {
  const german = {
    'Too many failed attempts. Try again in %(minutes)d minute.': [
      'Zu viele Fehlversuche. In %(minutes)d Minute geht es wieder.',
      'Zu viele Fehlversuche. In %(minutes)d Minuten geht es wieder.',
    ],
  } as const
  const here = await site(t, { languages: ['de'], catalogs: { de: german } })
  const browser = here.visitor()
  await guess(browser)
  assert.deepEqual(refusals(await browser.login()), ['Zu viele Fehlversuche. In 2 Minuten geht es wieder.'])
})

test('a program gets 429 in JSON, with Retry-After', async (t) => {
  const here = await site(t)
  const browser = here.visitor()
  await guess(browser)
  const reply = await browser.post('/accounts/login/', ALICE, { Accept: 'application/json' })
  assert.equal(reply.status, 429)
  assert.equal(reply.headers['retry-after'], '90')
  assert.deepEqual(JSON.parse(reply.body), { error: { code: 'too_many_attempts', message: SENTENCE } })
})

test("an application's own login gets the error, and its framework answers by itself", async (t) => {
  const { auth } = await testPostern()
  const app = express().set('env', 'test')
  app.use(postern(auth).middleware)
  app.post('/login', express.json(), async (req, res) => {
    const user = await authenticate(req, req.body)
    res.status(user === null ? 401 : 200).json({})
  })
  const base = await serve(t, app)
  const login = (): Promise<Response> =>
    fetch(`${base}/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: 'alice', password: 'wrong' }),
    })
  for (let n = 0; n < 10; n++) assert.equal((await login()).status, 401)
  const reply = await login()
  assert.equal(reply.status, 429)
  assert.equal(reply.headers.get('retry-after'), '90')
  const error = new TooManyAttempts(90)
  assert.deepEqual(
    [error.code, error.statusCode, error.retryAfter, error.message],
    ['ERR_TOO_MANY_ATTEMPTS', 429, 90, SENTENCE],
  )
})

test('a name that nobody has is refused at the same guess, with the same answer, as one that somebody has', async (t) => {
  const here = await site(t)
  await here.auth.createUser({ username: 'inactive', password: 'in-Active-1', isActive: false })
  await here.auth.createUser({ username: 'unusable' })
  const answers = new Set<string>()
  for (const username of ['alice', 'nobody', 'inactive', 'unusable']) {
    const browser = here.visitor()
    await guess(browser, username)
    const { status, headers, body } = await browser.login(username, 'whatever')
    const { date: _, 'set-cookie': __, ...others } = headers
    const same = body.replaceAll(username, 'NAME').replace(/value="[A-Za-z0-9]{64}"/, '')
    answers.add(JSON.stringify([status, { ...others, 'content-length': '' }, same]))
  }
  assert.equal(answers.size, 1)
})

test('nobody looks at a password that is refused: no hash is made, no user is looked up', async (t) => {
  const cheap = new Pbkdf2Hasher({ rounds: 1 })
  let hashes = 0
  const counting: Hasher = {
    algorithm: cheap.algorithm,
    salt: () => cheap.salt(),
    encode: (password, salt) => {
      hashes += 1
      return cheap.encode(password, salt)
    },
    verify: (password, encoded) => {
      hashes += 1
      return cheap.verify(password, encoded)
    },
    mustUpdate: () => false,
    hardenRuntime: async () => {},
  }
  const database = memory()
  const here = await site(t, { database, passwordHashers: [counting] })
  const browser = here.visitor()
  hashes = 0
  await guess(browser)
  assert.equal(hashes, 10)
  const find = t.mock.method(database.users, 'findByUsername')
  for (let n = 0; n < 20; n++) assert.equal((await browser.login()).status, 429)
  assert.equal(hashes, 10)
  assert.equal(find.mock.callCount(), 0)
})

test('a refusal is an event and a row of the audit log, once a minute', async (t) => {
  const here = await site(t)
  const heard = listen(t, 'login_limited')
  const failed = listen(t, 'user_login_failed')
  const browser = here.visitor()
  await guess(browser)
  for (let n = 0; n < 20; n++) await browser.login('alice', 'a-Secret-guess')
  assert.equal(failed.length, 10)
  assert.deepEqual(
    heard.map(({ credentials, retryAfter, incoming }) => [credentials, retryAfter, incoming?.clientAddress]),
    [[{ username: 'alice', password: '********************' }, 90, '127.0.0.1']],
  )
  await here.auth.settled()
  const rows = await here.auth.events.list({ event: 'login_limited' })
  assert.deepEqual(
    rows.map(({ userId, address, data }) => [userId, address, data]),
    [[null, '127.0.0.1', { retryAfter: 90 }]],
  )
})

test('a store that is down lets nobody guess: 503, also for the right password', async (t) => {
  const database = memory()
  const here = await site(t, { database })
  const browser = here.visitor()
  await browser.get('/accounts/login/')
  const find = t.mock.method(database.users, 'findByUsername')
  t.mock.method(database.attempts, 'read', () => {
    throw new StoreUnavailable()
  })
  const reply = await browser.login()
  assert.equal(reply.status, 503)
  assert.equal(reply.headers['retry-after'], '2')
  assert.equal(find.mock.callCount(), 0)
})

test('right and wrong passwords are the same 503 while failures cannot be written down', async (t) => {
  const database = memory()
  const here = await site(t, { database })
  const broken = (): never => {
    throw new StoreUnavailable()
  }
  t.mock.method(database.attempts, 'take', broken)
  t.mock.method(database.users, 'update', broken)
  const answers = new Set<string>()
  for (const password of ['wrong', ALICE.password, 'wrong', ALICE.password]) {
    const reply = await here.visitor().login('alice', password)
    assert.equal(reply.status, 503)
    answers.add(reply.body)
  }
  assert.equal(answers.size, 1)
})

test('ten thousand names that are made up leave a small table behind', async (t) => {
  const database = memory()
  const here = await site(t, { database, loginLimits: { network: false } })
  const request = await here.auth.open({
    method: 'POST',
    url: '/',
    prefix: '',
    scheme: 'http',
    host: 'localhost',
    header: () => undefined,
    form: () => Promise.reject(new Error('there is no form')),
    json: () => Promise.reject(new Error('there is no body')),
  })
  for (let n = 0; n < 10_000; n++) {
    here.clock.pass(0.1)
    assert.equal(await authenticate(request, { username: `made up ${n}`, password: 'x' }), null)
  }
  await here.auth.settled()
  here.clock.pass(90)
  const { attempts } = await here.auth.clearExpired()
  assert.ok(attempts <= 2000, `${attempts} rows`)
})

/** A guess with headers of the client's own. */
function guessWith(here: Site, username: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const body = new URLSearchParams({ username, password: 'wrong', csrfmiddlewaretoken: 'a'.repeat(32) }).toString()
    const options = {
      method: 'POST',
      headers: {
        Cookie: `csrftoken=${'a'.repeat(32)}`,
        'Content-Type': 'application/x-www-form-urlencoded',
        ...headers,
      },
    }
    const sent = send(new URL('/accounts/login/', here.base), options, (res) => resolve(res.resume().statusCode ?? 0))
    sent.on('error', reject).end(body)
  })
}

const BODY = JSON.stringify({ username: 'u', password: 'x' })
const FEW = { account: false, network: { attempts: 5, seconds: 900 } } as const

test('without proxies an X-Forwarded-For header gives nobody from outside another network', async () => {
  const { auth } = await testPostern({ loginLimits: FEW })
  const guessed = async (headers: Record<string, string>): Promise<number> => {
    const sent = { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: BODY }
    const url = 'http://localhost/api/'
    const tried = async (request: AuthRequest): Promise<Response> => {
      const user = await authenticate(request, (await request.incoming.json()) as Credentials)
      return new Response(String(user))
    }
    const options = { clientAddress: '203.0.113.7', otherwise: tried }
    return (await auth.handle(new Request(url, sent), options)).status
  }
  for (let n = 0; n < 5; n++) assert.equal(await guessed({ 'X-Forwarded-For': `198.51.100.${n}` }), 200)
  assert.equal(await guessed({ 'X-Forwarded-For': '198.51.100.99' }), 429)
  assert.equal(await guessed({ Forwarded: 'for=198.51.100.99', 'X-Real-IP': '198.51.100.99' }), 429)
})

test('behind a proxy that the settings do not know nobody is counted by its address, which is that of all', async (t) => {
  const here = await site(t, { loginLimits: FEW })
  for (let n = 0; n < 7; n++) assert.equal(await guessWith(here, `u${n}`, { 'X-Forwarded-For': `203.0.113.${n}` }), 200)
  for (let n = 0; n < 5; n++) assert.equal(await guessWith(here, `u${n}`, {}), 200)
  assert.equal(await guessWith(here, 'u', {}), 429)
})

test('behind one proxy the last address counts, which the proxy wrote, and not what the client put before it', async (t) => {
  const here = await site(t, { proxies: 1, loginLimits: FEW })
  const from = (made: string, real: string): Promise<number> =>
    guessWith(here, 'u', { 'X-Forwarded-For': `${made}, ${real}` })
  for (let n = 0; n < 5; n++) assert.equal(await from(`198.51.100.${n}`, '203.0.113.7'), 200)
  assert.equal(await from('198.51.100.99', '203.0.113.7'), 429)
  assert.equal(await from('203.0.113.7', '203.0.113.8'), 200)
})

test('a client that changes its IPv6 address within its /64 stays where it is', async (t) => {
  const here = await site(t, { proxies: 1, loginLimits: FEW })
  for (let n = 0; n < 5; n++) assert.equal(await guessWith(here, 'u', { 'X-Forwarded-For': `2001:db8::${n}` }), 200)
  assert.equal(await guessWith(here, 'u', { 'X-Forwarded-For': '2001:db8::dead:beef' }), 429)
  assert.equal(await guessWith(here, 'u', { 'X-Forwarded-For': '2001:db8:0:1::1' }), 200)
})

test('limits that are turned off are off', async (t) => {
  const here = await site(t, { loginLimits: false })
  const browser = here.visitor()
  await guess(browser, 'alice', 30)
  assert.equal((await browser.login()).status, 302)
})
