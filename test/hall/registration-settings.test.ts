import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from '../../src/errors.ts'
import { include } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { createPostern } from '../../src/postern.ts'
import { registrationUrls } from '../../src/views/registration-urls.ts'
import { Browser } from '../support/browser.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { site } from '../support/site.ts'

/** What a Postern says at its start; `''` where it starts. */
function problems(registration: unknown, production = false, more: object = {}): string {
  const settings = { secretKey: SECRET_KEY, allowedHosts: ['shop.example'], database: memory(), registration, ...more }
  try {
    createPostern({ ...settings, development: !production } as PosternOptions)
    return ''
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error))
    return error.message
  }
}

const MAIL = { sendMail: async () => {}, publicUrl: 'https://shop.example' }

test('what registration may be', () => {
  for (const registration of [
    undefined,
    false,
    {},
    { identify: 'email' },
    { identify: 'email', confirmEmail: true, confirmTimeout: 600 },
    { identify: 'username', confirmEmail: true, redirectUrl: 'login' },
    { loginAfter: true, redirectUrl: '/welcome/' },
    { identify: undefined, confirmEmail: undefined, loginAfter: undefined, redirectUrl: undefined },
  ]) {
    assert.equal(problems(registration), '', JSON.stringify(registration))
    assert.equal(problems(registration, true, MAIL), '', JSON.stringify(registration))
  }
})

for (const [what, registration, sentence] of [
  ['true', true, 'registration is false, or an object'],
  ['a word', 'email', 'registration is false, or an object'],
  ['another way to identify', { identify: 'phone' }, "registration.identify is 'phone'; it is 'username' or 'email'."],
  [
    'addresses that nobody confirms',
    { identify: 'email', confirmEmail: false },
    'registration.confirmEmail cannot be false',
  ],
  ['a login before the address is confirmed', { confirmEmail: true, loginAfter: true }, 'contradict each other'],
  ['the same with addresses', { identify: 'email', loginAfter: true }, 'contradict each other'],
  [
    'a link that is never good',
    { confirmTimeout: 0 },
    'registration.confirmTimeout is 0; it is a whole number of seconds',
  ],
  ['half a second', { confirmTimeout: 0.5 }, 'registration.confirmTimeout is 0.5'],
  [
    'a link that is always good',
    { confirmTimeout: Number.POSITIVE_INFINITY },
    'registration.confirmTimeout is Infinity',
  ],
  [
    'a URL name that there is not',
    { redirectUrl: 'nowhere' },
    "registration.redirectUrl: There is no URL named 'nowhere'",
  ],
] as const) {
  test(`registration refuses ${what}`, () => {
    assert.ok(problems(registration).includes(sentence), problems(registration))
  })
}

test('links need a way to send them outside development', () => {
  for (const registration of [{ identify: 'email' }, { confirmEmail: true }]) {
    assert.match(problems(registration, true), /^registration sends links by mail, and there is no sendMail\./)
  }
  assert.equal(problems({}, true), '')
})

test('a view that sends links, put into urls by hand, needs a way to send them, too', () => {
  const urls = [include('members/', registrationUrls())]
  assert.match(problems(false, true, { urls }), /the view of 'confirm\/' sends mails, and there is no sendMail/)
  assert.equal(problems(false, true, { urls: [include('members/', registrationUrls({ confirmEmail: false }))] }), '')
})

test('the views can be put elsewhere', async (t) => {
  const world = await site(t, {
    accountsPrefix: false,
    loginUrl: '/in/',
    urls: [include('members/', registrationUrls())],
  })
  const browser = new Browser(world.base)
  assert.match((await browser.get('/members/register/')).body, /name="username"/)
  assert.match((await browser.get('/members/confirm/')).body, /name="email"/)
  assert.equal(world.auth.reverse('confirm_email', { token: 'x' }), '/members/confirm/x/')
  assert.equal(registrationUrls({ confirmEmail: false }).length, 2)
})
