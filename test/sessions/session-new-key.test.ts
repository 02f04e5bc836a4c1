import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SessionInterrupted } from '../../src/errors.ts'
import { SessionRig } from '../support/session-rig.ts'

test('a new key has the same values, and the old one is dead from the save on', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  const session = rig.open(key)
  session.cycleKey()
  const next = session.sessionKey
  assert.match(next ?? '', /^[a-z0-9]{32}$/)
  assert.notEqual(next, key)
  assert.deepEqual(rig.values(key), { a: 1 }, 'not before')
  assert.equal(rig.values(next), null)
  await session.save()
  assert.deepEqual(rig.calls, ['replace'])
  assert.deepEqual([session.sessionKey, session.cookieKey], [next, next])
  assert.deepEqual(rig.values(next), { a: 1 })
  assert.equal(rig.values(key), null)
  assert.equal(rig.open(key).isEmpty, true)
})

test('the key is changed once and not at every save after', async () => {
  const rig = new SessionRig()
  const session = rig.open(await rig.stored({ a: 1 }))
  session.cycleKey()
  session.cycleKey()
  await session.save()
  const key = session.sessionKey
  session.set('a', 2)
  await session.save()
  assert.deepEqual(rig.calls, ['replace', 'update'])
  assert.equal(session.sessionKey, key)
})

test('a new key for a session that never began begins it, empty as it is', async () => {
  const rig = new SessionRig()
  const session = rig.begin()
  session.cycleKey()
  const key = session.sessionKey
  assert.deepEqual([session.isEmpty, session.cookieKey], [false, null])
  await session.save()
  assert.equal(session.sessionKey, key)
  assert.deepEqual(rig.values(key), {})
})

test('a change of key brings no session back that was ended meanwhile', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ _auth_user_id: '1' })
  const session = rig.open(key)
  session.cycleKey()
  rig.store.delete(key)
  await assert.rejects(session.save(), SessionInterrupted)
  assert.equal(rig.values(session.sessionKey), null)
  assert.deepEqual(rig.calls, ['replace'])
})

test('of two requests that change the key of one session, one wins', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  const [one, two] = [rig.open(key), rig.open(key)]
  one.cycleKey()
  two.cycleKey()
  await one.save()
  await assert.rejects(two.save(), SessionInterrupted)
  assert.deepEqual(rig.values(one.sessionKey), { a: 1 })
  assert.equal(rig.values(two.sessionKey), null)
})

test('a login takes along what an anonymous visitor had', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ cart: 'tea' })
  const session = rig.open(key)
  session.beginLogin()
  session.set('_auth_user_id', '1')
  await session.save()
  assert.notEqual(session.sessionKey, key)
  assert.deepEqual(rig.values(session.sessionKey), { cart: 'tea', _auth_user_id: '1' })
  assert.equal(rig.values(key), null)
})

test('a login whose anonymous session is gone begins a new one with what the login wrote and nothing else', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ cart: 'tea', seen: 3, _session_expiry: 60 })
  const session = rig.open(key)
  session.beginLogin()
  session.set('_auth_user_id', '1')
  session.setDefault('seen', 3)
  const next = session.sessionKey
  rig.store.delete(key)
  await session.save()
  assert.deepEqual(rig.calls, ['replace', 'create'])
  assert.equal(session.sessionKey, next)
  assert.deepEqual(rig.values(next), { _auth_user_id: '1' })
  assert.deepEqual(session.entries(), [['_auth_user_id', '1']])
  assert.equal(session.renewalIsDue, false)
  assert.equal(rig.store.load(next ?? '', rig.clock.now())?.expires, rig.clock.now() + 1_209_600_000)
  assert.equal(rig.values(key), null)
})

test('what a login wrote stays, also where the session that is gone had the very same', async () => {
  const rig = new SessionRig()
  const login = { _auth_user_id: '1', _auth_user_hash: 'h', _postern_started: rig.clock.now() / 1000 }
  const key = await rig.stored({ ...login, cart: 'tea' })
  const session = rig.open(key)
  session.beginLogin()
  session.update(login)
  rig.store.delete(key)
  await session.save()
  assert.deepEqual(rig.values(session.sessionKey), login)
})

test('a login after the login counts anew', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ cart: 'tea' })
  const session = rig.open(key)
  session.beginLogin()
  session.set('_auth_user_id', '1')
  await session.save()
  rig.store.delete(session.sessionKey ?? '')
  session.cycleKey()
  await assert.rejects(session.save(), SessionInterrupted, 'a change of key is no login, even after one')
})

test('a login takes over no key that a visitor made up', async () => {
  const rig = new SessionRig()
  const planted = 'f'.repeat(32)
  const session = rig.open(planted)
  session.beginLogin()
  session.set('_auth_user_id', '1')
  await session.save()
  assert.notEqual(session.sessionKey, planted)
  assert.equal(rig.values(planted), null)
})
