/** What is refused at start about the audit log, the limits on guessing and the mail after a logout. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../src/memory.ts'
import { createPostern } from '../../src/postern.ts'
import { SECRET_KEY } from '../support/postern.ts'

const production = {
  development: false,
  secretKey: SECRET_KEY,
  allowedHosts: ['shop.example'],
  publicUrl: 'https://shop.example',
}

/** What a Postern with these settings says at start; `''` where it starts. Whatever a JavaScript program may pass. */
function problems(options: object): string {
  try {
    createPostern({ ...production, database: memory(), ...options } as never)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

const sendMail = async (): Promise<void> => {}

for (const options of [
  { audit: true },
  { audit: false },
  { audit: {} },
  { audit: { retention: 60, events: ['user_logged_in'] } },
  { audit: { retention: Number.POSITIVE_INFINITY, events: undefined } },
  { loginLimits: false },
  { loginLimits: {} },
  { loginLimits: { account: { attempts: 1, seconds: 1 }, network: false, device: undefined } },
  { logoutMail: false },
  { logoutMail: true, sendMail },
  { logoutMail: () => null, sendMail },
  { logoutMail: true, development: true },
  { database: { ...memory(), events: undefined }, audit: false },
  { database: { ...memory(), attempts: undefined }, loginLimits: false },
]) {
  test(`it starts with ${JSON.stringify({ ...options, database: undefined })}`, () =>
    assert.equal(problems(options), ''))
}

for (const [what, options, pattern] of [
  [
    'a database without accounts',
    { database: { ...memory(), accounts: undefined } },
    /^database\.accounts is missing: .* sqlite\(\) or memory\(\)\.$/,
  ],
  [
    'a database without events',
    { database: { ...memory(), events: {} } },
    /^database\.events is missing: .*audit: false if you accept/,
  ],
  [
    'a database without attempts',
    { database: { ...memory(), attempts: null } },
    /^database\.attempts is missing: .*loginLimits: false if you accept/,
  ],
  ['an audit log that is a word', { audit: 'yes' }, /^audit is true, false or an object/],
  ['an audit log that is null', { audit: null }, /^audit is true, false or an object/],
  ['a retention of nothing', { audit: { retention: 0 } }, /^audit\.retention is 0; it is a number of seconds above 0/],
  ['a retention that is a text', { audit: { retention: '1y' } }, /^audit\.retention is 1y/],
  ['events that are no list', { audit: { events: 'user_logged_in' } }, /^audit\.events is a list/],
  [
    'an event that there is not',
    { audit: { events: ['user_logged_in', 'login'] } },
    /^audit\.events: there is no event 'login'\. Events: user_logged_in, /,
  ],
  ['limits that are true', { loginLimits: true }, /^loginLimits is false or an object/],
  ['limits that are null', { loginLimits: null }, /^loginLimits is false or an object/],
  [
    'a limit of something else',
    { loginLimits: { ip: { attempts: 1, seconds: 1 } } },
    /^loginLimits\.ip is none of account, network and device\.$/,
  ],
  ['a limit that is a number', { loginLimits: { account: 10 } }, /^loginLimits\.account needs a whole number/],
  ['a limit that is null', { loginLimits: { account: null } }, /^loginLimits\.account needs a whole number/],
  [
    'no attempts',
    { loginLimits: { network: { attempts: 0, seconds: 900 } } },
    /^loginLimits\.network needs a whole number/,
  ],
  ['half an attempt', { loginLimits: { network: { attempts: 1.5, seconds: 900 } } }, /^loginLimits\.network needs/],
  ['no seconds', { loginLimits: { device: { attempts: 1 } } }, /^loginLimits\.device needs/],
  ['a century', { loginLimits: { device: { attempts: 1, seconds: 3e9 } } }, /^loginLimits\.device needs/],
  ['a logout mail that is a text', { logoutMail: 'bye', sendMail }, /^logoutMail is true, false or a function/],
  ['a logout mail that nobody sends', { logoutMail: true }, /^logoutMail needs sendMail/],
] as const) {
  test(`${what} is refused, with what to write instead`, () => assert.match(problems(options), pattern))
}
