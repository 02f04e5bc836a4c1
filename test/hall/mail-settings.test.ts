import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ConfigurationError } from '../../src/errors.ts'
import type { SendMail } from '../../src/kernel/mail.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { createPostern, type Postern } from '../../src/postern.ts'
import { outbox } from '../../src/testing.ts'
import { SECRET_KEY } from '../support/postern.ts'

const MAIL = { to: 'alice@site.example', subject: 'Your address', text: 'Open https://shop.example/accounts/.' }
const noMail: SendMail = async () => {}

function start(options: object, development: boolean): Postern {
  const settings = {
    secretKey: SECRET_KEY,
    allowedHosts: ['shop.example'],
    database: memory(),
    development,
    ...options,
  }
  return createPostern(settings as PosternOptions)
}

function problems(options: object, development = false): string {
  try {
    start(options, development)
    return ''
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error))
    return error.message
  }
}

/** What a Postern writes to the standard output while it sends a mail. */
async function printed(t: TestContext, auth: Postern, mail = MAIL): Promise<string> {
  const write = t.mock.method(process.stdout, 'write', () => true)
  await auth.sendMail?.(mail)
  const said = write.mock.calls.map((call) => call.arguments[0]).join('')
  write.mock.restore()
  return said
}

test('outside development links in mails need publicUrl, and nothing is sent without sendMail', () => {
  assert.equal(start({}, false).sendMail, undefined)
  assert.match(problems({ sendMail: noMail }), /^publicUrl is missing: links in mails need the address of the site/)
  assert.match(problems({ sendMail: noMail, publicUrl: '' }), /^publicUrl is missing/)
  assert.equal(problems({ sendMail: noMail, publicUrl: 'https://shop.example' }), '')
  assert.equal(problems({ sendMail: noMail }, true), '')
})

test('publicUrl is the address of the site alone', () => {
  for (const publicUrl of [
    'https://shop.example',
    'https://shop.example/',
    'http://10.0.0.7:8000/shop/',
    'https://bücher.example',
  ]) {
    assert.equal(problems({ publicUrl }), '', publicUrl)
  }
  for (const publicUrl of [
    'shop.example',
    '//shop.example',
    'ftp://shop.example',
    'javascript:alert(1)',
    'https://shop.example/?a=b',
    'https://shop.example/#top',
    'https://shop.example/?',
    'https://user:password@shop.example',
    'https://user@shop.example',
    'https:\\\\shop.example',
    ' https://shop.example',
    'https://',
    7,
  ]) {
    assert.match(
      problems({ publicUrl }, true),
      /^publicUrl is '.*'; it is the address of the site alone/,
      String(publicUrl),
    )
  }
})

test('a slash at the end of publicUrl is not doubled in links', () => {
  assert.equal(start({ publicUrl: 'https://shop.example//' }, true).publicUrl, 'https://shop.example')
  assert.equal(start({ publicUrl: '' }, true).publicUrl, undefined)
})

test('sendMail is a function and mailFrom a sender', () => {
  assert.match(problems({ sendMail: 'smtp://localhost' }, true), /^sendMail is a function/)
  for (const mailFrom of ['', 'Shop', 'a@b.example, c@d.example', 'Shop <mail@shop.example>\r\nBcc: x@y.example', 7]) {
    assert.equal(
      problems({ mailFrom }, true),
      "mailFrom is an address, or a name and an address: 'Shop <mail@shop.example>'.",
      String(mailFrom),
    )
  }
  for (const mailFrom of [
    'mail@shop.example',
    'Shop <mail@shop.example>',
    '<mail@shop.example>',
    'Büro Köln <b@k.example>',
  ]) {
    assert.equal(problems({ mailFrom }, true), '')
  }
})

for (const [what, options, from] of [
  ['mailFrom', { mailFrom: 'Shop <mail@shop.example>', publicUrl: 'https://shop.example' }, 'Shop <mail@shop.example>'],
  ['noreply@ and the host of publicUrl', { publicUrl: 'https://shop.example:8443/app/' }, 'noreply@shop.example'],
  ["Django's own default, where the site says nothing of itself", {}, 'webmaster@localhost'],
  ["Django's own default, where the host is no name", { publicUrl: 'http://[::1]:8000' }, 'webmaster@localhost'],
] as const) {
  test(`mails come from ${what}`, async () => {
    const { sendMail, messages } = outbox()
    await start({ sendMail, ...options }, true).sendMail?.(MAIL)
    assert.deepEqual(messages, [{ ...MAIL, from }])
  })
}

test('a mail may name another sender', async () => {
  const { sendMail, messages } = outbox()
  await start({ sendMail }, true).sendMail?.({ ...MAIL, from: 'boss@shop.example' })
  assert.equal(messages[0]?.from, 'boss@shop.example')
})

test("an application's own sender never gets a mail with a second recipient or a broken head", async () => {
  const { sendMail, messages } = outbox()
  const auth = start({ sendMail }, true)
  for (const part of [
    { to: 'alice@site.example, eve@evil.example' },
    { to: 'alice@site.example\nBcc: eve@evil.example' },
    { subject: 'Hello\r\nBcc: eve@evil.example' },
    { from: 'x\r\ny <mail@shop.example>' },
  ]) {
    await assert.rejects(async () => auth.sendMail?.({ ...MAIL, ...part }), TypeError)
  }
  assert.deepEqual(messages, [])
})

test('in development a mail is written to the console, where it cannot steer the terminal', async (t) => {
  const said = await printed(t, start({}, true), { ...MAIL, text: 'Hello \u001b]0;owned\u0007\u009b31m\nOpen this.' })
  assert.equal(
    said,
    `From: webmaster@localhost\nTo: alice@site.example\nSubject: Your address\n\nHello \ufffd]0;owned\ufffd\ufffd31m\nOpen this.\n${'-'.repeat(79)}\n`,
  )
})

test('a mail never reaches the console where it is sent, nor in production', async (t) => {
  assert.equal(await printed(t, start({ sendMail: noMail }, true)), '')
  assert.equal(await printed(t, start({}, false)), '')
})
