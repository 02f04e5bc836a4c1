/** The limits by themselves: how many guesses are looked at, one after the other and at once. */
import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Overloaded, StoreUnavailable, TooManyAttempts } from '../../src/errors.ts'
import type { AttemptStore } from '../../src/guessing/attempt-store.ts'
import { type LoginLimitOptions, limitSettings } from '../../src/guessing/limit-settings.ts'
import { type AttemptBy, LoginLimits } from '../../src/guessing/login-limits.ts'
import { MemoryAttemptStore } from '../../src/stores/memory/memory-attempt-store.ts'
import { DATABASES } from '../support/databases.ts'
import { Clock, SECRET_KEY } from '../support/postern.ts'

const ALICE: AttemptBy = { accounts: ['alice'], address: '192.0.2.7' }

class Rig {
  readonly clock = new Clock()
  readonly store: AttemptStore
  readonly limits: LoginLimits
  /** How often somebody looked at a password. */
  checked = 0
  /** How many are looked at in this moment, and how many were at most. */
  atWork = 0
  most = 0
  /** How long a look at a password lasts. */
  look: () => Promise<unknown> = () => setImmediate()

  constructor(options?: false | LoginLimitOptions, store: AttemptStore = new MemoryAttemptStore()) {
    this.store = store
    this.limits = new LoginLimits(store, limitSettings(options), SECRET_KEY, this.clock.now)
  }

  /** One guess, right or wrong. @returns how it ended */
  async guess(right: boolean, by: AttemptBy = ALICE, purpose = 'login'): Promise<'in' | 'wrong' | number> {
    const work = async (): Promise<boolean> => {
      this.checked += 1
      this.atWork += 1
      this.most = Math.max(this.most, this.atWork)
      await this.look()
      this.atWork -= 1
      return right
    }
    try {
      return (await this.limits.attempt({ purpose, by, work, failed: (found) => !found })) ? 'in' : 'wrong'
    } catch (error) {
      if (error instanceof TooManyAttempts) return error.retryAfter
      throw error
    }
  }

  /**
   * Lets a look last until the store has answered all who asked: one that is over sooner meets nobody where answers come one by one,
   * as they do from a server that is busy.
   */
  lookUntilAllAreAnswered(): void {
    const { store } = this
    const read = store.read.bind(store)
    const answers = new EventEmitter()
    let asked = 0
    store.read = async (keys) => {
      asked += 1
      try {
        return await read(keys)
      } finally {
        asked -= 1
        answers.emit('one')
      }
    }
    this.look = async () => {
      while (asked > 0) await once(answers, 'one')
      // Whoever was answered last is at work by then, or waits.
      await setImmediate()
    }
  }

  async wrong(times: number, by: AttemptBy = ALICE): Promise<void> {
    for (let n = 0; n < times; n++) assert.equal(await this.guess(false, by), 'wrong')
  }
}

async function rigOn(t: TestContext, name: string): Promise<Rig> {
  const database = DATABASES.get(name)?.(t)
  assert.ok(database)
  await database.migrate()
  return new Rig({}, database.attempts)
}

for (const name of DATABASES.keys()) {
  test(`${name}: after ten wrong guesses nobody looks at an eleventh, right or wrong, for 90 seconds`, async (t) => {
    const rig = await rigOn(t, name)
    await rig.wrong(10)
    assert.equal(await rig.guess(true), 90)
    assert.equal(await rig.guess(false), 90)
    assert.equal(rig.checked, 10)
    rig.clock.pass(89)
    assert.equal(await rig.guess(true), 1)
    rig.clock.pass(1)
    assert.equal(await rig.guess(false), 'wrong')
    assert.equal(await rig.guess(true), 90)
    rig.clock.pass(900)
    await rig.wrong(10)
    assert.equal(await rig.guess(true), 90)
  })

  test(`${name}: of a hundred wrong guesses at once ten are looked at, and the others refused`, async (t) => {
    const rig = await rigOn(t, name)
    const ends = await Promise.all(Array.from({ length: 100 }, () => rig.guess(false)))
    assert.equal(rig.checked, 10)
    assert.equal(ends.filter((end) => end === 'wrong').length, 10)
    assert.equal(ends.filter((end) => end === 90).length, 90)
  })

  test(`${name}: of fifty right logins at once all get in, never more than ten at a time`, async (t) => {
    const rig = await rigOn(t, name)
    rig.lookUntilAllAreAnswered()
    const ends = await Promise.all(Array.from({ length: 50 }, () => rig.guess(true)))
    assert.deepEqual(new Set(ends), new Set(['in']))
    assert.equal(rig.most, 10)
  })

  test(`${name}: a right login among nine wrong ones at once gets in`, async (t) => {
    const rig = await rigOn(t, name)
    const ends = await Promise.all(Array.from({ length: 10 }, (_, n) => rig.guess(n === 4)))
    assert.equal(ends[4], 'in')
  })
}

