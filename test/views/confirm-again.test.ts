import assert from 'node:assert/strict'
import { test } from 'node:test'
import { path } from '../../src/auth/path.ts'
import { StoreUnavailable } from '../../src/errors.ts'
import { memory } from '../../src/memory.ts'
import { nunjucks } from '../../src/nunjucks.ts'
import { ConfirmAgainView } from '../../src/views/confirm-again-view.ts'
import { RegisterDoneView } from '../../src/views/register-view.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { ALICE } from '../support/postern.ts'
import { errorsOf, followLink, linkIn, PASSWORD, registering, signUp } from '../support/registering.ts'
import { templates } from '../support/templates.ts'

const AGAIN = '/accounts/confirm/'
const WITH_LINK = { confirmEmail: true } as const

test('whoever waits gets the link once more; nobody else gets anything, and the answer tells nothing', async (t) => {
  const world = await registering(t, WITH_LINK)
  await signUp(world.visitor(), { username: 'zoe', email: 'zoe@site.example' })
  await signUp(world.visitor(), { username: 'zoe2', email: 'Zoe@Site.example' })
  await world.auth.createUser({ username: 'gone', password: 'x', email: 'gone@site.example', isActive: false })
  await world.auth.accounts.confirmEmail(String((await world.auth.users.findByUsername('gone'))?.id), 1)
  await world.mailed()
  world.clock.pass(300)
  const before = world.mails.length
  const answers = new Set<string>()
  for (const email of ['nobody@site.example', ALICE.email, 'gone@site.example', 'zoe@site.example']) {
    const browser = world.visitor()
    await browser.get(AGAIN)
    const { status, headers } = await browser.post(AGAIN, { email })
    answers.add(
      JSON.stringify([
        status,
        headers.location,
        (await browser.get('/accounts/login/')).body.replace(/[a-zA-Z0-9]{64}/g, ''),
      ]),
    )
  }
  assert.equal(answers.size, 1)
  assert.match([...answers].join(), /If an account is waiting for this address to be confirmed/)
  const sent = (await world.mailed()).slice(before)
  assert.deepEqual(
    sent.map(({ to }) => to),
    ['zoe@site.example', 'Zoe@site.example'],
    'each account has a link of its own',
  )
})

test('the new link confirms and keeps the password, and so does the first one', async (t) => {
  for (const which of [0, 1]) {
    const world = await registering(t, WITH_LINK)
    await signUp(world.visitor(), { username: 'zoe', email: 'zoe@site.example' })
    await world.mailed()
    world.clock.pass(300)
    await world.visitor().post(AGAIN, { email: 'zoe@site.example' })
    const mails = await world.mailed()
    assert.equal(mails.length, 2)
    await followLink(world.visitor(), linkIn(mails[which]))
    assert.equal((await world.visitor().login('zoe', PASSWORD)).status, 302)
    const other = await world.visitor().get(linkIn(mails[1 - which]))
    assert.match(other.body, /This link has been used already/)
  }
})

test('what is no address is said so, and a store that is down is 503', async (t) => {
  let down = false
  const database = intercepted(memory(), ({ name, proceed }) => {
    if (down && name.startsWith('users.')) throw new StoreUnavailable()
    return proceed()
  })
  const world = await registering(t, WITH_LINK, { database })
  const browser = world.visitor()
  assert.deepEqual(errorsOf(await browser.post(AGAIN, { email: 'a@b.example, c@d.example' })), [
    'Enter a valid email address.',
  ])
  assert.deepEqual(errorsOf(await browser.post(AGAIN, {})), ['This field is required.'])
  down = true
  assert.equal((await browser.post(AGAIN, { email: 'zoe@site.example' })).status, 503)
})

test('the view may lead elsewhere, and refuse', async (t) => {
  class Limited extends ConfirmAgainView {
    protected override async limitRequests(): Promise<void> {
      throw new StoreUnavailable()
    }
  }
  const world = await registering(t, WITH_LINK, {
    urls: [
      path('again/', ConfirmAgainView.asView({ successUrl: '/there/', title: 'Again' })),
      path('limited/', Limited.asView()),
    ],
  })
  const browser = world.visitor()
  assert.match((await browser.get('/again/')).body, /<h1>Again<\/h1>/)
  assert.equal((await browser.post('/again/', { email: 'x@site.example' })).headers.location, '/there/')
  assert.equal((await browser.post('/limited/', { email: 'x@site.example' })).status, 503)
})

