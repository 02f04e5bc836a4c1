/** What follows a logout: the time of it is noted, and a mail is sent where the site wants one. Nothing of it can undo the logout. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MailMessage } from '../../src/kernel/mail.ts'
import { memory } from '../../src/memory.ts'
import { DATABASES } from '../support/databases.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { listen, site } from '../support/site.ts'

for (const [name, open] of DATABASES) {
  test(`${name}: the last logout is known by the time that its answer comes, and each later one takes its place`, async (t) => {
    const database = open(t)
    await database.migrate()
    const here = await site(t, { database })
    assert.equal(await here.auth.lastLogout(here.alice), null)
    for (let visit = 0; visit < 2; visit++) {
      const browser = await here.loggedIn()
      here.clock.pass(60)
      await browser.logout()
      assert.deepEqual(await here.auth.lastLogout(here.alice), new Date(here.clock.now()))
    }
  })
}

test('a logout of nobody, and one that failed, are no last logout', async (t) => {
  let down = false
  const database = intercepted(memory(), ({ name, proceed }) => {
    if (down && name === 'sessions.delete') throw new Error('connect ECONNREFUSED')
    return proceed()
  })
  const here = await site(t, { database })
  await here.visitor().logout()
  const browser = await here.loggedIn()
  down = true
  assert.equal((await browser.logout()).status, 503)
  await here.auth.settled()
  assert.equal(await here.auth.lastLogout(here.alice), null)
})

test('where it cannot be noted the logout stands, and it is told', async (t) => {
  const heard = listen(t, 'audit_failed')
  const out = listen(t, 'user_logged_out')
  const database = intercepted(memory(), ({ name, proceed }) => {
    if (name === 'accounts.recordLogout') throw new Error('disk full')
    return proceed()
  })
  const here = await site(t, { database })
  const browser = await here.loggedIn()
  const thief = browser.copy()
  const reply = await browser.logout()
  assert.equal(reply.status, 200)
  assert.match(reply.body, /You are logged out/)
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')
  assert.equal(out.length, 1)
  assert.deepEqual(
    heard.map(({ event, what, record: { userId, at } }) => [event, what, userId, at]),
    [['user_logged_out', 'last_logout', '1', here.clock.now()]],
  )
  assert.equal((await here.auth.events.list())[0]?.event, 'user_logged_out', 'the row is there all the same')
})

/** Keeps what is handed over. */
function outbox(): { mails: MailMessage[]; sendMail: (mail: MailMessage) => Promise<void> } {
  const mails: MailMessage[] = []
  return { mails, sendMail: async (mail) => void mails.push(mail) }
}

test('a mail confirms the logout where that is set, and not otherwise', async (t) => {
  const { mails, sendMail } = outbox()
  const here = await site(t, { sendMail, siteName: 'Wonderland', logoutMail: true })
  await (await here.loggedIn()).logout()
  await here.auth.settled()
  assert.deepEqual(mails, [
    {
      to: 'alice@site.example',
      subject: 'You have logged out of Wonderland',
      text:
        'You logged out of Wonderland as alice at 2026-01-15 12:00 (UTC).\n\n' +
        'If that was not you, somebody else is using your account: change your password.\n',
    },
  ])
  for (const logoutMail of [false, undefined]) {
    const quiet = await site(t, { sendMail, logoutMail })
    await (await quiet.loggedIn()).logout()
    await quiet.auth.settled()
  }
  assert.equal(mails.length, 1)
})

test('nobody, and somebody without an address, get no mail; a site without a name is called by its host', async (t) => {
  const { mails, sendMail } = outbox()
  const here = await site(t, { sendMail, logoutMail: true })
  await here.visitor().logout()
  await here.auth.createUser({ username: 'bob', password: 'builder-77-Yes' })
  await (await here.loggedIn('bob', 'builder-77-Yes')).logout()
  await here.auth.settled()
  assert.deepEqual(mails, [])
  await (await here.loggedIn()).logout()
  await here.auth.settled()
  assert.match(mails[0]?.subject ?? '', /^You have logged out of 127\.0\.0\.1:\d+$/)
})

test('the mail is in the first language of the site', async (t) => {
  const { mails, sendMail } = outbox()
  const catalogs = { de: { 'You have logged out of %(site)s': 'Du hast dich von %(site)s abgemeldet' } }
  const here = await site(t, { sendMail, logoutMail: true, siteName: 'W', languages: ['de', 'en'], catalogs })
  await (await here.loggedIn()).logout()
  await here.auth.settled()
  assert.equal(mails[0]?.subject, 'Du hast dich von W abgemeldet')
})

test('a function writes a mail of its own, or none', async (t) => {
  const { mails, sendMail } = outbox()
  const here = await site(t, {
    sendMail,
    logoutMail: (user, request) =>
      request.incoming.header('user-agent') === 'robot'
        ? null
        : { to: user.email, subject: `Bye ${user.username}`, text: String(request.incoming.clientAddress) },
  })
  await (await here.loggedIn()).logout()
  await (await here.loggedIn()).post('/accounts/logout/', {}, { 'User-Agent': 'robot' })
  await here.auth.settled()
  assert.deepEqual(mails, [{ to: 'alice@site.example', subject: 'Bye alice', text: '127.0.0.1' }])
})

test('the answer does not wait for the mail', { timeout: 10_000 }, async (t) => {
  const gate = Promise.withResolvers<void>()
  let begun = false
  const here = await site(t, {
    logoutMail: true,
    sendMail: () => {
      begun = true
      return gate.promise
    },
  })
  assert.equal((await (await here.loggedIn()).logout()).status, 200)
  assert.equal(begun, true)
  let settled = false
  const all = here.auth.settled().then(() => {
    settled = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(settled, false)
  gate.resolve()
  await all
})

test('a mail that nobody takes, or that could not be written, is told; the logout stands', async (t) => {
  const heard = listen(t, 'mail_failed')
  const refused = new Error('connect ECONNREFUSED')
  const here = await site(t, { logoutMail: true, siteName: 'W', sendMail: () => Promise.reject(refused) })
  assert.equal((await (await here.loggedIn()).logout()).status, 200)
  await here.auth.settled()
  const broken = new Error('no such template')
  const writing = await site(t, {
    sendMail: async () => {},
    logoutMail: () => {
      throw broken
    },
  })
  assert.equal((await (await writing.loggedIn()).logout()).status, 200)
  await writing.auth.settled()
  assert.deepEqual(
    heard.map(({ user, subject, error }) => [user?.username, subject, error]),
    [
      ['alice', 'You have logged out of W', refused],
      ['alice', '', broken],
    ],
  )
  assert.deepEqual((await here.auth.events.list())[0]?.data, {
    username: 'alice',
    subject: 'You have logged out of W',
    error: 'Error',
  })
})
