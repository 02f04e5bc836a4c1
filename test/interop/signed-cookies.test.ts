/** Sessions in signed cookies beside a real Django's: each reads what the other writes, and what a logout here means there. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CookiePayloads } from '../../src/django/cookie-payload.ts'
import type { Json } from '../../src/django/session-payload.ts'
import { signedCookieSessions } from '../../src/signed-cookies.ts'
import type { Browser } from '../support/browser.ts'
import { SECRET_KEY, testPostern } from '../support/postern.ts'
import { django } from '../support/requirements.ts'
import { TWO_WEEKS } from '../support/session-rig.ts'
import { onSqlite, type SharedDatabase, type TwoSites, twoSites } from './two-sites.ts'

/** Users of both in one database, Django's sessions in cookies. */
const withCookies: SharedDatabase = async (t) => {
  const place = await onSqlite(t)
  return { ...place, env: { ...place.env, SESSION_ENGINE: 'django.contrib.sessions.backends.signed_cookies' } }
}

const found = django()
let both: TwoSites
const ends: (() => unknown)[] = []
if (found.skip === undefined) {
  before(async () => {
    const hooks = { after: (end: () => unknown) => ends.push(end) }
    both = await twoSites(hooks, found.path, withCookies, { sessions: signedCookieSessions() })
  })
  after(async () => {
    for (const end of ends.reverse()) await end()
  })
}

const NOW = Date.UTC(2026, 0, 15, 12)
const me = async (browser: Browser): Promise<string> => (await browser.get('/me')).body

const VALUES: readonly Readonly<Record<string, Json>>[] = [
  {},
  { cart: 3 },
  { cart: ['é', '😀', '東京', 'a"b\\c', '</script>'], nothing: null, yes: true, half: 0.5, deep: { a: [1, [2]] } },
  { cart: 'the same again and again '.repeat(40) },
  { _auth_user_id: '1', _auth_user_backend: 'django.contrib.auth.backends.ModelBackend', _postern_epoch: 7 },
]

function posternCookies(): CookiePayloads {
  return new CookiePayloads({ key: SECRET_KEY, fallbackKeys: [] })
}

test('a cookie is the same text at both, but for what deflate makes of a long one; each reads that of the other', {
  skip: found.skip,
}, async () => {
  let same = 0
  for (const values of VALUES) {
    const [ours, now] = [posternCookies().encode(new Map(Object.entries(values)), NOW), NOW / 1000]
    const theirs = (await both.tell('signed_cookie', { values, now })) as string
    if (!theirs.startsWith('.') && !ours.startsWith('.')) {
      assert.equal(ours, theirs)
      same += 1
    } else {
      assert.equal(ours.startsWith('.'), theirs.startsWith('.'), 'compressed by both or by neither')
    }
    assert.deepEqual(await both.tell('read_signed_cookie', { cookie: ours, now }), values)
    assert.deepEqual(JSON.parse(posternCookies().decode(theirs)?.json ?? 'null'), values)
  }
  assert.ok(same >= 2, `${same} of them not compressed`)
})

test('a cookie is as old as it may be at both', { skip: found.skip }, async () => {
  const { auth } = await testPostern({ sessions: signedCookieSessions() })
  const { store } = auth.sessions
  const cookie = posternCookies().encode(new Map([['cart', 3]]), NOW)
  for (const [age, isAlive] of [
    [0, true],
    [TWO_WEEKS - 1, true],
    [TWO_WEEKS + 1, false],
  ] as const) {
    const there = await both.tell('read_signed_cookie', { cookie, now: NOW / 1000 + age })
    assert.deepEqual(there, isAlive ? { cart: 3 } : {}, `${age} s, there`)
    assert.equal((await store.load(cookie, NOW + age * 1000)) !== null, isAlive, `${age} s, here`)
  }
})

test('a cookie with one character changed is nothing at both', { skip: found.skip }, async () => {
  const theirs = (await both.tell('signed_cookie', { values: { cart: 3 }, now: NOW / 1000 })) as string
  for (let at = 0; at < theirs.length; at++) {
    const cookie = `${theirs.slice(0, at)}${theirs.charAt(at) === 'A' ? 'B' : 'A'}${theirs.slice(at + 1)}`
    assert.deepEqual(await both.tell('read_signed_cookie', { cookie, now: NOW / 1000 }), {}, `${at}, there`)
    assert.equal(posternCookies().decode(cookie), null, `${at}, here`)
  }
})

test('who logs in at one is known at the other, which keeps what it finds when it writes', {
  skip: found.skip,
}, async () => {
  for (const [from, to] of [
    ['here', 'there'],
    ['there', 'here'],
  ] as const) {
    const user = await both.newUser()
    const visitor = await both.loggedIn(user, from)
    assert.equal(await me(visitor[to]), user.username)
    await visitor[from].get('/put?cart=%C3%A9%F0%9F%98%80')
    await visitor[to].get('/put?zoom=2')
    assert.equal(await me(visitor[from]), user.username)
    assert.deepEqual(JSON.parse((await visitor[from].get('/values')).body), { cart: 'é😀', zoom: '2' })
  }
})

test('a login at Django counts here until the first logout here, and none after it', { skip: found.skip }, async () => {
  const user = await both.newUser()
  const [visitor, phone] = [await both.loggedIn(user, 'there'), await both.loggedIn(user, 'there')]
  const thief = phone.here.copy()
  assert.equal(await me(phone.here), user.username)
  assert.equal((await visitor.here.logout()).status, 200)
  assert.equal(await me(thief.copy()), 'AnonymousUser')
  const refreshed = thief.copy(both.base)
  assert.equal((await refreshed.get('/put?cart=3')).body, 'put')
  assert.equal(await me(refreshed.copy(both.world.base)), 'AnonymousUser', 'Django signs it anew, and it is as dead')
  const later = await both.loggedIn(user, 'there')
  assert.equal(await me(later.here.copy()), 'AnonymousUser')
  const back = await both.loggedIn(user, 'here')
  assert.deepEqual([await me(back.here), await me(back.there)], [user.username, user.username])
})

test('a logout here ends nothing at Django, which is why interop is refused', { skip: found.skip }, async () => {
  const user = await both.newUser()
  const visitor = await both.loggedIn(user, 'here')
  const thief = visitor.there.copy()
  await visitor.here.logout()
  assert.equal(await me(thief), user.username)
  assert.equal(await me(thief.copy(both.world.base)), 'AnonymousUser')
})
