/** Django's auth test_tokens, and the tokens that Django itself made: those are in test/vectors. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PasswordResetTokenGenerator, type TokenUser } from '../../src/tokens/reset-token.ts'
import { SECRET_KEY } from '../support/postern.ts'

const NOW = Date.UTC(2026, 0, 15, 12)
const USER: TokenUser = { id: 1, password: 'pbkdf2_sha256$1$salt$hash', lastLogin: null, email: 'alice@site.example' }
const THREE_DAYS = 259_200

function generator(
  options: Partial<ConstructorParameters<typeof PasswordResetTokenGenerator>[0]> = {},
): PasswordResetTokenGenerator {
  return new PasswordResetTokenGenerator({ secretKey: SECRET_KEY, now: () => NOW, ...options })
}

/** The same clock, so many seconds later. */
const later = (seconds: number) => ({ now: () => NOW + seconds * 1000 })

describe("as Django's own tests have it", () => {
  test('a token is good for the user that it was made for', () => {
    assert.equal(generator().checkToken(USER, generator().makeToken(USER)), true)
  })

  test('the same user read twice gets the same token in the same second', () => {
    assert.equal(generator().makeToken(USER), generator(later(0.9)).makeToken({ ...USER }))
    assert.notEqual(generator().makeToken(USER), generator(later(1)).makeToken(USER))
  })

  for (const [email, changed] of [
    ['', 'new@site.example'],
    ['alice@site.example', ''],
    ['alice@site.example', 'Alice@site.example'],
  ] as const) {
    test(`a token dies with the address: '${email}' becomes '${changed}'`, () => {
      const token = generator().makeToken({ ...USER, email })
      assert.equal(generator().checkToken({ ...USER, email }, token), true)
      assert.equal(generator().checkToken({ ...USER, email: changed }, token), false)
    })
  }

  test('a token is good for three days to the second', () => {
    const token = generator().makeToken(USER)
    assert.equal(generator(later(THREE_DAYS)).checkToken(USER, token), true)
    assert.equal(generator(later(THREE_DAYS + 1)).checkToken(USER, token), false)
  })

  test('the setting makes it an hour', () => {
    const token = generator().makeToken(USER)
    assert.equal(generator({ timeout: 3600, ...later(3600) }).checkToken(USER, token), true)
    assert.equal(generator({ timeout: 3600, ...later(3601) }).checkToken(USER, token), false)
  })

  test('no user and no token are no match', () => {
    assert.equal(generator().checkToken(null, generator().makeToken(USER)), false)
    for (const token of [null, undefined, '']) assert.equal(generator().checkToken(USER, token), false)
  })

  test('another secret makes other tokens, which are not good here', () => {
    const other = generator({ secretKey: 'abcdefghijkl' })
    assert.equal(other.checkToken(USER, other.makeToken(USER)), true)
    assert.equal(other.checkToken(USER, generator().makeToken(USER)), false)
    assert.equal(generator().checkToken(USER, other.makeToken(USER)), false)
  })

  test('a subclass may have a secret of its own', () => {
    class Own extends PasswordResetTokenGenerator {
      constructor() {
        super({ secretKey: 'test-secret', now: () => NOW })
      }
    }
    assert.equal(new Own().checkToken(USER, new Own().makeToken(USER)), true)
    assert.equal(new Own().checkToken(USER, generator().makeToken(USER)), false)
  })

  test('a token that an older key made is good while the key is among the fallbacks', () => {
    const token = generator({ secretKey: 'old' }).makeToken(USER)
    assert.equal(generator({ secretKeyFallbacks: ['older', 'old'] }).checkToken(USER, token), true)
    assert.equal(generator({ secretKeyFallbacks: ['older'] }).checkToken(USER, token), false)
  })

  test('a fallback makes no token', () => {
    const token = generator({ secretKeyFallbacks: ['old'] }).makeToken(USER)
    assert.equal(generator({ secretKey: 'old' }).checkToken(USER, token), false)
  })
})

describe('a token dies with what it was made of', () => {
  const token = generator().makeToken(USER)
  for (const [what, changed] of [
    ['the password', { password: 'pbkdf2_sha256$1$salt$other' }],
    ['the last login', { lastLogin: new Date(NOW) }],
    ['the user', { id: 2 }],
  ] as const) {
    test(`${what} is another`, () => assert.equal(generator().checkToken({ ...USER, ...changed }, token), false))
  }

  test('the last login counts to the second, as databases without microseconds keep it', () => {
    const at = (milliseconds: number): TokenUser => ({ ...USER, lastLogin: new Date(NOW + milliseconds) })
    const made = generator().makeToken(at(1))
    assert.equal(generator().checkToken(at(999), made), true)
    assert.equal(generator().checkToken(at(1000), made), false)
  })

  test('a user with a text for an id has a token of their own', () => {
    const user = { ...USER, id: '4f8c1d0e-9a51-4d0c-8f2f-0e0f5f7d6a11' }
    assert.equal(generator().checkToken(user, generator().makeToken(user)), true)
    assert.equal(generator().checkToken(USER, generator().makeToken(user)), false)
  })
})

