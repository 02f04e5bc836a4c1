import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { ConfigurationError } from '../../../src/errors.ts'
import { inLanguage } from '../../../src/kernel/text.ts'
import {
  type BreachedPasswordOptions,
  BreachedPasswordValidator,
} from '../../../src/passwords/validators/breached-password.ts'

const digest = createHash('sha1').update('password').digest('hex').toUpperCase()
const OTHERS = ['0018A45C4D1DEF81644B54AB7F969B88D65:10', '00D4F6E8FA6EECAD2A3AA415EEC418D38EC:2']

/** A service that knows `password` so many times. */
function service(count: number, end = '\r\n'): BreachedPasswordOptions['fetchRange'] {
  return async (prefix) => {
    const found = prefix === digest.slice(0, 5) ? [`${digest.slice(5)}:${count}`] : []
    return [OTHERS[0], ...found, OTHERS[1]].join(end)
  }
}

async function codeOf(password: string, options: BreachedPasswordOptions): Promise<string | null> {
  const problem = await new BreachedPasswordValidator(options).validate(password)
  return problem?.code ?? null
}

/** A validator whose service fails in this way, and what was heard of it. */
function failing(fetchRange: BreachedPasswordOptions['fetchRange'], more: Partial<BreachedPasswordOptions> = {}) {
  const heard: unknown[] = []
  const validator = new BreachedPasswordValidator({ fetchRange, onFailure: (error) => heard.push(error), ...more })
  return { heard, validator }
}

test('the service hears five digits of the hash and nothing else of the password', async () => {
  const asked: unknown[][] = []
  const fetchRange = async (...given: [string, AbortSignal]): Promise<string> => {
    asked.push(given)
    return OTHERS.join('\r\n')
  }
  assert.equal(await codeOf('password', { fetchRange }), null)
  assert.equal(await codeOf('密码🔑', { fetchRange }), null)
  assert.deepEqual(
    asked.map(([prefix]) => prefix),
    [digest.slice(0, 5), createHash('sha1').update('密码🔑').digest('hex').slice(0, 5).toUpperCase()],
  )
  assert.ok(asked.every(([, signal]) => signal instanceof AbortSignal && !signal.aborted))
})

test('a password that the service knows is refused, one that it does not know is let through', async () => {
  for (const end of ['\r\n', '\n']) {
    assert.equal(await codeOf('password', { fetchRange: service(3, end) }), 'password_breached')
    assert.equal(await codeOf('Tr0ub4dor&3', { fetchRange: service(3, end) }), null)
  }
  const lower = async (prefix: string, signal: AbortSignal): Promise<string> =>
    (await service(1)(prefix, signal)).toLowerCase()
  assert.equal(await codeOf('password', { fetchRange: lower }), 'password_breached')
  const problem = await new BreachedPasswordValidator({ fetchRange: service(1) }).validate('password')
  assert.equal(problem && inLanguage(problem.text, undefined), 'This password is known from a data breach.')
})

test('a line that only pads the answer has the count 0, and so many may be let through', async () => {
  assert.equal(await codeOf('password', { fetchRange: service(0) }), null)
  assert.equal(await codeOf('password', { fetchRange: service(9), leastCount: 10 }), null)
  assert.equal(await codeOf('password', { fetchRange: service(10), leastCount: 10 }), 'password_breached')
})

test('while the service fails passwords are let through, and somebody is told', async () => {
  const down = new Error('getaddrinfo ENOTFOUND')
  for (const fetchRange of [
    () => Promise.reject(down),
    () => {
      throw down
    },
  ]) {
    const { heard, validator } = failing(fetchRange)
    assert.equal(await validator.validate('password'), null)
    assert.deepEqual(heard, [down])
  }
})

test('an answer that is none counts as a failure', async () => {
  for (const answer of ['', '<html>Bad gateway</html>', 'ABC:1', `${digest}:1`, 7 as never, undefined as never]) {
    const { heard, validator } = failing(async () => answer)
    assert.equal(await validator.validate('password'), null)
    assert.equal(heard.length, 1, String(answer))
    assert.ok(heard[0] instanceof Error)
  }
})

test('on demand passwords are refused while the service fails', async () => {
  const { validator } = failing(() => Promise.reject(new Error('down')), { failClosed: true })
  const problem = await validator.validate('Tr0ub4dor&3')
  assert.equal(problem?.code, 'password_breach_unknown')
  assert.equal(
    problem && inLanguage(problem.text, undefined),
    'This password could not be looked up among those known from data breaches. Try again later.',
  )
  assert.equal(await codeOf('Tr0ub4dor&3', { fetchRange: service(1), failClosed: true }), null)
})

/** A service that never answers, and a clock whose timers end when they are told to. */
function hanging(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const signals: AbortSignal[] = []
  const made = failing((_prefix, signal) => {
    signals.push(signal)
    return new Promise(() => {})
  })
  return { ...made, signals }
}

test('a service that hangs is waited for two seconds, and told that nobody waits any more', async (t) => {
  const { heard, validator, signals } = hanging(t)
  const verdict = validator.validate('password')
  t.mock.timers.tick(1999)
  assert.deepEqual(heard, [])
  t.mock.timers.tick(1)
  assert.equal(await verdict, null)
  assert.deepEqual(heard.map(String), ['Error: The service of breached passwords did not answer within 2 seconds.'])
  assert.equal(signals[0]?.aborted, true)
  assert.equal(signals[0]?.reason, heard[0])
})

test('a service that fails after the deadline disturbs nobody', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const late = Promise.withResolvers<string>()
  const { heard, validator } = failing(() => late.promise, { timeout: 0.5 })
  const verdict = validator.validate('password')
  t.mock.timers.tick(500)
  assert.equal(await verdict, null)
  late.reject(new Error('late'))
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(heard.length, 1)
})

test('nobody told of failures, they are warnings of the process, without the password', async () => {
  const warned = once(process, 'warning')
  const fetchRange = (): Promise<never> => Promise.reject(new Error('down'))
  assert.equal(await codeOf('my-secret-password', { fetchRange }), null)
  const [warning] = (await warned) as [Error]
  assert.equal(warning.name, 'PosternWarning')
  assert.equal(warning.message, 'A password was not looked up among breached ones. Error: down')
})

test('settings that make no sense are refused at start', () => {
  const fetchRange = service(1)
  for (const options of [
    undefined,
    {},
    { fetchRange: 'https://api.example/' },
    { fetchRange, leastCount: 0 },
    { fetchRange, leastCount: Number.NaN },
    { fetchRange, timeout: 0 },
    { fetchRange, timeout: 2 ** 31 },
    { fetchRange, timeout: Number.POSITIVE_INFINITY },
  ]) {
    assert.throws(() => new BreachedPasswordValidator(options as never), ConfigurationError, JSON.stringify(options))
  }
})

test('the page says what a password must not be', () => {
  const text = new BreachedPasswordValidator({ fetchRange: service(1) }).helpText()
  assert.equal(inLanguage(text, undefined), 'Your password can’t be one that is known from a data breach.')
})
