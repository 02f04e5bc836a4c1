import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SessionRig } from '../support/session-rig.ts'

test('values are read and written like those of a Map', () => {
  const session = new SessionRig().begin()
  session.set('a', 1)
  session.set('b', { c: [1, 2] })
  assert.equal(session.get('a'), 1)
  assert.deepEqual(session.get('b'), { c: [1, 2] })
  assert.equal(session.get('no'), undefined)
  assert.equal(session.get('no', 'fallback'), 'fallback')
  assert.deepEqual([session.has('a'), session.has('no')], [true, false])
  assert.deepEqual(session.keys(), ['a', 'b'])
  assert.deepEqual(session.values(), [1, { c: [1, 2] }])
  assert.deepEqual(session.entries(), [
    ['a', 1],
    ['b', { c: [1, 2] }],
  ])
  assert.deepEqual([session.delete('a'), session.delete('a'), session.has('a')], [true, false, false])
})

test('null and other empty values are values', () => {
  const session = new SessionRig().begin()
  session.update({ none: null, no: false, zero: 0, empty: '' })
  assert.equal(session.get('none', 'fallback'), null)
  assert.equal(session.setDefault('none', 'fallback'), null)
  assert.equal(session.pop('none', 'fallback'), null)
  assert.equal(session.pop('none', 'fallback'), 'fallback')
  assert.deepEqual([session.pop('no', true), session.pop('zero', 1), session.pop('empty', 'x')], [false, 0, ''])
  assert.deepEqual(session.keys(), [])
})

test('a default is set only where there was nothing', () => {
  const session = new SessionRig().begin()
  assert.equal(session.setDefault('a', 1), 1)
  assert.equal(session.setDefault('a', 2), 1)
  assert.equal(session.get('a'), 1)
})

test('names that JavaScript has a meaning for are only names', async () => {
  const rig = new SessionRig()
  const session = rig.begin()
  assert.equal(session.get('constructor'), undefined)
  assert.equal(session.has('toString'), false)
  session.set('__proto__', { admin: true })
  session.set('constructor', 'x')
  session.set('toJSON', 'y')
  await session.save()
  const read = rig.open(session.sessionKey)
  assert.deepEqual(read.get('__proto__'), { admin: true })
  assert.equal(read.get('admin'), undefined)
  assert.deepEqual(read.keys(), ['__proto__', 'constructor', 'toJSON'])
  assert.equal(Reflect.get({}, 'admin'), undefined)
})

test('looking is using, and writing is changing too', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  for (const [what, look] of [
    ['get', (): unknown => rig.open(key).get('a')],
    ['has', (): unknown => rig.open(key).has('no')],
    ['keys', (): unknown => rig.open(key).keys()],
    ['values', (): unknown => rig.open(key).values()],
    ['entries', (): unknown => rig.open(key).entries()],
    ['testCookieWorked', (): unknown => rig.open(key).testCookieWorked()],
    ['delete of nothing', (): unknown => rig.open(key).delete('no')],
    ['pop of nothing', (): unknown => rig.open(key).pop('no')],
    ['setDefault of what is there', (): unknown => rig.open(key).setDefault('a', 2)],
  ] as const) {
    rig.used = rig.changed = 0
    look()
    assert.ok(rig.used > 0, `${what} uses`)
    assert.equal(rig.changed, 0, `${what} changes nothing`)
  }
  for (const [what, write] of [
    ['set', (): unknown => rig.open(key).set('a', 1)],
    ['delete', (): unknown => rig.open(key).delete('a')],
    ['pop', (): unknown => rig.open(key).pop('a')],
    ['setDefault', (): unknown => rig.open(key).setDefault('b', 2)],
    ['update', (): unknown => rig.open(key).update({ a: 1 })],
    ['clear', (): unknown => rig.open(key).clear()],
    ['setTestCookie', (): unknown => rig.open(key).setTestCookie()],
    ['setExpiry', (): unknown => rig.open(key).setExpiry(0)],
    ['cycleKey', (): unknown => rig.open(key).cycleKey()],
  ] as const) {
    rig.used = rig.changed = 0
    write()
    assert.ok(rig.used > 0, `${what} uses`)
    assert.ok(rig.changed > 0, `${what} changes`)
  }
})

