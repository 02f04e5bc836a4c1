import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTransport } from 'nodemailer'
import type { MailMessage } from '../../src/kernel/mail.ts'
import { transportOptions } from '../../src/mailers/nodemailer.ts'
import { type MailTransport, nodemailer, type TransportMail } from '../../src/nodemailer.ts'
import { deadPort, type MailServer, mailServer, scriptedServer } from '../support/smtp.ts'

const MAIL: MailMessage = {
  to: 'alice@site.example',
  from: 'Shop <mail@shop.example>',
  subject: 'Your address',
  text: 'Hello alice,\n\nopen this link.\n',
}

function to(port: number, mail: Partial<MailMessage> = {}): Promise<void> {
  return nodemailer({ host: '127.0.0.1', port })({ ...MAIL, ...mail })
}

function field({ received }: MailServer, name: string): string | undefined {
  return received[0]?.head.find((line) => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2)
}

test('a mail arrives with its sender, recipient, subject and text', async (t) => {
  const server = await mailServer(t)
  await to(server.port)
  assert.equal(server.received.length, 1)
  const [mail] = server.received
  assert.deepEqual([mail?.from, mail?.to], ['mail@shop.example', ['alice@site.example']])
  assert.equal(field(server, 'from'), 'Shop <mail@shop.example>')
  assert.equal(field(server, 'to'), 'alice@site.example')
  assert.equal(field(server, 'subject'), 'Your address')
  assert.equal(field(server, 'auto-submitted'), 'auto-generated')
  assert.equal(mail?.text, MAIL.text.trimEnd())
})

test('a URL names the server, too, and so does a transport of nodemailer', async (t) => {
  const server = await mailServer(t)
  await nodemailer(`smtp://127.0.0.1:${server.port}`)(MAIL)
  await nodemailer(createTransport({ host: '127.0.0.1', port: server.port }))(MAIL)
  assert.equal(server.received.length, 2)
})

test('a link stays in one piece, however long it is and whatever stands around it', async (t) => {
  const server = await mailServer(t)
  const links = [
    'https://shop.example/accounts/reset/MQ/cs2k5e-3a1f6c2b7d8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9/',
    `https://shop.example/accounts/confirm/${'aZ09-_'.repeat(60)}:1tX:${'b'.repeat(43)}/?a=b&c==3D&d=%C3%BC`,
    'https://shop.example/=20=3D/.',
  ]
  for (const link of links) {
    await to(server.port, {
      text: `Grüße, 東京 — öffne bitte\n\n${link}\n\nund schließe das Fenster. ${'lang '.repeat(60)}\n`,
    })
    await to(server.port, { text: `Open\n${link}\nplease.\n` })
  }
  assert.equal(server.received.length, 2 * links.length)
  for (const [at, { text, raw }] of server.received.entries()) {
    assert.ok(text.split('\n').includes(links[at >> 1] ?? ''), text)
    for (const line of raw.split('\r\n')) assert.ok(line.length <= 76, line)
  }
})

test('a mail may have HTML beside its text', async (t) => {
  const server = await mailServer(t)
  await to(server.port, { html: '<p>Hello <b>alice</b></p>' })
  assert.match(field(server, 'content-type') ?? '', /^multipart\/alternative;/)
  assert.match(server.received[0]?.raw ?? '', /open this link[\s\S]*<p>Hello <b>alice<\/b><\/p>/)
})

test('an address with letters of other alphabets reaches a server that takes them', async (t) => {
  const server = await mailServer(t)
  await to(server.port, { to: 'zoë@bücher.example' })
  assert.deepEqual(server.received[0]?.to, ['zoë@bücher.example'])
})

