/** From a form through a real mail server to the page behind the link. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodemailer } from '../../src/nodemailer.ts'
import { ALICE } from '../support/postern.ts'
import { DONE, PASSWORD, registering, signUp } from '../support/registering.ts'
import { listen } from '../support/site.ts'
import { deadPort, mailServer, scriptedServer } from '../support/smtp.ts'

/** The path of the one link in a text that leads to the site. */
function pathIn(text: string | undefined, under: string): string {
  const found = (text ?? '').split('\n').filter((line) => line.startsWith(`https://shop.example${under}`))
  assert.equal(found.length, 1, text)
  return new URL(found[0] ?? '').pathname
}

test('the link of a registration leads from the mail server to the page that confirms, in either language', async (t) => {
  const server = await mailServer(t)
  const world = await registering(
    t,
    { identify: 'email' },
    {
      sendMail: nodemailer({ host: '127.0.0.1', port: server.port }),
      mailFrom: 'Büro Köln <mail@shop.example>',
      siteName: 'Büro',
      languages: ['en', 'de'],
    },
  )
  for (const language of ['en', 'de']) {
    const browser = world.visitor()
    const email = `zoe-${language}@site.example`
    await browser.post(
      '/accounts/register/',
      { email, password1: PASSWORD, password2: PASSWORD },
      { 'accept-language': language },
    )
    await world.mailed()
    const mail = server.received.at(-1)
    assert.deepEqual([mail?.from, mail?.to], ['mail@shop.example', [email]])
    const opened = await browser.get(pathIn(mail?.text, '/accounts/confirm/'))
    assert.equal(opened.headers.location, '/accounts/confirm/address/')
    await browser.post('/accounts/confirm/address/', { password: PASSWORD })
    assert.equal((await browser.login(email, PASSWORD)).status, 302)
  }
})

test('the link of a reset leads from the mail server to the page for a new password', async (t) => {
  const server = await mailServer(t)
  const world = await registering(t, {}, { sendMail: nodemailer({ host: '127.0.0.1', port: server.port }) })
  await world.visitor().post('/accounts/password_reset/', { email: ALICE.email })
  await world.mailed()
  const opened = await world.visitor().get(pathIn(server.received[0]?.text, '/accounts/reset/'))
  assert.match(opened.headers.location ?? '', /^\/accounts\/reset\/[^/]+\/set-password\/$/)
})

test('a server that is down, hangs or refuses is told to those who listen, while the visitor gets the answer at once', async (t) => {
  const hanging = await scriptedServer(t, null, () => null)
  const refusing = await mailServer(t, {
    onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no'), { responseCode: 550 })),
  })
  for (const port of [await deadPort(), hanging.port, refusing.port]) {
    const failed = listen(t, 'mail_failed')
    const sendMail = nodemailer({ host: '127.0.0.1', port }, { timeout: 1 })
    const world = await registering(t, { identify: 'email' }, { sendMail })
    const browser = world.visitor()
    await browser.get('/accounts/register/')
    assert.equal((await signUp(browser, { email: 'zoe@site.example' })).headers.location, DONE)
    if (port === hanging.port) assert.equal(failed.length, 0, 'nobody waits for the mail server')
    await world.mailed()
    assert.deepEqual(
      failed.map(({ user, subject }) => [user?.email, subject]),
      [['zoe@site.example', 'Confirm your address for shop.example']],
    )
    assert.doesNotMatch(JSON.stringify(failed[0]?.error, Object.getOwnPropertyNames(failed[0]?.error)), /confirm\//)
  }
})