describe('what is no token', () => {
  const token = generator().makeToken(USER)
  const [time = '', mac = ''] = token.split('-')
  const bad: readonly unknown[] = [
    'set-password',
    'a',
    '-',
    '--',
    `-${token}`,
    `${token}-`,
    `${token} `,
    ` ${token}`,
    token.toUpperCase(),
    `0${token}`,
    `+${token}`,
    `${time}-`,
    `-${mac}`,
    `${time}-${mac.slice(1)}`,
    `${time}-${mac.slice(0, -1)}0`,
    `${time}-${'0'.repeat(32)}`,
    `${time}${mac}`,
    `${time.slice(0, -1)}${time.endsWith('0') ? '1' : '0'}-${mac}`,
    `${'z'.repeat(13)}-${mac}`,
    `${'z'.repeat(14)}-${mac}`,
    `１${time}-${mac}`,
    `\u0000${token}`,
    `${token}\u0000`,
    '\uD800-\uDC00',
    'é-é',
    'x'.repeat(5_000_000),
    `${time}-${'f'.repeat(5_000_000)}`,
    '-'.repeat(1_000_000),
    {},
    [],
    [token],
    1,
    true,
    { toString: () => token },
  ]
  for (const [at, one] of bad.entries()) {
    test(`number ${at}: ${JSON.stringify(one)?.slice(0, 60)}`, () => {
      assert.equal(generator().checkToken(USER, one), false)
    })
  }
})

describe('the clock on the wall', () => {
  test('Django with TIME_ZONE counts its seconds, so that the setting decides whether a link of it is young', () => {
    const berlin = { timeZone: 'Europe/Berlin' }
    // Python 3.11, TIME_ZONE = 'Europe/Berlin', 2026-01-15 12:00 UTC: 13:00 on the wall.
    const seconds = (Date.UTC(2026, 0, 15, 13) - Date.UTC(2001, 0, 1)) / 1000
    assert.equal(generator(berlin).makeToken(USER).split('-')[0], seconds.toString(36))
    const made = generator().makeToken(USER)
    assert.equal(generator({ ...berlin, ...later(THREE_DAYS - 3600) }).checkToken(USER, made), true)
    assert.equal(generator({ ...berlin, ...later(THREE_DAYS - 3599) }).checkToken(USER, made), false)
  })

  test('midnight, summer time and the last day of a year are read right', () => {
    const at = (time: number, timeZone: string): string | undefined =>
      generator({ timeZone, now: () => time })
        .makeToken(USER)
        .split('-')[0]
    const wall = (...date: Parameters<typeof Date.UTC>): string =>
      ((Date.UTC(...date) - Date.UTC(2001, 0, 1)) / 1000).toString(36)
    assert.equal(at(Date.UTC(2026, 0, 14, 23), 'Europe/Berlin'), wall(2026, 0, 15, 0))
    assert.equal(at(Date.UTC(2026, 6, 14, 22, 30), 'Europe/Berlin'), wall(2026, 6, 15, 0, 30))
    assert.equal(at(Date.UTC(2026, 11, 31, 23, 59, 59), 'Pacific/Auckland'), wall(2027, 0, 1, 12, 59, 59))
    assert.equal(at(Date.UTC(2026, 0, 1, 0, 0, 1), 'America/Chicago'), wall(2025, 11, 31, 18, 0, 1))
    assert.equal(at(Date.UTC(2026, 0, 1, 5, 7, 9, 999), 'Asia/Kathmandu'), wall(2026, 0, 1, 10, 52, 9))
  })

  test('a zone that there is not is refused', () => {
    assert.throws(() => generator({ timeZone: 'Mars/Olympus' }), RangeError)
  })
})

test('a token of another purpose is not good here', () => {
  class Activation extends PasswordResetTokenGenerator {
    protected override readonly keySalt: string = 'shop.Activation'
  }
  const activation = new Activation({ secretKey: SECRET_KEY, now: () => NOW })
  assert.equal(activation.checkToken(USER, activation.makeToken(USER)), true)
  assert.equal(activation.checkToken(USER, generator().makeToken(USER)), false)
})

test('the system clock is the default', () => {
  const tokens = new PasswordResetTokenGenerator({ secretKey: SECRET_KEY })
  assert.equal(tokens.checkToken(USER, tokens.makeToken(USER)), true)
})
