import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SessionInterrupted, StoreUnavailable } from '../../src/errors.ts'
import { SessionRig } from '../support/session-rig.ts'

test('a flushed session is gone from the store, and from here with key and values', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ _auth_user_id: '1' })
  const session = rig.open(key)
  await session.flush()
  assert.deepEqual(rig.calls, ['delete'])
  assert.equal(rig.values(key), null)
  assert.deepEqual([session.sessionKey, session.cookieKey, session.isEmpty, session.keys()], [null, null, true, []])
  assert.equal(await session.exists(key), false)
  assert.equal(rig.open(key).isEmpty, true)
})

test('it is forgotten here when it is gone there, and not before', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  const session = rig.open(key)
  const release = rig.hold()
  const flushing = session.flush()
  assert.deepEqual([session.sessionKey, session.get('a')], [key, 1])
  assert.ok(rig.changed > 0, 'but the answer is told that it has to wait')
  release()
  await flushing
  assert.deepEqual([session.sessionKey, session.get('a')], [null, undefined])
})

test('a flush that fails leaves the session as it was', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  const session = rig.open(key)
  session.set('b', 2)
  session.cycleKey()
  const next = session.sessionKey
  const fail = rig.hold()
  const flushing = session.flush()
  fail(new StoreUnavailable())
  await assert.rejects(flushing, StoreUnavailable)
  assert.deepEqual(session.entries(), [
    ['a', 1],
    ['b', 2],
  ])
  assert.deepEqual([session.sessionKey, session.cookieKey, session.modified], [next, key, true])
  await assert.rejects(session.settled(), StoreUnavailable, 'and the answer learns of it')
  await session.flush()
  await session.settled()
  assert.equal(rig.values(key), null)
  assert.equal(session.sessionKey, null)
})

test('a flush that fails at the store leaves an unchanged session unchanged', async () => {
  const rig = new SessionRig()
  const session = rig.open(await rig.stored({ a: 1 }))
  rig.before = () => {
    throw new StoreUnavailable()
  }
  await assert.rejects(session.flush(), StoreUnavailable)
  assert.deepEqual([session.modified, session.get('a')], [false, 1])
})

test('flushing what another request has ended, or what never began, is no error', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  const session = rig.open(key)
  rig.store.delete(key)
  await session.flush()
  await session.flush()
  assert.deepEqual(rig.calls, ['delete'])
  const fresh = rig.begin()
  fresh.set('a', 1)
  await fresh.flush()
  assert.deepEqual([fresh.isEmpty, rig.calls], [true, ['delete']])
})

test('what is written after a flush begins a new session', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  const session = rig.open(key)
  await session.flush()
  session.set('message', 'bye')
  assert.equal(session.sessionKey, null)
  await session.save()
  assert.notEqual(session.sessionKey, key)
  assert.deepEqual(rig.values(session.sessionKey), { message: 'bye' })
  assert.equal(rig.values(key), null)
})

test('a new key that was on its way goes with the session', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  const session = rig.open(key)
  session.beginLogin()
  session.set('_auth_user_id', '1')
  await session.flush()
  assert.deepEqual([session.sessionKey, session.isEmpty], [null, true])
  assert.equal(rig.values(key), null)
})

test('a flush waits for the save before it, so that nothing is created behind its back', async () => {
  const rig = new SessionRig()
  const session = rig.begin()
  session.set('a', 1)
  const release = rig.hold()
  void session.save()
  const flushing = session.flush()
  release()
  await flushing
  assert.deepEqual(rig.calls, ['create', 'delete'])
  assert.deepEqual([session.isEmpty, session.wasSaved], [true, false])
})

test('a request that is still at work cannot undo the flush of another one', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ _auth_user_id: '1' })
  const slow = rig.open(key)
  const moved = rig.open(key)
  slow.set('a', 1)
  moved.cycleKey()
  await rig.open(key).flush()
  await assert.rejects(slow.save(), SessionInterrupted)
  await assert.rejects(moved.save(), SessionInterrupted)
  assert.equal(rig.values(key), null)
  assert.equal(rig.values(moved.sessionKey), null)
})

test('a write that had reached the store before the flush does not outlive it', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ _auth_user_id: '1' })
  const slow = rig.open(key)
  slow.set('a', 1)
  const release = rig.hold()
  const saving = slow.save()
  rig.store.delete(key)
  release()
  await assert.rejects(saving, SessionInterrupted)
  assert.equal(rig.values(key), null)
})

test('once the answer has begun a flush still ends the session in the store', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  const session = rig.open(key)
  session.close()
  await session.flush()
  assert.equal(rig.values(key), null)
})

test('so does one behind a save that fails', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  const session = rig.open(key)
  session.set('a', 2)
  const fail = rig.hold()
  const saving = session.save()
  session.close()
  const flushing = session.flush()
  fail(new StoreUnavailable())
  await assert.rejects(saving, StoreUnavailable)
  await flushing
  assert.equal(rig.values(key), null)
})