test('everything about registering is there in German', async (t) => {
  const world = await registering(t, { identify: 'email' }, { languages: ['en', 'de'], siteName: 'Laden' })
  const german = { 'accept-language': 'de' }
  const browser = world.visitor()
  const page = async (path: string): Promise<string> => (await browser.get(path, german)).body
  for (const [path, sentence] of [
    ['/accounts/register/', 'Passwort bestätigen'],
    ['/accounts/register/done/', 'Wir haben eine E-Mail an die angegebene Adresse gesendet.'],
    ['/accounts/confirm/', 'wir senden den Link zu ihrer Bestätigung noch einmal'],
    ['/accounts/confirm/x/', 'Dieser Link gilt nicht oder nicht mehr'],
    ['/accounts/login/', 'Konto anlegen'],
  ] as const) {
    assert.ok((await page(path)).includes(sentence), path)
  }
  const fields = { email: 'zoe@site.example', password1: PASSWORD, password2: PASSWORD }
  await browser.post('/accounts/register/', fields, german)
  await browser.post('/accounts/register/', { ...fields, email: ALICE.email }, german)
  const [confirm, exists] = await world.mailed()
  assert.equal(confirm?.subject, 'Bestätigen Sie Ihre Adresse für Laden')
  assert.match(confirm?.text ?? '', /^Jemand, wir glauben, das waren Sie, wollte .* auf Laden\./)
  assert.match(confirm?.text ?? '', /Das Team von Laden\n$/)
  assert.equal(exists?.subject, 'Ihr Konto auf Laden')
  assert.match(exists?.text ?? '', /Sie haben schon eines, und daran wurde nichts geändert\./)
  const opened = await browser.get(linkIn(confirm), german)
  assert.match(await page(opened.headers.location ?? ''), /Ist zoe@site\.example Ihre Adresse/)
  await browser.post(opened.headers.location ?? '', { password: PASSWORD }, german)
  assert.match(await page('/accounts/login/'), /Ihre E-Mail-Adresse ist bestätigt\./)
  assert.match(await page(linkIn(confirm)), /Dieser Link wurde schon benutzt\./)
})

test('pages and mails can be templates of one’s own', async (t) => {
  const folder = templates(t, {
    'registration/register.html': '{{ title }}: {{ form.as_p }}',
    'registration/register_done.html': '{{ must_confirm }} {{ login_url }}',
    'registration/confirm_email.html': '{{ validlink }} {{ used }} {{ email }} {{ claims }}',
    'registration/confirm_again.html': '{{ form.email }}',
    'registration/confirm_email_subject.txt': 'Hello {{ user }}\n',
    'registration/confirm_email_email.html':
      "Open {{ protocol }}://{{ domain }}{% url 'confirm_email' token=token %} & confirm",
  })
  const world = await registering(t, WITH_LINK, { templates: nunjucks(folder) })
  const browser = world.visitor()
  assert.match(
    (await browser.get('/accounts/register/')).body,
    /^Create an account: \s*<p>\n<label for="id_username">Username:/,
  )
  assert.match((await browser.get('/accounts/register/done/')).body, /^True \/accounts\/login\/$/i)
  assert.match((await browser.get(AGAIN)).body, /^<input type="email" name="email"/)
  await signUp(browser, { username: 'zoe', email: 'zoe@site.example' })
  const [mail] = await world.mailed()
  assert.equal(mail?.subject, 'Hello zoe')
  assert.match(mail?.text ?? '', / & confirm$/)
  const opened = await browser.get(linkIn(mail))
  assert.match((await browser.get(opened.headers.location ?? '')).body, /^True False zoe@site\.example False$/i)
})

test('a done page of one’s own says what it likes', async (t) => {
  const view = RegisterDoneView.asView({ title: 'Ready', extraContext: { must_confirm: false } })
  const world = await registering(t, WITH_LINK, { urls: [path('ready/', view)] })
  assert.match((await world.visitor().get('/ready/')).body, /<h1>Ready<\/h1>\n<p>Your account has been made\./)
})
