/** Logging in by e-mail address: who is meant, who is not, and what it costs to find out. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { authenticate } from '../../src/auth/authenticate.ts'
import type { Credentials } from '../../src/auth/backend.ts'
import { EmailBackend } from '../../src/auth/email-backend.ts'
import { ModelBackend } from '../../src/auth/model-backend.ts'
import { FetchRequest } from '../../src/fetch-request.ts'
import type { BackendFactory, PosternOptions } from '../../src/options.ts'
import type { Hasher } from '../../src/passwords/hasher.ts'
import { DATABASES } from '../support/databases.ts'
import { ALICE, type TestPostern, testPostern } from '../support/postern.ts'
import { site } from '../support/site.ts'

const byEmail: BackendFactory = (context) => new EmailBackend(context)
const byName: BackendFactory = (context) => new ModelBackend(context)
const { email, password } = ALICE

async function ask({ auth }: TestPostern, credentials: Credentials): Promise<string | null> {
  const request = await auth.open(new FetchRequest(new Request('http://localhost/'), 0, undefined))
  return (await authenticate(request, credentials))?.username ?? null
}

function world(t: TestContext, options: Partial<PosternOptions> = {}): Promise<TestPostern> {
  return testPostern({ backends: [byEmail], database: DATABASES.get('sqlite')?.(t) as never, ...options })
}

test('address and password give the user, under `email` and under what the login form says', async (t) => {
  const one = await world(t)
  assert.equal(await ask(one, { email, password }), 'alice')
  assert.equal(await ask(one, { username: email, password }), 'alice')
  assert.equal(await ask(one, { email: email.toUpperCase(), password }), 'alice')
  assert.equal(await ask(one, { email, username: 'somebody else', password }), 'alice')
})

test('what is wrong, missing or of another kind is nobody', async (t) => {
  const one = await world(t)
  await one.auth.createUser({ username: 'no address', password })
  await one.auth.createUser({ username: 'inactive', email: 'inactive@site.example', password, isActive: false })
  await one.auth.createUser({ username: 'no password', email: 'unusable@site.example' })
  for (const credentials of [
    { email, password: 'wrong' },
    { email, password: '' },
    { email },
    { password },
    { email: [email], password },
    { email: '', password },
    { email: 'alice', password },
    { username: 'alice', password },
    { email: `${email}\u0000`, password },
    { email: '%', password },
    { email: 'alıce@site.example', password },
    { email: 'ａlice@site.example', password },
    { email: 'inactive@site.example', password },
    { email: 'unusable@site.example', password: '!' },
    { email: 'a'.repeat(5_000_000), password },
  ] as Credentials[]) {
    assert.equal(await ask(one, credentials), null, JSON.stringify(credentials).slice(0, 100))
  }
})

test('an address that two accounts have is nobody’s, in any case, also with the right password of one', async (t) => {
  const one = await world(t)
  await one.auth.createUser({ username: 'twin', email: email.toUpperCase(), password: 'twin-Pass-0002' })
  for (const given of [password, 'twin-Pass-0002']) {
    assert.equal(await ask(one, { email, password: given }), null)
    assert.equal(await ask(one, { email: email.toUpperCase(), password: given }), null)
  }
})

test('an unknown, a doubled, an inactive and a mistaken address cost one hash each, as a right one', async (t) => {
  let hashes = 0
  const counting: Hasher = {
    algorithm: 'counting',
    salt: () => 'salt',
    encode: async (given) => {
      hashes++
      return `counting$salt$${given}`
    },
    verify: async (given, encoded) => {
      hashes++
      return encoded === `counting$salt$${given}`
    },
    mustUpdate: () => false,
    hardenRuntime: async () => {},
  }
  const one = await world(t, { passwordHashers: [counting] })
  await one.auth.createUser({ username: 'b', email: 'two@site.example', password })
  await one.auth.createUser({ username: 'c', email: 'two@site.example', password })
  await one.auth.createUser({ username: 'd', email: 'inactive@site.example', password, isActive: false })
  for (const [given, cost] of [
    [{ email, password }, 1],
    [{ email, password: 'wrong' }, 1],
    [{ email: 'nobody@site.example', password }, 1],
    [{ email: 'two@site.example', password }, 1],
    [{ email: 'inactive@site.example', password }, 1],
    [{ email: '', password }, 1],
    [{ email }, 0],
    [{ password }, 0],
  ] as const) {
    hashes = 0
    await ask(one, given)
    assert.equal(hashes, cost, JSON.stringify(given))
  }
})

test('behind the usual backend the login form takes a name or an address', async (t) => {
  const one = await site(t, { backends: [byName, byEmail] })
  const browser = one.visitor()
  assert.equal((await browser.login(email)).status, 302)
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.equal((await one.visitor().login('alice')).status, 302)
  assert.equal((await one.visitor().login(email, 'wrong')).status, 200)
})

test('a name that looks like somebody’s address does not get into that account', async (t) => {
  const one = await world(t, { backends: [byName, byEmail] })
  await one.auth.createUser({ username: email, email: 'mallory@site.example', password: 'mallorys-Pass-1' })
  assert.equal(await ask(one, { username: email, password: 'mallorys-Pass-1' }), email)
  assert.equal(await ask(one, { username: email, password }), 'alice')
})
