import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SESSION_STARTED } from '../../src/django/auth-keys.ts'
import { SessionClosed, SessionInterrupted, StoreUnavailable } from '../../src/errors.ts'
import { SessionRig, TWO_WEEKS } from '../support/session-rig.ts'

test('a session begins with its first save, under a key that only then exists', async () => {
  const rig = new SessionRig()
  const session = rig.begin()
  assert.equal(session.sessionKey, null)
  assert.deepEqual([session.isEmpty, session.cookieKey, await session.exists()], [true, null, false])
  session.set('a', 1)
  assert.deepEqual([session.isEmpty, session.modified, session.sessionKey], [false, true, null])
  await session.save()
  assert.match(session.sessionKey ?? '', /^[a-z0-9]{32}$/)
  assert.deepEqual(
    [session.modified, session.wasSaved, session.cookieKey, await session.exists()],
    [false, true, session.sessionKey, true],
  )
  assert.deepEqual(rig.values(session.sessionKey), { a: 1 })
  assert.equal(rig.store.load(session.sessionKey ?? '', rig.clock.now())?.expires, rig.clock.now() + TWO_WEEKS * 1000)
})

test('a key that a visitor made up is not taken over', async () => {
  const rig = new SessionRig()
  const session = rig.open('f'.repeat(32))
  assert.equal(session.sessionKey, null)
  session.set('a', 1)
  await session.save()
  assert.notEqual(session.sessionKey, 'f'.repeat(32))
  assert.equal(rig.values('f'.repeat(32)), null)
})

test('a key that is taken is left alone and another one is tried', async () => {
  const rig = new SessionRig()
  const session = rig.begin()
  session.set('mine', 1)
  const create = rig.store.create.bind(rig.store)
  const tried: string[] = []
  rig.store.create = (key, record, now) => {
    tried.push(key)
    if (tried.length < 3) create(key, { ...record, data: 'of somebody else' }, now)
    return create(key, record, now)
  }
  await session.save()
  assert.equal(new Set(tried).size, 3)
  assert.equal(session.sessionKey, tried[2])
  assert.deepEqual(rig.values(session.sessionKey), { mine: 1 })
  for (const key of tried.slice(0, 2)) assert.equal(rig.store.load(key, rig.clock.now())?.data, 'of somebody else')
})

test('a save writes over what is there and keeps the key', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1, b: 1 })
  const session = rig.open(key)
  session.set('a', 2)
  await session.save()
  assert.deepEqual(rig.calls, ['update'])
  assert.equal(session.sessionKey, key)
  assert.deepEqual(rig.values(key), { a: 2, b: 1 })
})

test('a session that was ended meanwhile is not brought back', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  const session = rig.open(key)
  session.set('a', 2)
  rig.store.delete(key)
  await assert.rejects(session.save(), SessionInterrupted)
  assert.equal(rig.values(key), null)
  assert.equal(session.modified, true, 'what was not kept is still unsaved')
  assert.equal(session.wasSaved, false)
})

test('a session that expired meanwhile is not brought back', async () => {
  const rig = new SessionRig({ cookieAge: 60 })
  const key = await rig.stored({ a: 1 })
  const session = rig.open(key)
  session.set('a', 2)
  rig.clock.pass(60)
  await assert.rejects(session.save(), SessionInterrupted)
  assert.equal(rig.values(key), null)
})

test('a session whose payload was tampered with is empty, and is written over', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ _auth_user_id: '1' })
  const stored = rig.store.load(key, rig.clock.now())
  rig.store.update(key, { data: `${stored?.data}x`, expires: stored?.expires ?? 0, userId: '1' }, rig.clock.now())
  const session = rig.open(key)
  assert.deepEqual(session.keys(), [])
  session.set('a', 1)
  await session.save()
  assert.deepEqual(rig.values(key), { a: 1 })
})

test('the store is told whose session it is and where it was used from', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ _auth_user_id: '7', [SESSION_STARTED]: rig.clock.now() / 1000 })
  const [line] = rig.store.listForUser('7', rig.clock.now(), key)
  assert.deepEqual([line?.current, line?.address, line?.userAgent], [true, '192.0.2.7', 'Test/1'])
  const session = rig.open(key)
  session.delete('_auth_user_id')
  await session.save()
  assert.deepEqual(rig.store.listForUser('7', rig.clock.now()), [])
})

test('what changes while a save is at work is not lost', async () => {
  const rig = new SessionRig()
  const session = rig.open(await rig.stored({ a: 1 }))
  session.set('a', 2)
  const release = rig.hold()
  const saving = session.save()
  session.set('b', 3)
  release()
  await saving
  assert.equal(session.modified, true)
  await session.save()
  assert.equal(session.modified, false)
  assert.deepEqual(rig.values(session.sessionKey), { a: 2, b: 3 })
})