test('guesses at random moments are never more than there are, whoever is right among them', async () => {
  for (let round = 0; round < 30; round++) {
    const rig = new Rig({ account: { attempts: 3, seconds: 60 } })
    let wrong = 0
    const ends = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        for (let turns = (n * 7 + round) % 11; turns > 0; turns--) await Promise.resolve()
        const end = await rig.guess((n + round) % 5 === 0)
        if (end === 'wrong') wrong += 1
        return end
      }),
    )
    assert.equal(wrong, 3, ends.join())
    assert.ok(rig.most <= 3)
  }
})

test('guesses at many accounts from one network end when the network has used up its own', async () => {
  const rig = new Rig()
  for (let n = 0; n < 100; n++) await rig.wrong(1, { accounts: [`user ${n}`], address: '192.0.2.7' })
  assert.equal(await rig.guess(true, { accounts: ['somebody else'], address: '192.0.2.7' }), 9)
  assert.equal(await rig.guess(true, { accounts: ['somebody else'], address: '192.0.2.8' }), 'in')
})

test('another address of the same /64, or the same IPv4 address written as IPv6, is the same network', async () => {
  const rig = new Rig({ network: { attempts: 5, seconds: 900 } })
  for (let n = 0; n < 5; n++) await rig.wrong(1, { accounts: [`user ${n}`], address: `2001:db8::${n}:1` })
  assert.equal(await rig.guess(true, { accounts: ['x'], address: '2001:db8::ffff:ffff:ffff:ffff' }), 180)
  assert.equal(await rig.guess(true, { accounts: ['x'], address: '2001:db8:0:1::1' }), 'in')
  for (let n = 0; n < 5; n++) await rig.wrong(1, { accounts: [`other ${n}`], address: '203.0.113.9' })
  assert.equal(await rig.guess(true, { accounts: ['x'], address: '::ffff:203.0.113.9' }), 180)
})

test('another way of writing the name is the same account, and a made-up one is limited like any other', async () => {
  const rig = new Rig()
  for (const name of [
    'alice',
    'ALICE',
    'Alice ',
    'álice',
    'alice\u200d',
    'ａｌｉｃｅ',
    'alice',
    'alice',
    'alice',
    'alice',
  ]) {
    await rig.wrong(1, { accounts: [name] })
  }
  assert.equal(await rig.guess(true, { accounts: ['aLiCe'] }), 90)
  assert.equal(await rig.guess(true, { accounts: ['bob'] }), 'in')
})

test('of two names of an account each counts, so that another one beside it gives no new attempts', async () => {
  const rig = new Rig()
  for (let n = 0; n < 10; n++) await rig.wrong(1, { accounts: [`made up ${n}`, 'alice@site.example'] })
  assert.equal(await rig.guess(true, { accounts: ['made up 11', 'alice@site.example'] }), 90)
  assert.equal(await rig.guess(true, { accounts: ['alice@site.example'] }), 90)
})

test('a known browser has attempts of its own: it gets in when account and network have none, and uses none of theirs', async () => {
  const rig = new Rig({ network: { attempts: 10, seconds: 900 } })
  const known = { ...ALICE, device: 'device-1' }
  await rig.wrong(10)
  assert.equal(await rig.guess(true), 90)
  assert.equal(await rig.guess(true, known), 'in')
  await rig.wrong(10, known)
  assert.equal(await rig.guess(true, known), 90)
  assert.equal(await rig.guess(true, { ...ALICE, device: 'device-2' }), 'in')
  rig.clock.pass(90)
  assert.equal(await rig.guess(true), 'in', 'what the browser failed was not counted here')
})

