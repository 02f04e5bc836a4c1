import assert from 'node:assert/strict'
import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { format, inspect } from 'node:util'
import { AnonymousUser, User, type UserFields } from '../../src/users/user.ts'

const HASH = 'pbkdf2_sha256$1000000$saltsaltsaltsaltsalts$c2VjcmV0'

const fields: UserFields = {
  id: 7,
  username: 'ada',
  password: HASH,
  email: 'ada@site.example',
  firstName: 'Ada',
  lastName: 'Lovelace',
  isActive: true,
  isStaff: true,
  isSuperuser: false,
  lastLogin: 1_760_000_000_123,
  dateJoined: 1_700_000_000_000,
}

class Member extends User {
  readonly plan = 'free'
}

test('a user has the columns of auth_user', () => {
  const user = new User(fields)
  assert.equal(user.id, 7)
  assert.equal(user.username, 'ada')
  assert.equal(user.password, HASH)
  assert.equal(user.email, 'ada@site.example')
  assert.deepEqual([user.firstName, user.lastName], ['Ada', 'Lovelace'])
  assert.deepEqual([user.isActive, user.isStaff, user.isSuperuser], [true, true, false])
  assert.deepEqual([user.isAuthenticated, user.isAnonymous], [true, false])
  assert.equal(user.lastLogin?.toISOString(), '2025-10-09T08:53:20.123Z')
  assert.equal(user.dateJoined.toISOString(), '2023-11-14T22:13:20.000Z')
  assert.equal(new User({ ...fields, lastLogin: null }).lastLogin, null)
})

test('names are put together as Django does', () => {
  const user = new User(fields)
  assert.equal(user.getUsername(), 'ada')
  assert.equal(String(user), 'ada')
  assert.equal(user.getFullName(), 'Ada Lovelace')
  assert.equal(user.getShortName(), 'Ada')
  assert.equal(new User({ ...fields, firstName: '  Ada ', lastName: ' ' }).getFullName(), 'Ada')
  assert.equal(new User({ ...fields, firstName: '', lastName: 'L' }).getFullName(), 'L')
  assert.equal(new User({ ...fields, firstName: '', lastName: '' }).getFullName(), '')
})

test('the password hash leaves in no log, no JSON and no copy', () => {
  for (const user of [new User(fields), new Member(fields)]) {
    let logged = ''
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        logged += String(chunk)
        done()
      },
    })
    const log = new Console(stream)
    log.log(user)
    log.log('%o %O %j %s', user, user, user, user)
    log.dir(user, { showHidden: true, depth: null })
    log.table([user])
    const shown = {
      logged,
      json: JSON.stringify({ user, list: [user] }),
      inspected: inspect(user),
      nested: inspect({ request: { user } }, { depth: null, showHidden: true }),
      getters: inspect(user, { getters: true }),
      formatted: format(user),
      spread: JSON.stringify({ ...user }),
      assigned: inspect(Object.assign({}, user), { showHidden: true, getters: true }),
      cloned: inspect(structuredClone(user), { showHidden: true, getters: true }),
      entries: JSON.stringify(Object.entries(user)),
      text: `${user}`,
      error: inspect(new Error('failed', { cause: user })),
    }
    for (const [way, text] of Object.entries(shown)) {
      assert.ok(!text.includes('pbkdf2') && !text.includes('c2VjcmV0'), `${way}: ${text}`)
    }
    assert.match(logged, /ada@site\.example/, 'the rest is there')
    assert.ok(!Object.keys(user).includes('password'))
  }
})

for (const getters of [true, 'get'] as const) {
  test(`the hash is not shown to who asks for everything there is (getters: ${getters}), and nothing else is lost`, () => {
    const user = Object.assign(new Member(fields), { team: { lead: null as unknown } })
    user.team.lead = user
    const all = { showHidden: true, getters, depth: null }
    for (const text of [inspect(user, all), inspect({ request: [{ user }] }, all)]) {
      assert.ok(!text.includes('pbkdf2'), text)
      assert.match(text, /\[password\]: \[Getter\]/)
      assert.match(text, /Member \{\n +id: 7,\n +username: 'ada',/)
      assert.match(text, /plan: 'free',\n +team: \{ lead: \[Circular \*1\] \}/)
    }
    assert.equal(inspect({ a: { b: user } }, { ...all, depth: 0 }), '{ a: [Object] }')
  })
}

test('a failed comparison of two users shows no hash', () => {
  assert.throws(
    () => assert.deepEqual(new User(fields), new User({ ...fields, username: 'eve' })),
    (error: Error) => !inspect(error).includes('pbkdf2'),
  )
})

test('a date that was handed out cannot be turned back on the user', () => {
  const user = new User(fields)
  user.lastLogin?.setFullYear(1970)
  user.dateJoined.setFullYear(1970)
  assert.equal(user.lastLogin?.getUTCFullYear(), 2025)
  assert.equal(user.dateJoined.getUTCFullYear(), 2023)
})

test('the anonymous user is nobody with no rights', () => {
  const nobody = new AnonymousUser()
  assert.deepEqual([nobody.id, nobody.username, nobody.getUsername(), String(nobody)], [null, '', '', 'AnonymousUser'])
  assert.deepEqual([nobody.isAuthenticated, nobody.isAnonymous], [false, true])
  assert.deepEqual([nobody.isActive, nobody.isStaff, nobody.isSuperuser], [false, false, false])
})