test('nothing that is put into a mail becomes another recipient or another header', async (t) => {
  const server = await mailServer(t)
  const hostile: readonly Partial<MailMessage>[] = [
    { to: 'alice@site.example\r\nBcc: eve@evil.example' },
    { to: 'alice@site.example\nBcc: eve@evil.example' },
    { to: 'alice@site.example, eve@evil.example' },
    { to: 'alice@site.example;eve@evil.example' },
    { to: 'alice@site.example eve@evil.example' },
    { to: 'friends: alice@site.example, eve@evil.example;' },
    { to: 'Alice <alice@site.example>' },
    { to: '"eve@evil.example x"@site.example' },
    { to: 'alice@site.example@evil.example' },
    { to: 'alice(@evil.example)@site.example' },
    { to: 'alice@[eve@evil.example]' },
    { to: 'alice@site.example\0' },
    { to: 'alice\u2028@site.example' },
    { to: 'alice@\u202eelpmaxe.etis' },
    { to: `${'a'.repeat(320)}@site.example` },
    { to: '' },
    { to: 'alice' },
    { from: 'mail@shop.example\r\nBcc: eve@evil.example' },
    { from: 'Shop\r\nBcc: eve@evil.example <mail@shop.example>' },
    { from: 'mail@shop.example, eve@evil.example' },
    { from: 'Shop <mail@shop.example>, <eve@evil.example>' },
    { subject: 'Hello\r\nBcc: eve@evil.example' },
    { subject: 'Hello\nBcc: eve@evil.example' },
    { subject: 'Hello\r\n\r\nAnother body' },
    { subject: 'Hello\u2028Bcc: eve@evil.example' },
    { subject: 'Hello\0' },
  ]
  for (const part of hostile) {
    await assert.rejects(to(server.port, part), (error) => {
      assert.ok(error instanceof TypeError)
      assert.doesNotMatch(error.message, /evil|alice/)
      return true
    })
  }
  assert.deepEqual(server.received, [])
})

test('a text is a text, whatever is in it: no header, no end of the mail, no file', async (t) => {
  const server = await mailServer(t)
  const text = 'Bcc: eve@evil.example\n.\nMAIL FROM:<x@y.example>\n\r.\r\nend'
  await to(server.port, { text })
  assert.deepEqual(server.received[0]?.to, ['alice@site.example'])
  assert.equal(server.received[0]?.text, text.replace(/\r\n?/g, '\n'))
  for (const odd of [{ path: '/etc/hostname' }, { href: `http://127.0.0.1:${await deadPort()}/` }]) {
    await assert.rejects(to(server.port, { text: odd as never }), /access rejected/i)
  }
  assert.equal(server.received.length, 1)
})

test('a server that is down is an error at once', async () => {
  await assert.rejects(to(await deadPort()), { code: 'ESOCKET' })
})

for (const [what, greeting, answer] of [
  ['says nothing', null, () => null],
  ['falls silent after its greeting', '220 mail.example', () => null],
  [
    'falls silent before it has taken the mail',
    '220 mail.example',
    (line: string) =>
      line === '.' ? null : line === 'DATA' ? '354 go on' : /^[A-Z]{4} /.test(line) ? '250 yes' : null,
  ],
] as const) {
  test(`a server that ${what} is given up at the deadline, and hung up on`, async (t) => {
    const server = await scriptedServer(t, greeting, answer)
    const send = nodemailer({ host: '127.0.0.1', port: server.port }, { timeout: 0.2 })
    await assert.rejects(send(MAIL), /did not take the mail within 0\.2 s|timeout/i)
    await server.closed
  })
}

test('a server that keeps talking without taking the mail is given up at the deadline', async (t) => {
  const drip = t.mock.fn<(mail: TransportMail) => Promise<unknown>>(() => new Promise(() => {}))
  await assert.rejects(nodemailer({ sendMail: drip }, { timeout: 0.05 })(MAIL), {
    message: 'The mail server did not take the mail within 0.05 s.',
  })
  assert.equal(drip.mock.calls[0]?.arguments[0].signal.aborted, true)
})

test('a transport that fails after the deadline ends no process', async (t) => {
  let fail = (_error: Error): void => {}
  const transport: MailTransport = {
    sendMail: () =>
      new Promise((_, reject) => {
        fail = reject
      }),
  }
  const unhandled = t.mock.fn()
  process.on('unhandledRejection', unhandled)
  t.after(() => process.off('unhandledRejection', unhandled))
  await assert.rejects(nodemailer(transport, { timeout: 0.01 })(MAIL), /within 0\.01 s/)
  fail(new Error('too late'))
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(unhandled.mock.callCount(), 0)
})