test('a login from a known browser forgives what that browser has failed, and nothing else', async () => {
  const rig = new Rig()
  const known = { ...ALICE, device: 'device-1' }
  await rig.wrong(9, known)
  assert.equal(await rig.guess(true, known), 'in')
  await rig.wrong(10, known)
  const other = new Rig()
  await other.wrong(9)
  assert.equal(await other.guess(true), 'in')
  assert.equal(await other.guess(false), 'wrong')
  assert.equal(await other.guess(true), 90)
})

test('other purposes have attempts of their own, and everything counts where nothing is said to fail', async () => {
  const rig = new Rig()
  await rig.wrong(10)
  assert.equal(await rig.guess(true, ALICE, 'password_reset'), 'in')
  let sent = 0
  const send = (): Promise<number> =>
    rig.limits.attempt({ purpose: 'password_reset', by: ALICE, work: async () => (sent += 1) })
  for (let n = 0; n < 10; n++) await send()
  await assert.rejects(send(), { code: 'ERR_TOO_MANY_ATTEMPTS', statusCode: 429, headers: { 'Retry-After': '90' } })
  assert.equal(sent, 10)
})

test('a login asks the store once, and writes nothing', async () => {
  const calls: string[] = []
  const store = new Proxy<AttemptStore>(new MemoryAttemptStore(), {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...given: unknown[]) => unknown
      return (...given: unknown[]) => {
        calls.push(String(name))
        return Reflect.apply(method, target, given)
      }
    },
  })
  const rig = new Rig({}, store)
  await rig.guess(true)
  await rig.guess(true, { ...ALICE, device: 'device-1' })
  assert.deepEqual(calls, ['read', 'read'])
  await rig.guess(false)
  await rig.guess(true)
  assert.deepEqual(calls.slice(2), ['read', 'take', 'read'])
})

test('what throws is no guess: nothing is counted, and those that wait go on', async () => {
  const rig = new Rig({ account: { attempts: 1, seconds: 60 } })
  const broken = new Error('LDAP is on fire')
  const attempt = rig.limits.attempt({ purpose: 'login', by: ALICE, work: () => Promise.reject(broken) })
  const next = rig.guess(true)
  await assert.rejects(attempt, broken)
  assert.equal(await next, 'in')
  assert.equal(await rig.guess(true), 'in')
})

test('without limits, and where nobody can be told from another, everything goes', async () => {
  const off = new Rig(false)
  await off.wrong(150)
  assert.equal(off.limits.knowsDevices, false)
  const nobody = new Rig()
  await nobody.wrong(150, { accounts: [], address: 'unknown' })
  const accountsOnly = new Rig({ network: false, device: false })
  for (let n = 0; n < 150; n++) await accountsOnly.wrong(1, { accounts: [`user ${n}`], address: '192.0.2.7' })
  await accountsOnly.wrong(10, { ...ALICE, device: 'device-1' })
  assert.equal(await accountsOnly.guess(true, { ...ALICE, device: 'device-1' }), 90)
})

test('a store that does not answer lets nobody guess', async () => {
  const store = new MemoryAttemptStore()
  const rig = new Rig({}, store)
  store.read = () => {
    throw new StoreUnavailable()
  }
  await assert.rejects(rig.guess(true), StoreUnavailable)
  assert.equal(rig.checked, 0)
})

test('a store that does not take a failure stops all guessing until it has taken it', async () => {
  const store = new MemoryAttemptStore()
  const take = store.take.bind(store)
  const rig = new Rig({}, store)
  store.take = () => {
    throw new StoreUnavailable()
  }
  await assert.rejects(rig.guess(false), StoreUnavailable)
  for (let n = 0; n < 30; n++) await assert.rejects(rig.guess(true, { accounts: ['bob'] }), StoreUnavailable)
  assert.equal(rig.checked, 1)
  store.take = take
  assert.equal(await rig.guess(true, { accounts: ['bob'] }), 'in')
  await rig.wrong(9)
  assert.equal(await rig.guess(true), 90, 'the failure from before was counted')
})