test('a new key that is asked for while a save is at work is not forgotten', async () => {
  for (const begun of [true, false]) {
    const rig = new SessionRig()
    const key = begun ? await rig.stored({ a: 1 }) : null
    const session = rig.open(key)
    session.set('a', 2)
    const release = rig.hold()
    const saving = session.save()
    session.beginLogin()
    session.set('_auth_user_id', '1')
    const next = session.sessionKey
    release()
    await saving
    const old = session.cookieKey
    assert.notEqual(old, next)
    assert.equal(session.sessionKey, next)
    await session.save()
    assert.equal(session.cookieKey, next)
    assert.deepEqual(rig.values(next), { a: 2, _auth_user_id: '1' })
    assert.equal(rig.values(old), null, 'the key from before the login is dead')
  }
})

test('a save that nobody awaits is done, and the next one waits for it', async () => {
  const rig = new SessionRig()
  const session = rig.begin()
  session.set('a', 1)
  const release = rig.hold()
  void session.save()
  session.set('b', 2)
  void session.save()
  assert.deepEqual(rig.calls, ['create'])
  release()
  await session.settled()
  assert.deepEqual(rig.calls, ['create', 'update'])
  assert.deepEqual(rig.values(session.sessionKey), { a: 1, b: 2 })
})

test('who asks about the answer is told at the beginning of a save, not at its end', async () => {
  const rig = new SessionRig()
  const session = rig.open(await rig.stored({ a: 1 }))
  rig.used = rig.changed = 0
  const release = rig.hold()
  const saving = session.save()
  assert.ok(rig.used > 0 && rig.changed > 0)
  release()
  await saving
})

test('a store that does not answer leaves the session unsaved, and a second try works', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  for (const prepare of ['update', 'replace'] as const) {
    const session = rig.open(key)
    session.set('a', 2)
    if (prepare === 'replace') session.cycleKey()
    const next = session.sessionKey
    const fail = rig.hold()
    const saving = session.save()
    fail(new StoreUnavailable())
    await assert.rejects(saving, StoreUnavailable)
    assert.deepEqual([session.modified, session.wasSaved, session.cookieKey], [true, false, key])
    assert.deepEqual(rig.values(key)?.a, prepare === 'update' ? 1 : 2)
    await session.save()
    assert.equal(session.cookieKey, next)
    assert.deepEqual(rig.values(next), { a: 2 })
  }
})

test('a value that cannot be stored fails the save and harms nothing', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  const session = rig.open(key)
  session.set('a', 1n as never)
  await assert.rejects(session.save(), TypeError)
  assert.equal(session.modified, true)
  assert.deepEqual(rig.calls, [])
  assert.deepEqual(rig.values(key), { a: 1 })
})

test('a failure that nobody awaited is what settling throws, unless a later save made it good', async () => {
  const rig = new SessionRig()
  const session = rig.open(await rig.stored({ a: 1 }))
  session.set('a', 2)
  const fail = rig.hold()
  void session.save()
  fail(new StoreUnavailable())
  await assert.rejects(session.settled(), StoreUnavailable)
  await session.save()
  await session.settled()
  assert.deepEqual(rig.values(session.sessionKey), { a: 2 })
})

test('settling waits for what is begun while it waits', async () => {
  const rig = new SessionRig()
  const session = rig.open(await rig.stored({ a: 1 }))
  const release = rig.hold()
  const saving = session.save()
  let second: Promise<void> | undefined
  void saving.then(() => {
    second = session.flush()
  })
  const settled = session.settled()
  release()
  await settled
  assert.notEqual(second, undefined)
  assert.equal(session.cookieKey, null)
})

test('once the answer has begun nothing is saved, with a rejection and no exception', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  for (const session of [rig.open(key), rig.begin()]) {
    session.close()
    await assert.rejects(session.save(), SessionClosed)
    assert.equal(session.wasSaved, false)
  }
  assert.deepEqual(rig.calls, [])
})

test('a save that was begun in time is finished, though the answer begins', async () => {
  const rig = new SessionRig()
  const session = rig.begin()
  session.set('a', 1)
  const release = rig.hold()
  void session.save()
  const second = session.save()
  session.close()
  release()
  await second
  assert.deepEqual(rig.values(session.cookieKey), { a: 1 })
})

test('two requests of one session: the last to save has the say over all of it, as in Django', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  const [one, two] = [rig.open(key), rig.open(key)]
  one.set('one', true)
  two.set('two', true)
  await one.save()
  await two.save()
  assert.deepEqual(rig.values(key), { a: 1, two: true })
})