test('a recipient that the server refuses is an error', async (t) => {
  const server = await mailServer(t, {
    onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no such user'), { responseCode: 550 })),
  })
  await assert.rejects(to(server.port), { code: 'EENVELOPE', responseCode: 550 })
  assert.deepEqual(server.received, [])
})

test('a recipient that a transport reports as refused is an error, too', async () => {
  const sendMail = (rejected: unknown) => nodemailer({ sendMail: async () => ({ rejected }) })(MAIL)
  await assert.rejects(sendMail(['alice@site.example']), /refused the recipient/)
  for (const none of [[], undefined]) await sendMail(none)
  await nodemailer({ sendMail: async () => undefined })(MAIL)
})

test('a server that refuses the whole mail is an error', async (t) => {
  const server = await mailServer(t, {
    onData: (stream, _session, done) => {
      stream.resume().on('end', () => done(Object.assign(new Error('spam'), { responseCode: 554 })))
    },
  })
  await assert.rejects(to(server.port), { responseCode: 554 })
})

/** Sends over a connection that has to be encrypted. */
function encrypted(port: number, tls: object = { rejectUnauthorized: false }): Promise<void> {
  return nodemailer({ host: '127.0.0.1', port, requireTLS: true, tls })(MAIL)
}

const withTls = (t: TestContext): Promise<MailServer> => mailServer(t, { disabledCommands: ['AUTH'] })

test('STARTTLS encrypts the connection before the mail is sent', async (t) => {
  const server = await withTls(t)
  await encrypted(server.port)
  assert.equal(server.received[0]?.encrypted, true)
})

test('a certificate that nobody vouches for is refused, and no mail sent', async (t) => {
  const server = await withTls(t)
  await assert.rejects(encrypted(server.port, {}), /certificate/)
  assert.deepEqual(server.received, [])
})

test('where TLS is required no mail goes over a connection without it', async (t) => {
  const none = await mailServer(t)
  await assert.rejects(encrypted(none.port), { code: 'ETLS' })
  assert.deepEqual(none.received, [])
  const refusing = await scriptedServer(t, '220 mail.example', (line) =>
    line.startsWith('EHLO') ? '250-mail.example\r\n250 STARTTLS' : line === 'STARTTLS' ? '454 not now' : '250 yes',
  )
  await assert.rejects(encrypted(refusing.port), { code: 'ETLS' })
  assert.doesNotMatch(refusing.lines.join(), /MAIL|RCPT|DATA/)
})

test('TLS is required of a server across a network, unless somebody said how the way is kept private', () => {
  const required = (server: Parameters<typeof transportOptions>[0]): unknown => transportOptions(server, 10).requireTLS
  for (const server of [
    { host: 'mail.example' },
    { host: '10.0.0.1', port: 25 },
    { host: '127.evil.example' },
    { service: 'gmail' },
    'smtp://user:password@mail.example',
    'smtp://mail.example:587/?pool=true',
  ]) {
    assert.equal(required(server), true, JSON.stringify(server))
  }
  for (const server of [
    {},
    { host: 'localhost' },
    { host: '127.0.0.1' },
    { host: '::1' },
    { host: 'mail.example', secure: true },
    { host: 'mail.example', ignoreTLS: true },
    'smtp://localhost:25',
    'smtp://[::1]:25',
    'smtps://mail.example',
    'smtp://mail.example/?requireTLS=false',
    'smtp://mail.example/?ignoreTLS=true',
  ]) {
    assert.equal(required(server), undefined, JSON.stringify(server))
  }
  assert.equal(required({ host: 'mail.example', requireTLS: false }), false)
})

test('the deadlines of a connection can be given one by one', () => {
  const { connectionTimeout, socketTimeout } = transportOptions({ socketTimeout: 500 }, 3)
  assert.deepEqual([connectionTimeout, socketTimeout], [3000, 500])
})

test('without a server it says what to pass', () => {
  for (const server of [undefined, null, '', 25]) {
    assert.throws(() => nodemailer(server as never), /nodemailer\(\) needs a mail server/)
  }
  for (const timeout of [0, -1, Number.NaN]) assert.throws(() => nodemailer({}, { timeout }), /a number of seconds/)
})