test('guesses that wait while a failure is not taken are not looked at either', async () => {
  const store = new MemoryAttemptStore()
  const rig = new Rig({ account: { attempts: 1, seconds: 60 } }, store)
  store.take = async () => {
    throw new StoreUnavailable()
  }
  const ends = await Promise.allSettled(Array.from({ length: 20 }, () => rig.guess(false)))
  assert.equal(rig.checked, 1)
  assert.deepEqual(new Set(ends.map(({ status }) => status)), new Set(['rejected']))
})

test('a clock that was ahead for a while locks nobody out for as long', async () => {
  const rig = new Rig()
  const year = 31_536_000
  rig.clock.pass(year)
  await rig.wrong(10)
  assert.equal(await rig.guess(true), 90)
  rig.clock.pass(-year)
  await rig.wrong(10)
  assert.equal(await rig.guess(true), 90)
})

test('a clock that goes back a little keeps counting', async () => {
  const rig = new Rig()
  await rig.wrong(10)
  rig.clock.pass(-60)
  assert.equal(await rig.guess(true), 150)
})

test('a refusal is told once a minute for a bucket, however many there are', async () => {
  const rig = new Rig()
  const told: number[] = []
  const attempt = (by: AttemptBy): Promise<unknown> =>
    rig.limits
      .attempt({ purpose: 'login', by, work: async () => false, onRefusal: (seconds) => told.push(seconds) })
      .catch(() => {})
  for (let n = 0; n < 40; n++) await attempt(ALICE)
  assert.deepEqual(told, [90])
  rig.clock.pass(59)
  await attempt(ALICE)
  assert.deepEqual(told, [90])
  rig.clock.pass(1)
  await attempt(ALICE)
  assert.deepEqual(told, [90, 30])
  for (let n = 0; n < 11; n++) await attempt({ accounts: ['bob'] })
  assert.deepEqual(told, [90, 30, 90])
})

test('of a flood of names at most a thousand are told a minute', async () => {
  const rig = new Rig({ account: { attempts: 1, seconds: 600 }, network: false })
  let told = 0
  const flood = async (prefix: string): Promise<void> => {
    for (let n = 0; n < 1050; n++) {
      const by = { accounts: [`${prefix} ${n}`] }
      const attempt = { purpose: 'login', by, work: async () => false, onRefusal: () => (told += 1) }
      await rig.limits.attempt(attempt)
      await assert.rejects(rig.limits.attempt(attempt), TooManyAttempts)
    }
  }
  await flood('user')
  assert.equal(told, 1000)
  rig.clock.pass(60)
  await flood('other')
  assert.equal(told, 2000)
})

test('a backend that hangs does not keep others waiting for ever', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const rig = new Rig({ account: { attempts: 1, seconds: 60 } })
  const gate = Promise.withResolvers<boolean>()
  const hanging = rig.limits.attempt({ purpose: 'login', by: ALICE, work: () => gate.promise, failed: () => false })
  const waiting = [rig.guess(true), rig.guess(true)].map((guess) => guess.catch((error: unknown) => error))
  await setImmediate()
  t.mock.timers.tick(30_000)
  for (const end of await Promise.all(waiting)) assert.ok(end instanceof Overloaded)
  gate.resolve(true)
  assert.equal(await hanging, true)
  assert.equal(await rig.guess(true), 'in')
})

test('whoever waits for one bucket and is sent to wait for another lets the next one go', async () => {
  const rig = new Rig({ account: { attempts: 1, seconds: 60 }, network: { attempts: 2, seconds: 60 } })
  const gates = [Promise.withResolvers<boolean>(), Promise.withResolvers<boolean>()]
  const hold = (accounts: string[], gate: number): Promise<boolean> =>
    rig.limits.attempt({
      purpose: 'login',
      by: { accounts, address: '192.0.2.7' },
      work: () => gates[gate]?.promise ?? Promise.resolve(true),
      failed: () => false,
    })
  const first = hold(['alice'], 0)
  const second = hold(['bob'], 1)
  const third = rig.guess(true, { accounts: ['alice'], address: '192.0.2.7' })
  const fourth = rig.guess(true, { accounts: ['carol'], address: '192.0.2.7' })
  const fifth = rig.guess(true, { accounts: ['alice'], address: '192.0.2.7' })
  await setImmediate()
  gates[0]?.resolve(true)
  await first
  gates[1]?.resolve(true)
  await second
  assert.deepEqual(await Promise.all([third, fourth, fifth]), ['in', 'in', 'in'])
})
