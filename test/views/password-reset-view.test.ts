/** Asking for a link: the first half of Django's `PasswordResetTest`, and that the answer tells nobody anything. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { path } from '../../src/kernel/urls.ts'
import { PasswordResetTokenGenerator } from '../../src/tokens/reset-token.ts'
import { PasswordResetForm } from '../../src/views/forms/password-reset-form.ts'
import { PasswordResetView } from '../../src/views/password-reset-view.ts'
import type { Reply } from '../support/browser.ts'
import { ALICE, SECRET_KEY } from '../support/postern.ts'
import { linkIn, open, resetSite } from '../support/reset-site.ts'
import { listen } from '../support/site.ts'

const RESET = '/accounts/password_reset/'

/** What a visitor can see of an answer. */
function seen({ status, headers, setCookies, body }: Reply): object {
  const { date: _, ...rest } = headers
  return { status, rest, setCookies, body: body.replace(/[a-zA-Z0-9]{64}/g, 'TOKEN') }
}

test('the page asks for an address, to whoever comes', async (t) => {
  const world = await resetSite(t)
  for (const browser of [world.visitor(), await world.loggedIn()]) {
    const { status, body } = await browser.get(RESET)
    assert.equal(status, 200)
    assert.match(body, /<title>Password reset<\/title>/)
    assert.match(
      body,
      /<input type="email" name="email" id="id_email" value="" autocomplete="email" required maxlength="254">/,
    )
  }
})

test('a known address gets one mail with a link, in the words of Django', async (t) => {
  const world = await resetSite(t, { siteName: 'Shop' })
  const reply = await world.ask()
  assert.equal(reply.status, 302)
  assert.equal(reply.headers.location, `${RESET}done/`)
  assert.equal(world.mails.length, 1)
  const [mail] = world.mails
  assert.equal(mail?.to, ALICE.email)
  assert.equal(mail?.subject, 'Password reset on Shop')
  assert.equal(mail?.html, undefined)
  const link = `${world.base}${linkIn(mail)}`
  assert.equal(
    mail?.text,
    `You're receiving this email because you requested a password reset for your user account at Shop.

Please go to the following page and choose a new password:

${link}

In case you’ve forgotten, you are: alice

Thanks for using our site!

The Shop team
`,
  )
  assert.match(link, /^http:\/\/[^/]+\/accounts\/reset\/MQ\/[0-9a-z]{6}-[0-9a-f]{32}\/$/)
})

test('the page behind says what it says to everybody, and no session begins', async (t) => {
  const world = await resetSite(t)
  const browser = world.visitor()
  const reply = await world.ask(ALICE.email, browser)
  assert.deepEqual(
    reply.setCookies.filter((line) => line.startsWith('sessionid')),
    [],
  )
  const done = await browser.get(`${RESET}done/`)
  assert.match(done.body, /<title>Password reset sent<\/title>[\s\S]*if an account exists with the email you entered/)
  assert.doesNotMatch(done.body, /alice/)
})

test('an address that nobody has, that somebody inactive has, and that goes with no password get the same answer and no mail', async (t) => {
  const world = await resetSite(t)
  await world.auth.createUser({ username: 'carol', password: 'x', email: 'carol@site.example', isActive: false })
  await world.auth.createUser({ username: 'erin', password: null, email: 'erin@site.example' })
  const browser = world.visitor()
  await browser.get(RESET)
  const answers = new Set<string>()
  for (const email of ['alice@site.example', 'nobody@site.example', 'carol@site.example', 'erin@site.example']) {
    const reply = await world.ask(email, browser)
    answers.add(JSON.stringify(seen(reply)))
  }
  assert.equal(answers.size, 1)
  assert.equal(world.mails.length, 1)
})

