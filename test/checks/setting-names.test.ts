/** A setting that is mistyped is no setting that silently does not count. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unknownSettings } from '../../src/checks/setting-names.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { createPostern } from '../../src/postern.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { findings } from './found.ts'

for (const [given, hint] of [
  [{ secretkey: 'x' }, 'Did you mean secretKey?'],
  [{ sesion: {} }, 'Did you mean session?'],
  [{ session: { cookieAgee: 1 } }, 'Did you mean session.cookieAge?'],
  [{ csrf: { trustedOrigin: [] } }, 'Did you mean csrf.trustedOrigins?'],
  [{ messages: { levle: 1 } }, 'Did you mean messages.level?'],
  [{ hashQueue: { maxwait: 1 } }, 'Did you mean hashQueue.maxWait?'],
  [{ cookieAge: 1800 }, 'Did you mean session.cookieAge or csrf.cookieAge?'],
  [{ session: { loginUrl: '/x/' } }, 'Did you mean loginUrl?'],
  [{ absoluteAge: 1 }, 'Did you mean session.absoluteAge?'],
  [{ SESSION_COOKIE_AGE: 1800 }, 'Did you mean session.cookieAge?'],
  [{ LOGIN_REDIRECT_URL: '/' }, 'Did you mean loginRedirectUrl?'],
  [{ CSRF_TRUSTED_ORIGINS: [] }, 'Did you mean csrf.trustedOrigins?'],
  [{ SESSION_SAVE_EVERY_REQUEST: true }, 'Did you mean session.saveEveryRequest?'],
  [{ ALLOWED_HOSTS: [] }, 'Did you mean allowedHosts?'],
  [{ DEBUG: true }, 'Here it is development.'],
  [{ AUTHENTICATION_BACKENDS: [] }, 'Here it is backends.'],
  [{ MESSAGE_STORAGE: '' }, 'Here it is messages.storage.'],
  [{ SESSION_COOKIE_HTTPONLY: true }, 'Here it is nothing: the session cookie is always HttpOnly.'],
  [{ messages: { colour: 1 } }, 'There are: messages.storage, messages.level, messages.tags, messages.cookieName.'],
] as const) {
  const [name] = Object.entries(given).map(([group, value]) =>
    typeof value === 'object' && !Array.isArray(value) ? [group, ...Object.keys(value)].join('.') : group,
  )
  test(`${name}: ${hint}`, () => {
    assert.deepEqual([...unknownSettings(given)], [`There is no setting '${name}'. ${hint}`])
  })
}

test('every setting that there is, is known', () => {
  const all = {
    session: { cookieName: 'a', hostPrefix: undefined },
    csrf: { exempt: [] },
    messages: { tags: { 40: 'danger' } },
    hashQueue: {},
    secretKey: '',
    now: Date.now,
  }
  assert.deepEqual([...unknownSettings(all)], [])
  for (const odd of [null, 7, 'text', undefined]) assert.deepEqual([...unknownSettings({ session: odd })], [])
})

test('a name from outside is no way into the prototypes, and a long one costs nothing', () => {
  const given = JSON.parse('{"__proto__": {"x": 1}, "constructor": 1}') as object
  assert.equal([...unknownSettings(given)].length, 2)
  assert.equal([...unknownSettings({ ['a'.repeat(5_000_000)]: 1 })].length, 1)
})

test('in development it is refused at start; a site that is served goes on, and is told', async () => {
  const options = { secretKey: SECRET_KEY, database: memory(), databse: 1, sesion: { cookieAge: 5 } } as PosternOptions
  assert.throws(() => createPostern({ ...options, development: true }), {
    name: 'ConfigurationError',
    message:
      "There is no setting 'databse'. Did you mean database?\nThere is no setting 'sesion'. Did you mean session?",
  })
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
  createPostern({ ...options, development: false, allowedHosts: ['shop.example'] })
  const { name, message } = await warned
  assert.equal(name, 'PosternWarning')
  assert.match(message, /^postern\.W002: There is no setting 'databse'\. Did you mean database\? It does not count\./)
  const found = await findings({ ...options, development: false, allowedHosts: ['shop.example'] })
  assert.deepEqual(
    found.map(({ id }) => id),
    ['postern.W002', 'postern.W002'],
  )
})
