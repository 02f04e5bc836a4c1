/** Django's deployment checks (check_framework/test_security.py) as far as they concern sessions, CSRF and keys. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { sqlite } from '../../src/sqlite.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { findings, ids } from './found.ts'

const served = (options: Partial<PosternOptions> = {}): Partial<PosternOptions> => ({
  development: false,
  allowedHosts: ['shop.example'],
  proxies: 1,
  database: { ...memory(), volatile: false },
  ...options,
})
const deploy = (options: Partial<PosternOptions> = {}): Promise<string[]> => ids(served(options), { deploy: true })

test('a site that is set up to be served passes, and without deploy nothing of this is asked', async () => {
  assert.deepEqual(await deploy(), [])
  assert.deepEqual(await ids({ session: { cookieSecure: false }, csrf: { cookieSecure: false } }), [])
})

test('development is not for serving (security.W018), and neither are its hosts (W020)', async () => {
  const found = await findings({ proxies: 1, database: { ...memory(), volatile: false } }, { deploy: true })
  assert.deepEqual(
    found.map(({ id }) => id.replace('postern.', '')),
    ['W501', 'W506'],
  )
  assert.match(found[0]?.cure ?? '', /NODE_ENV=production/)
})

test('cookies that are not Secure (security.W012, W016)', async () => {
  assert.deepEqual(await deploy({ session: { cookieSecure: false } }), ['W502'])
  assert.deepEqual(await deploy({ csrf: { cookieSecure: false } }), ['W503'])
  assert.deepEqual(
    await deploy({ csrf: { cookieSecure: false, useSessions: true } }),
    ['I305'],
    'there is no such cookie',
  )
})

for (const [what, key, weak] of [
  ['50 characters', SECRET_KEY.slice(0, 50), false],
  ['49 characters', SECRET_KEY.slice(0, 49), true],
  ["one that Django's startproject made", `django-insecure-${SECRET_KEY}`, true],
] as const) {
  test(`a key of ${what} is ${weak ? 'weak' : 'good'} (security.W009, W025)`, async () => {
    assert.deepEqual(await deploy({ secretKey: key }), weak ? ['W504'] : [])
    assert.deepEqual(await deploy({ secretKeyFallbacks: [SECRET_KEY, key] }), weak ? ['W505'] : [])
  })
}

test('a key of four different characters is weak', async () => {
  const poor = 'abcd'.repeat(20)
  const found = await findings(served({ secretKeyFallbacks: [SECRET_KEY, poor] }), { deploy: true })
  assert.match(found[0]?.message ?? '', /^secretKeyFallbacks\[1\] has less than 50 characters/)
  assert.doesNotMatch(JSON.stringify(found), /abcdabcd/, 'the key is not told')
})

test('a key that is missing is called missing', async () => {
  const found = await findings({ secretKey: undefined }, { deploy: true })
  assert.match(found.find(({ id }) => id === 'postern.W504')?.message ?? '', /^secretKey is missing/)
})

test('hosts that anybody can make up (security.W020)', async () => {
  const [warning] = await findings(served({ allowedHosts: ['*'] }), { deploy: true })
  assert.equal(warning?.id, 'postern.W506')
  assert.match(warning.message, /has '\*': whatever a client writes/)
})

test('an origin without encryption', async () => {
  assert.deepEqual(await deploy({ csrf: { trustedOrigins: ['http://www.shop.example'] } }), ['W311'])
})

test('a database in memory: of Postern’s own, and of SQLite', async (t) => {
  assert.deepEqual(await deploy({ database: memory() }), ['W102'])
  const database = sqlite(':memory:')
  t.after(() => database.close())
  assert.deepEqual(await deploy({ database }), ['W102'])
  assert.equal(sqlite('file::memory:').volatile, true)
})

test('good to know: no proxies, sessions without end, a Django beside it', async () => {
  assert.deepEqual(await deploy({ proxies: 0 }), ['I407'])
  assert.deepEqual(await deploy({ session: { absoluteAge: Number.POSITIVE_INFINITY } }), ['I105'])
  assert.deepEqual(await deploy({ interop: 'django' }), ['I104'])
  assert.deepEqual(await deploy({ session: { keysBefore: 'raw' } }), ['I108'])
  assert.deepEqual(await deploy({ interop: 'django', session: { keysBefore: 'hashed' } }), ['I108', 'I104'])
})