test('the answer waits for nobody: not for the look at the accounts, and not for the mail server', async (t) => {
  const world = await resetSite(t, { sendMail: () => new Promise(() => {}) })
  const looked = t.mock.method(world.auth.users, 'findByEmail', () => new Promise<never>(() => {}))
  const browser = world.visitor()
  const first = await browser.post(RESET, { email: ALICE.email })
  assert.equal(first.status, 302)
  assert.equal(looked.mock.callCount(), 0, 'nobody was looked up before the answer')
  looked.mock.restore()
  assert.equal((await browser.post(RESET, { email: ALICE.email })).status, 302)
})

test('a mail server that is down is told to those who listen, and to no visitor (CVE-2024-45231)', async (t) => {
  const down = new Error('connection refused')
  const world = await resetSite(t, { sendMail: () => Promise.reject(down) })
  const heard = listen(t, 'mail_failed')
  const browser = world.visitor()
  await browser.get(RESET)
  const known = await world.ask(ALICE.email, browser)
  assert.deepEqual(seen(known), seen(await world.ask('nobody@site.example', browser)))
  assert.equal(heard.length, 1)
  assert.equal(heard[0]?.user?.username, 'alice')
  assert.equal(heard[0]?.error, down)
  assert.doesNotMatch(JSON.stringify({ ...heard[0], error: '' }), /reset\//, 'no link is told')
})

test('one mail that cannot be sent does not keep the next from being sent', async (t) => {
  const tried: string[] = []
  const world = await resetSite(t, {
    sendMail: async ({ to }) => {
      tried.push(to)
      if (tried.length === 1) throw new Error('mailbox full')
    },
  })
  for (const username of ['twin1', 'twin2']) {
    await world.auth.createUser({
      username,
      password: 'x',
      email: `${username === 'twin1' ? 't' : 'T'}wins@site.example`,
    })
  }
  await world.ask('TWINS@site.example')
  assert.deepEqual(tried.sort(), ['Twins@site.example', 'twins@site.example'])
})

test('the address is compared without regard to case, and the mail goes to the one that is stored', async (t) => {
  const world = await resetSite(t)
  await world.auth.createUser({ username: 'zoe', password: 'x', email: 'ZOE@müller.example' })
  await world.ask('ALICE@SITE.EXAMPLE')
  await world.ask('zoe@MU\u0308LLER.example')
  assert.deepEqual(
    world.mails.map(({ to }) => to),
    ['alice@site.example', 'ZOE@müller.example'],
  )
})

for (const [stored, typed] of [
  ['mike@example.org', 'mıke@example.org'],
  ['mike@ixample.org', 'mike@ıxample.org'],
  ['mike@example.org', 'mi\u212Ae@example.org'],
  ['mike@site.example', 'mike@site.exampłe'],
  ['mike@example.org', 'mike@examp\u217Ce.org'],
] as const) {
  test(`nobody gets the mail of somebody whose address looks alike: ${typed} (CVE-2019-19844)`, async (t) => {
    const world = await resetSite(t)
    await world.auth.createUser({ username: 'mike', password: 'x', email: stored })
    assert.equal((await world.ask(typed)).status, 302)
    assert.deepEqual(world.mails, [])
    await world.auth.createUser({ username: 'mike2', password: 'x', email: typed })
    await world.ask(typed)
    assert.deepEqual(
      world.mails.map(({ to }) => to),
      [typed],
    )
  })
}

for (const email of [
  'alice',
  '',
  'alice@site.example\nbcc: x@evil.example',
  'alice@site.example,evil@evil.example',
  'alice@site.example;evil@evil.example',
  `${'a'.repeat(300)}@site.example`,
  'ali\u0000ce@site.example',
  'Alice <alice@site.example>',
  '%@site.example',
]) {
  test(`an address that is none shows the form again, and looks nobody up: ${JSON.stringify(email).slice(0, 50)} (CVE-2022-35924)`, async (t) => {
    const world = await resetSite(t)
    const looked = t.mock.method(world.auth.users, 'findByEmail')
    const reply = await world.ask(email)
    const isAddress = email.startsWith('%')
    assert.equal(reply.status, isAddress ? 302 : 200)
    if (!isAddress) assert.match(reply.body, /id="id_email_error"/)
    assert.equal(looked.mock.callCount(), isAddress ? 1 : 0)
    assert.deepEqual(world.mails, [])
  })
}

test('an address that is stored as two is mailed to nobody', async (t) => {
  const world = await resetSite(t)
  const heard = listen(t, 'mail_failed')
  const twice = '"a,b"@site.example'
  await world.auth.createUser({ username: 'two', password: 'x', email: twice })
  assert.equal((await world.ask(twice)).status, 302)
  assert.deepEqual(world.mails, [])
  assert.equal(heard.length, 1)
})

test('a Host that is not ours gets no mail out, and in production the link names publicUrl whatever the Host says (CVE-2011-4139)', async (t) => {
  const world = await resetSite(t, {
    development: false,
    secretKey: SECRET_KEY,
    allowedHosts: ['*'],
    publicUrl: 'https://shop.example/',
  })
  const browser = world.visitor()
  for (const host of ['evil.example', 'shop.example:evil.example', 'shop.example:80@evil.example']) {
    const token = (await browser.get('/csrf')).body
    const form = { email: ALICE.email, csrfmiddlewaretoken: token }
    await browser.send(RESET, {
      method: 'POST',
      form,
      headers: { host, cookie: `csrftoken=${browser.cookies.get('csrftoken')}` },
    })
  }
  await world.auth.settled()
  assert.ok(world.mails.length >= 1)
  for (const { subject, text } of world.mails) {
    assert.match(text, /\nhttps:\/\/shop\.example\/accounts\/reset\//)
    assert.doesNotMatch(text + subject, /evil/)
  }
})

test('a poisoned Host is refused in development', async (t) => {
  const world = await resetSite(t)
  const browser = world.visitor()
  const token = (await browser.get('/csrf')).body
  for (const host of ['www.example:dr.frankenstein@evil.tld', 'evil.example']) {
    const sent = { method: 'POST', form: { email: ALICE.email, csrfmiddlewaretoken: token }, headers: { host } }
    assert.equal((await browser.send(RESET, sent)).status, 400, host)
  }
  await world.auth.settled()
  assert.deepEqual(world.mails, [])
})

test('behind a prefix the link has it once, in publicUrl too', async (t) => {
  for (const publicUrl of ['https://shop.example', 'https://shop.example/shop', undefined]) {
    const world = await resetSite(t, publicUrl === undefined ? {} : { publicUrl })
    const request = await world.auth.open({
      method: 'POST',
      url: '/shop/accounts/password_reset/',
      prefix: '/shop',
      scheme: 'http',
      host: 'localhost:3000',
      header: () => undefined,
    } as never)
    const form = new PasswordResetForm(request, new Map([['email', ALICE.email]]) as never)
    assert.equal(await form.isValid(), true)
    await form.save({
      subjectTemplateName: 'registration/password_reset_subject.txt',
      emailTemplateName: 'registration/password_reset_email.html',
      tokenGenerator: world.auth.resetTokens,
    })
    const start = publicUrl === undefined ? 'http://localhost:3000/shop' : 'https://shop.example/shop'
    assert.ok(world.mails[0]?.text.includes(`\n${start}/accounts/reset/MQ/`), world.mails[0]?.text)
  }
})

test('who asked is told: once for each account, and once for nobody', async (t) => {
  const world = await resetSite(t)
  const heard = listen(t, 'password_reset_requested')
  await world.ask()
  await world.ask('nobody@site.example')
  assert.deepEqual(
    heard.map(({ user }) => user?.username),
    ['alice', undefined],
  )
})

test('a store that is down is a 503, whoever is meant, and what breaks behind the answer is a warning', async (t) => {
  const world = await resetSite(t)
  const browser = world.visitor()
  await browser.get(RESET)
  const asked = t.mock.method(world.auth.users, 'findById', async () => {
    throw new (await import('../../src/errors.ts')).StoreUnavailable()
  })
  assert.equal((await browser.post(RESET, { email: ALICE.email })).status, 503)
  asked.mock.restore()
  const warned = t.mock.method(process, 'emitWarning', () => {})
  t.mock.method(world.auth.users, 'findByEmail', async () => {
    throw new Error('gone')
  })
  assert.equal((await world.ask(ALICE.email, browser)).status, 302)
  assert.match(String(warned.mock.calls[0]?.arguments[0]), /gone/)
})

test('the page to go to, the sender and the tokens are options', async (t) => {
  const own = new PasswordResetTokenGenerator({ secretKey: 'another-secret', now: () => Date.UTC(2026, 0, 15, 12) })
  const urls = [
    path('path/', PasswordResetView.asView({ successUrl: '/custom/' })),
    path('name/', PasswordResetView.asView({ successUrl: 'password_reset' })),
    path('mine/', PasswordResetView.asView({ fromEmail: 'staff@site.example', tokenGenerator: own })),
  ]
  const world = await resetSite(t, { urls })
  assert.equal((await world.ask(ALICE.email, world.visitor(), '/path/')).headers.location, '/custom/')
  assert.equal((await world.ask(ALICE.email, world.visitor(), '/name/')).headers.location, RESET)
  await world.ask(ALICE.email, world.visitor(), '/mine/')
  const mail = world.mails.at(-1)
  assert.equal(mail?.from, 'staff@site.example')
  assert.equal((await world.visitor().get(linkIn(mail))).status, 200, 'another generator made that token')
  assert.equal(own.checkToken(world.alice, linkIn(mail).split('/').at(-2)), true)
})

test('a form of an application’s own may send another mail', async (t) => {
  class Mine extends PasswordResetForm {
    protected override async sendMail(...[, user]: Parameters<PasswordResetForm['sendMail']>): Promise<void> {
      await this.request.context.sendMail?.({
        to: user.email,
        subject: 'Forgot your password?',
        text: 'Sorry to hear.',
      })
    }
  }
  const world = await resetSite(t, { urls: [path('mine/', PasswordResetView.asView({ formClass: Mine }))] })
  await world.ask(ALICE.email, world.visitor(), '/mine/')
  assert.equal(world.mails[0]?.subject, 'Forgot your password?')
})

test('a link of a user with another address in another language is in that language', async (t) => {
  const world = await resetSite(t, { languages: ['en', 'de'], siteName: 'Laden' })
  const browser = world.visitor()
  await browser.get(RESET)
  await browser.post(RESET, { email: ALICE.email }, { 'accept-language': 'de-DE' })
  await world.auth.settled()
  assert.equal(world.mails[0]?.subject, 'Passwort auf Laden zurücksetzen')
  assert.match(world.mails[0]?.text ?? '', /Bitte öffnen Sie folgende Seite[\s\S]*Das Team von Laden/)
  await open(world.visitor(), linkIn(world.mails[0]))
})

test('a program is told where to go, and what is wrong', async (t) => {
  const world = await resetSite(t)
  const browser = world.visitor()
  const token = (await browser.get('/csrf')).body
  const send = (body: object): Promise<Reply> =>
    browser.send(RESET, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'x-csrftoken': token },
    })
  const good = await send({ email: ALICE.email })
  assert.deepEqual([good.status, JSON.parse(good.body)], [200, { redirect: `${RESET}done/` }])
  const bad = await send({ email: ['a@b.co', 'x'] })
  assert.equal(bad.status, 400)
  assert.deepEqual(JSON.parse(bad.body).error.fields.email, [
    { code: 'invalid', message: 'Enter a valid email address.' },
  ])
  await world.auth.settled()
  assert.equal(world.mails.length, 1)
})
