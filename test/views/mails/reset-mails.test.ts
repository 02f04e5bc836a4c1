/** Mails of a reset out of templates: an application's own, in text and in HTML, and what may go wrong with them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { html } from '../../../src/kernel/html.ts'
import { path } from '../../../src/kernel/urls.ts'
import { nunjucks } from '../../../src/nunjucks.ts'
import { sendTemplateMail } from '../../../src/views/mails/send-mail.ts'
import { PasswordResetView, type PasswordResetViewOptions } from '../../../src/views/password-reset-view.ts'
import { formRequest } from '../../support/form-request.ts'
import { ALICE, testPostern } from '../../support/postern.ts'
import { linkIn, open, type ResetSite, resetSite } from '../../support/reset-site.ts'
import { listen } from '../../support/site.ts'
import { templates } from '../../support/templates.ts'

const TEXT = 'registration/password_reset_email.html'
const SUBJECT = 'registration/password_reset_subject.txt'

/** The line breaks and the tags are those of Django's own template. */
const AS_DJANGOS = `{% load i18n %}{% autoescape off %}
Reset for {{ email }} at {{ site_name }}:
{% block reset_link %}
{{ protocol }}://{{ domain }}{% url 'password_reset_confirm' uidb64=uid token=token %}
{% endblock %}
You are: {{ user.get_username }}
{% endautoescape %}
`

async function mailSite(
  t: Parameters<typeof resetSite>[0],
  files: Readonly<Record<string, string>>,
  options: PasswordResetViewOptions = {},
): Promise<ResetSite> {
  const world = await resetSite(t, {
    templates: nunjucks(templates(t, files)),
    siteName: 'Tom & <b>Co</b>',
    urls: [path('ask/', PasswordResetView.asView(options))],
  })
  await world.auth.users.update(String(world.alice.id), { username: `al"ice&'<i>` })
  return world
}

test('templates of the names that Django has go before the texts that come along, and nothing in a text is escaped', async (t) => {
  const world = await mailSite(t, { [TEXT]: AS_DJANGOS, [SUBJECT]: 'Reset on {{ site_name }}' })
  await world.ask()
  const [mail] = world.mails
  assert.equal(mail?.subject, 'Reset on Tom & <b>Co</b>')
  assert.match(mail?.text ?? '', /^\nReset for alice@site\.example at Tom & <b>Co<\/b>:\n/)
  assert.match(mail?.text ?? '', /\nYou are: al"ice&'<i>\n/)
  await open(world.visitor(), linkIn(mail))
})

test('one of them alone may be the application’s own', async (t) => {
  const world = await mailSite(t, { [SUBJECT]: 'Mine' })
  await world.ask()
  assert.equal(world.mails[0]?.subject, 'Mine')
  assert.match(world.mails[0]?.text ?? '', /You're receiving this email/)
})

test('a part in HTML is escaped, and goes beside the text', async (t) => {
  const page = '<html><a href="{{ protocol }}://{{ domain }}/x/">{{ user.username }}</a></html>'
  const world = await mailSite(t, { 'mine.html': page }, { htmlEmailTemplateName: 'mine.html' })
  await world.ask(ALICE.email, world.visitor(), '/ask/')
  assert.match(
    world.mails[0]?.html ?? '',
    /^<html><a href="http:\/\/.*\/x\/">al&quot;ice&amp;&#x27;&lt;i&gt;<\/a><\/html>$/,
  )
  assert.match(world.mails[0]?.text ?? '', /al"ice/)
})

test('more for the templates goes before what the view gives', async (t) => {
  const world = await mailSite(
    t,
    { 'mine.txt': '{{ greeting }} {{ domain }}' },
    {
      emailTemplateName: 'mine.txt',
      subjectTemplateName: 'mine.txt',
      extraEmailContext: { greeting: 'Hello!', domain: 'custom.example.com' },
    },
  )
  await world.ask(ALICE.email, world.visitor(), '/ask/')
  assert.equal(world.mails[0]?.text, 'Hello! custom.example.com')
})

test('a subject is one line, however many its template has', async (t) => {
  const world = await mailSite(t, { [SUBJECT]: '\nPassword\r\n reset\u2028 on\u0085 x\v\f\u001c\n\n' })
  await world.ask()
  assert.equal(world.mails[0]?.subject, 'Password reset on x')
})

test('a line break in the name of the site makes no header of its own', async (t) => {
  const world = await resetSite(t, { siteName: 'Shop\r\nBcc: evil@evil.example' })
  await world.ask()
  assert.equal(world.mails[0]?.subject, 'Password reset on ShopBcc: evil@evil.example')
})

test('a template of a mail knows nothing of the visitor', async (t) => {
  const world = await mailSite(t, {
    [TEXT]: '[{{ csrf_token }}|{% for m in messages %}{{ m }}{% endfor %}|{{ user.username }}]',
  })
  const browser = await world.loggedIn(`al"ice&'<i>`)
  await world.ask(ALICE.email, browser)
  assert.equal(world.mails[0]?.text, `[||al"ice&'<i>]`)
})

for (const [option, name] of [
  ['emailTemplateName', 'nothing.txt'],
  ['subjectTemplateName', 'nothing.txt'],
  ['htmlEmailTemplateName', 'nothing.html'],
  ['htmlEmailTemplateName', TEXT],
] as const) {
  test(`an ${option} that there is not is an error for everybody, known or not: ${name}`, async (t) => {
    const world = await resetSite(t, { urls: [path('ask/', PasswordResetView.asView({ [option]: name }))] })
    for (const email of [ALICE.email, 'nobody@site.example']) {
      assert.equal((await world.ask(email, world.visitor(), '/ask/')).status, 500)
    }
    assert.match(String(world.errors[0]), new RegExp(`There is no template '${name}' for a mail`))
    assert.deepEqual(world.mails, [])
  })
}

test('a template that fails is told to those who listen, and is a warning; the visitor learns nothing', async (t) => {
  const warned = t.mock.method(process, 'emitWarning', () => {})
  const heard = listen(t, 'mail_failed')
  const world = await mailSite(t, { [TEXT]: '{{ nothing.at.all() }}' })
  assert.equal((await world.ask()).status, 302)
  assert.deepEqual(world.mails, [])
  assert.equal(heard[0]?.user?.email, ALICE.email)
  assert.match(String(heard[0]?.error), /TemplateError/)
  assert.match(String(warned.mock.calls[0]?.arguments[0]), /TemplateError/)
})

test('without a mailer a mail is a mistake that says what to write', async (t) => {
  const heard = listen(t, 'mail_failed')
  const { auth, alice } = await testPostern()
  Object.assign(auth, { sendMail: undefined })
  const request = await formRequest(auth)
  const mail = { user: alice, values: { site_name: 'x', protocol: 'http', domain: 'x', uid: 'MQ', token: '1-1' } }
  await sendTemplateMail(request, { subjectTemplateName: SUBJECT, emailTemplateName: TEXT }, mail)
  assert.match(String(heard[0]?.error), /There is no sendMail.*nodemailer/)
  await assert.rejects(sendTemplateMail(request, { subjectTemplateName: 'x', emailTemplateName: TEXT }, mail), {
    code: 'ERR_TEMPLATE',
  })
})

test('an HTML value in a text is its HTML', async (t) => {
  const world = await mailSite(t, { [TEXT]: '{{ part }}' }, { extraEmailContext: { part: html`<b>${'&'}</b>` } })
  await world.ask(ALICE.email, world.visitor(), '/ask/')
  assert.equal(world.mails[0]?.text, '<b>&amp;</b>')
})