test('to decide about headers nothing is used', async () => {
  const rig = new SessionRig()
  const session = rig.open(await rig.stored({ a: 1 }))
  rig.used = rig.changed = 0
  assert.equal(session.renewalIsDue, false)
  assert.equal(session.isEmpty, false)
  assert.equal(session.modified, false)
  assert.equal(session.getExpireAtBrowserClose(), false)
  assert.equal(session.cookieAge, 1_209_600)
  assert.deepEqual([rig.used, rig.changed], [0, 0])
})

test('clearing removes the values and keeps the key', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1, b: 2 })
  const session = rig.open(key)
  session.clear()
  assert.deepEqual(session.keys(), [])
  assert.equal(session.sessionKey, key)
  assert.equal(session.isEmpty, false)
  await session.save()
  assert.deepEqual(rig.values(key), {})
})

test('the test cookie works when it comes back, and then it can go', async () => {
  const rig = new SessionRig()
  const first = rig.begin()
  assert.equal(first.testCookieWorked(), false)
  first.setTestCookie()
  await first.save()
  assert.deepEqual(rig.values(first.sessionKey), { testcookie: 'worked' })
  const second = rig.open(first.sessionKey)
  assert.equal(second.testCookieWorked(), true)
  second.deleteTestCookie()
  assert.equal(second.testCookieWorked(), false)
  second.deleteTestCookie()
})

test('what one request does to the values of a session no other request sees before it is saved', async () => {
  const rig = new SessionRig()
  const cart = rig.begin()
  cart.set('cart', { items: ['tea'] })
  await cart.save()
  const [one, two] = [rig.open(cart.sessionKey), rig.open(cart.sessionKey)]
  one.get<{ items: string[] }>('cart')?.items.push('milk')
  one.set('more', true)
  assert.deepEqual(two.entries(), [['cart', { items: ['tea'] }]])
  assert.deepEqual(rig.open(cart.sessionKey).entries(), [['cart', { items: ['tea'] }]])
  one.get<{ items: string[] }>('cart')?.items.push('rum')
  await one.save()
  assert.deepEqual(rig.open(cart.sessionKey).get('cart'), { items: ['tea', 'milk', 'rum'] })
  assert.deepEqual(two.get('cart'), { items: ['tea'] })
})

test('a change inside a value is saved when it is announced', async () => {
  const rig = new SessionRig()
  const first = rig.begin()
  first.set('cart', { items: ['tea'] })
  await first.save()
  const session = rig.open(first.sessionKey)
  session.get<{ items: string[] }>('cart')?.items.push('milk')
  assert.equal(session.modified, false)
  session.modified = true
  assert.equal(session.modified, true)
  await session.save()
  assert.deepEqual(rig.values(first.sessionKey), { cart: { items: ['tea', 'milk'] } })
  session.modified = true
  session.modified = false
  assert.equal(session.modified, false)
})

test('once the answer has begun every change is refused and reading goes on', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  const session = rig.open(key)
  session.close()
  const closed = { name: 'SessionClosed', code: 'ERR_SESSION_CLOSED' }
  assert.throws(() => session.set('a', 2), closed)
  assert.throws(() => session.delete('a'), closed)
  assert.throws(() => session.clear(), closed)
  assert.throws(() => session.setExpiry(0), closed)
  assert.throws(() => session.cycleKey(), closed)
  assert.throws(() => session.beginLogin(), closed)
  assert.throws(() => {
    session.modified = true
  }, closed)
  assert.equal(session.get('a'), 1)
  assert.equal(session.modified, false)
  assert.equal(session.sessionKey, key)
})
