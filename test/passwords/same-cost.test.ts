/**
 * Whoever asks for a login with a wrong password learns from the time whether there is such an account, unless every refusal does the
 * same work (CVE-2016-2513, CVE-2018-6188, CVE-2024-39329, CVE-2025-13473). Counted here are the calls and rounds of the hasher.
 */
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { before, test } from 'node:test'
import { authenticate } from '../../src/auth/authenticate.ts'
import type { IncomingRequest } from '../../src/kernel/incoming-request.ts'
import type { Hasher } from '../../src/passwords/hasher.ts'
import { Md5Hasher } from '../../src/passwords/hashers/md5.ts'
import type { testPostern as TestPostern } from '../support/postern.ts'

const ROUNDS = 11
/** Rounds of every derivation, in their order. */
const derived: number[] = []
let hasher: Hasher
let cheaper: Hasher
let testPostern: typeof TestPostern

// The hasher takes node:crypto's function when it is first imported.
before(async () => {
  const original = crypto.pbkdf2
  crypto.pbkdf2 = ((...given: Parameters<typeof original>) => {
    derived.push(given[2])
    original(...given)
  }) as typeof original
  syncBuiltinESMExports()
  const { Pbkdf2Hasher } = await import('../../src/passwords/hashers/pbkdf2.ts')
  ;({ testPostern } = await import('../support/postern.ts'))
  crypto.pbkdf2 = original
  syncBuiltinESMExports()
  hasher = new Pbkdf2Hasher({ rounds: ROUNDS })
  cheaper = new Pbkdf2Hasher({ rounds: 4 })
})

const incoming: IncomingRequest = {
  method: 'GET',
  url: '/',
  prefix: '',
  scheme: 'http',
  host: 'localhost',
  header: () => undefined,
  form: () => Promise.reject(new Error('no body')),
  json: () => Promise.reject(new Error('no body')),
}

const RIGHT = 'right-One-1'

/** Accounts in every state that a refusal must not tell. */
async function accounts() {
  const { auth } = await testPostern({ passwordHashers: [hasher, new Md5Hasher()] })
  const add = async (username: string, password: string, isActive = true): Promise<void> => {
    await auth.users.create({ username, password, isActive })
  }
  const today = await auth.passwords.make(RIGHT)
  await add('active', today)
  await add('inactive', today, false)
  await add('unusable', await auth.passwords.make(null))
  await add('empty', '')
  await add('unknown-hasher', 'lolcat$salt$hash')
  await add('malformed', 'pbkdf2_sha256$x$salt$hash')
  await add('hostile', 'pbkdf2_sha256$999999999$salt$hash')
  await add('cheaper', await cheaper.encode(RIGHT, cheaper.salt()))
  await add('inactive-cheaper', await cheaper.encode(RIGHT, cheaper.salt()), false)
  await add('short-salt', await hasher.encode(RIGHT, 'salt'))
  await add('md5', await new Md5Hasher().encode(RIGHT, hasher.salt()))
  const cost = async (username: string, password: string): Promise<number> => {
    derived.length = 0
    assert.equal(await authenticate(await auth.open(incoming), { username, password }), null, username)
    return derived.reduce((sum, rounds) => sum + rounds, 0)
  }
  return { auth, cost }
}

const everybody = [
  'nobody',
  'active',
  'inactive',
  'unusable',
  'empty',
  'unknown-hasher',
  'malformed',
  'hostile',
  'cheaper',
  'inactive-cheaper',
  'short-salt',
  'md5',
]

test('a wrong password costs the same for every account, and for none', async () => {
  const { cost } = await accounts()
  for (const username of everybody) assert.equal(await cost(username, 'wrong'), ROUNDS, username)
})

test('so does a password that is too long or no text', async () => {
  const { cost } = await accounts()
  for (const password of ['', 'x'.repeat(4097), 'x'.repeat(5 * 1024 * 1024), `${RIGHT}\ud800`]) {
    for (const username of everybody) assert.equal(await cost(username, password), ROUNDS, username)
  }
})

test('the right password of an inactive user costs what a wrong one costs', async () => {
  const { cost } = await accounts()
  assert.equal(await cost('inactive', RIGHT), ROUNDS)
})

test('one call of the hasher is made for each of them, and one more for a hash that lacks rounds', async () => {
  const { cost } = await accounts()
  for (const username of everybody) {
    await cost(username, 'wrong')
    const calls = username.endsWith('cheaper') ? [4, ROUNDS - 4] : [ROUNDS]
    assert.deepEqual(derived, calls, username)
  }
})
