/** What is stored for a session's own end is what Django 5.2.18 stores. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Session } from '../../src/sessions/session.ts'
import { SessionRig, THIRTY_DAYS, TWO_WEEKS } from '../support/session-rig.ts'

async function reopened(rig: SessionRig, session: Session): Promise<Session> {
  await session.save()
  return rig.open(session.sessionKey)
}

test('a number of seconds, a date and nothing are stored as Django stores them', () => {
  const session = new SessionRig().begin()
  for (const [value, stored] of [
    [0, 0],
    [60, 60],
    [-5, -5],
    [2.5, 2.5],
    [new Date('2025-10-09T09:53:20Z'), '2025-10-09T09:53:20+00:00'],
    [new Date('2025-10-09T09:53:20.123Z'), '2025-10-09T09:53:20.123000+00:00'],
  ] as const) {
    session.setExpiry(value)
    assert.equal(session.get('_session_expiry'), stored)
  }
  session.setExpiry(null)
  assert.equal(session.has('_session_expiry'), false)
  session.setExpiry(null)
})

test('what is no number and no date is refused, and the session is as it was', () => {
  const session = new SessionRig().begin()
  session.setExpiry(60)
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    assert.throws(() => session.setExpiry(value), TypeError)
  }
  assert.throws(() => session.setExpiry(new Date(Number.NaN)), RangeError)
  assert.equal(session.get('_session_expiry'), 60)
})

test('the usual age counts where the session has none of its own', async () => {
  const rig = new SessionRig({ cookieAge: 1800 })
  const session = rig.begin()
  session.set('a', 1)
  assert.equal(session.getExpiryAge(), 1800)
  assert.equal(session.getExpiryDate().getTime(), rig.clock.now() + 1_800_000)
  assert.equal(session.getExpireAtBrowserClose(), false)
  assert.equal(session.cookieAge, 1800)
  await session.save()
  rig.clock.pass(1799)
  assert.notEqual(rig.values(session.sessionKey), null)
  rig.clock.pass(1)
  assert.equal(rig.values(session.sessionKey), null)
})

test('seconds count from the use, also after the session was read again', async () => {
  const rig = new SessionRig()
  const first = rig.begin()
  first.setExpiry(300)
  const session = await reopened(rig, first)
  assert.equal(session.getExpiryAge(), 300)
  assert.equal(session.cookieAge, 300)
  rig.clock.pass(100)
  assert.equal(session.getExpiryAge(), 300)
  assert.equal(session.getExpiryDate().getTime(), rig.clock.now() + 300_000)
  assert.equal(session.getExpiryDate({ modification: 0 }).getTime(), 300_000)
  rig.clock.pass(199)
  assert.notEqual(rig.values(first.sessionKey), null)
  rig.clock.pass(1)
  assert.equal(rig.values(first.sessionKey), null)
})

test('a date stays where it is', async () => {
  const rig = new SessionRig()
  const end = new Date(rig.clock.now() + 3_600_000)
  const first = rig.begin()
  first.setExpiry(end)
  const session = await reopened(rig, first)
  rig.clock.pass(3000)
  assert.equal(session.getExpiryAge(), 600)
  assert.equal(session.getExpiryAge({ modification: end.getTime() - 1500 }), 1)
  assert.deepEqual(session.getExpiryDate(), end)
  assert.equal(session.cookieAge, 600)
  assert.equal(session.renewalIsDue, false)
  rig.clock.pass(599)
  assert.notEqual(rig.values(first.sessionKey), null)
  rig.clock.pass(1)
  assert.equal(rig.values(first.sessionKey), null)
})

test('an end in the past ends the session with its saving, and the cookie says how long ago that was', async () => {
  const rig = new SessionRig()
  const now = rig.clock.now()
  const longAgo = Math.floor(-now / 1000)
  for (const [end, age] of [
    [-5, -5],
    [new Date(now - 90_500), -91],
    [new Date(0), longAgo],
    [new Date(-1e12), longAgo],
    [-1e12, longAgo],
  ] as const) {
    const key = await rig.stored({ a: 1 })
    const session = rig.open(key)
    session.setExpiry(end)
    assert.ok(session.getExpiryAge() < 0)
    assert.equal(session.cookieAge, age)
    await session.save()
    assert.equal(rig.values(key), null)
  }
})

test('0 is until the browser closes, with the usual age on the server', async () => {
  const rig = new SessionRig()
  const first = rig.begin()
  first.setExpiry(0)
  assert.equal(first.getExpireAtBrowserClose(), true)
  const session = await reopened(rig, first)
  assert.equal(session.getExpireAtBrowserClose(), true)
  assert.equal(session.getExpiryAge(), TWO_WEEKS)
  session.setExpiry(60)
  assert.equal(session.getExpireAtBrowserClose(), false)
})

test('where the site says "until the browser closes", a session may still say otherwise', () => {
  const session = new SessionRig({}, true).begin()
  assert.equal(session.getExpireAtBrowserClose(), true)
  session.setExpiry(60)
  assert.equal(session.getExpireAtBrowserClose(), false)
  session.setExpiry(null)
  assert.equal(session.getExpireAtBrowserClose(), true)
})

test('a login is over at its absolute age, used or not', async () => {
  const rig = new SessionRig({ cookieAge: TWO_WEEKS, absoluteAge: THIRTY_DAYS })
  const key = await rig.stored({ _auth_user_id: '1', _postern_started: rig.clock.now() / 1000 })
  let days = 0
  for (; rig.values(key) !== null; days++) {
    const session = rig.open(key)
    assert.ok(session.cookieAge <= (30 - days) * 86_400, `day ${days}`)
    if (session.renewalIsDue) await session.touch()
    session.set('day', days)
    await session.save()
    rig.clock.pass(86_400)
  }
  assert.equal(days, 30)
})

test("a session's own end cannot outlive the absolute age", async () => {
  const rig = new SessionRig({ absoluteAge: 3600 })
  for (const end of [86_400, new Date(rig.clock.now() + 86_400_000)]) {
    const session = rig.begin()
    session.update({ _auth_user_id: '1', _postern_started: rig.clock.now() / 1000 })
    session.setExpiry(end)
    await session.save()
    assert.equal(session.cookieAge, 3600)
    assert.equal(rig.store.load(session.sessionKey ?? '', rig.clock.now())?.expires, rig.clock.now() + 3_600_000)
  }
})

test('an anonymous session has no absolute age', async () => {
  const rig = new SessionRig({ cookieAge: 1800, absoluteAge: 3600 })
  const key = await rig.stored({ cart: 1 })
  for (let n = 0; n < 10; n++) {
    rig.clock.pass(1700)
    assert.equal(await rig.open(key).touch(), true)
  }
})

for (const [name, cookieAge, due] of [
  ['half an hour', 1800, 90],
  ['two weeks', TWO_WEEKS, 600],
] as const) {
  test(`with an age of ${name} the renewal is due after ${due} seconds and not before`, async () => {
    const rig = new SessionRig({ cookieAge })
    const key = await rig.stored({ a: 1 })
    rig.clock.pass(due - 0.001)
    assert.equal(rig.open(key).renewalIsDue, false)
    rig.clock.pass(0.001)
    const session = rig.open(key)
    assert.equal(session.renewalIsDue, true)
    assert.equal(await session.touch(), true)
    assert.equal(session.renewalIsDue, false, 'once it was done')
    assert.equal(rig.open(key).renewalIsDue, false)
    rig.clock.pass(cookieAge - 0.001)
    assert.notEqual(rig.values(key), null)
    rig.clock.pass(0.001)
    assert.equal(rig.values(key), null)
  })

  test(`with an age of ${name} whoever comes back in time stays, and nobody else`, async () => {
    const rig = new SessionRig({ cookieAge })
    const key = await rig.stored({ a: 1 })
    for (let n = 0; n < 50; n++) {
      rig.clock.pass(cookieAge - due)
      const session = rig.open(key)
      assert.equal(session.isEmpty, false, `use ${n}`)
      if (session.renewalIsDue) await session.touch()
    }
    rig.clock.pass(cookieAge)
    assert.equal(rig.values(key), null)
  })
}

test('a renewal keeps its hands off the values that another request saved meanwhile', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  rig.clock.pass(600)
  const idle = rig.open(key)
  const busy = rig.open(key)
  busy.set('a', 2)
  await busy.save()
  assert.equal(await idle.touch(), true)
  assert.deepEqual(rig.values(key), { a: 2 })
})

test('a renewal brings no session back', async () => {
  const rig = new SessionRig()
  const key = await rig.stored({ a: 1 })
  rig.clock.pass(600)
  const session = rig.open(key)
  rig.store.delete(key)
  assert.equal(await session.touch(), false)
  assert.equal(rig.values(key), null)
  assert.equal(await rig.begin().touch(), false, 'nor begins one')
  assert.equal(rig.begin().renewalIsDue, false)
})

test('counted from the last change, reading renews nothing and writing does', async () => {
  const rig = new SessionRig({ cookieAge: 1800, idleFrom: 'modification' })
  const key = await rig.stored({ a: 1 })
  rig.clock.pass(1700)
  const session = rig.open(key)
  assert.equal(session.renewalIsDue, false)
  session.set('a', 2)
  await session.save()
  rig.clock.pass(1700)
  assert.notEqual(rig.values(key), null)
})
