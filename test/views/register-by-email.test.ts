import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { StoreUnavailable } from '../../src/errors.ts'
import { memory } from '../../src/memory.ts'
import type { Reply } from '../support/browser.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { ALICE } from '../support/postern.ts'
import { DONE, errorsOf, followLink, linkIn, PASSWORD, REGISTER, registering, signUp } from '../support/registering.ts'
import { listen } from '../support/site.ts'

const BY_EMAIL = { identify: 'email' } as const
const NEW = 'zoe@site.example'

/** What a reply tells, without what differs in any two. */
function told({ status, headers, setCookies, body }: Reply): unknown {
  return [status, headers.location, headers['cache-control'], setCookies.length, body]
}

test('a new address gets a link, and the account can be used when it was followed', async (t) => {
  const world = await registering(t, BY_EMAIL)
  const registered = listen(t, 'user_registered')
  const browser = world.visitor()
  const reply = await signUp(browser, { email: 'Zoe@Site.Example' })
  assert.deepEqual([reply.status, reply.headers.location], [302, DONE])
  assert.match((await browser.get(DONE)).body, /We have sent an email to the address that you entered\./)
  const [mail, ...more] = await world.mailed()
  assert.equal(more.length, 0)
  assert.equal(mail?.to, 'Zoe@site.example')
  assert.equal(mail?.subject, 'Confirm your address for shop.example')
  assert.deepEqual(
    registered.map(({ user, incoming }) => [user.username, incoming?.method]),
    [['zoe@site.example', 'POST']],
  )
  assert.equal((await browser.login(NEW, PASSWORD)).status, 200, 'nobody can log in before')
  const confirmed = await followLink(browser, linkIn(mail))
  assert.equal(confirmed.headers.location, '/accounts/login/')
  for (const spelling of [NEW, 'Zoe@Site.Example', ' ZOE@site.example ']) {
    assert.equal((await world.visitor().login(spelling, PASSWORD)).status, 302, spelling)
  }
})

test('the owner of an address hears of it, at the address that is stored, and nothing of the account changes', async (t) => {
  const world = await registering(t, BY_EMAIL)
  for (const spelling of ['alice@site.example', 'ALICE@SITE.EXAMPLE', 'Alice@site.example']) {
    const reply = await signUp(world.visitor(), { email: spelling })
    assert.deepEqual([reply.status, reply.headers.location], [302, DONE])
    const mail = (await world.mailed()).at(-1)
    assert.equal(mail?.to, ALICE.email)
    assert.equal(mail?.subject, 'Your account at shop.example')
    assert.match(mail?.text ?? '', /You have one already, and nothing about it was changed\./)
    assert.match(mail?.text ?? '', /https:\/\/shop\.example\/accounts\/login\/\n/)
    assert.match(mail?.text ?? '', /https:\/\/shop\.example\/accounts\/password_reset\/\n/)
    assert.match(mail?.text ?? '', /Your username: alice\n/)
    world.clock.pass(300)
  }
  assert.equal(world.mails.length, 3)
  assert.equal((await world.visitor().login()).status, 302, 'the password is as it was')
  assert.equal((await world.visitor().login('alice', PASSWORD)).status, 200)
  assert.equal((await world.auth.users.findByEmail(ALICE.email)).length, 1)
})

test('nothing in an answer tells whether an address has an account', async (t) => {
  const world = await registering(t, BY_EMAIL)
  await world.auth.createUser({ username: 'gone', password: 'x', email: 'gone@site.example', isActive: false })
  await world.auth.createUser({ username: 'nopass', email: 'nopass@site.example' })
  await signUp(world.visitor(), { email: 'waiting@site.example' })
  await world.mailed()
  const answers = new Set<string>()
  for (const email of [
    'nobody@site.example',
    ALICE.email,
    'gone@site.example',
    'nopass@site.example',
    'waiting@site.example',
  ]) {
    const browser = world.visitor()
    await browser.get(REGISTER)
    answers.add(JSON.stringify([told(await signUp(browser, { email })), told(await browser.get(DONE))]))
    answers.add(JSON.stringify([told(await signUp(browser, { email })), told(await browser.get(DONE))]))
  }
  assert.equal(answers.size, 1)
})

test('a bad password is judged without looking at anybody, so that it tells nothing either', async (t) => {
  const asked: string[] = []
  const database = intercepted(memory(), ({ name, args, proceed }) => {
    if (name.startsWith('users.')) asked.push(`${name} ${args[0]}`)
    return proceed()
  })
  const world = await registering(t, BY_EMAIL, { database })
  for (const email of [ALICE.email, NEW]) {
    const browser = world.visitor()
    await browser.get(REGISTER)
    asked.length = 0
    const reply = await signUp(browser, { email, password2: 'another' })
    assert.deepEqual(errorsOf(reply), ['The two password fields didn’t match.'])
    assert.deepEqual(asked, [])
  }
})

test('before its answer a request asks the stores the same, whosever address it has, and hashes once', async (t) => {
  const asked: string[] = []
  const database = intercepted(memory(), ({ name, args, proceed }) => {
    asked.push(name.startsWith('users.') ? `${name} ${args[0]}` : name)
    return proceed()
  })
  const world = await registering(t, BY_EMAIL, { database })
  const hashed = t.mock.method(world.auth.passwords, 'make')
  const seen: string[][] = []
  for (const email of [ALICE.email, NEW, 'gone@site.example']) {
    const browser = world.visitor()
    await browser.get(REGISTER)
    asked.length = 0
    hashed.mock.resetCalls()
    await signUp(browser, { email })
    seen.push([...asked])
    assert.equal(hashed.mock.callCount(), 1)
    await world.mailed()
  }
  assert.deepEqual(seen[0], ['users.findById 0'])
  assert.deepEqual(seen[1], seen[0])
  assert.deepEqual(seen[2], seen[0])
})

test('an address that only looks like another, or is two, is none', async (t) => {
  const world = await registering(t, BY_EMAIL)
  for (const email of [
    'ａlice@site.example',
    'alice@ｓite.example',
    'alice@site.example, eve@evil.example',
    'alice@site.example,eve@evil.example',
    'alice@site.example;eve@evil.example',
    'alice@site.example\r\nBcc: eve@evil.example',
    '"eve@evil.example "@site.example',
    'alice@[127.0.0.1]',
    'Alice <alice@site.example>',
    'alice\u200b@site.example',
    'alice@site.example\0',
    'alice\u0007@site.example',
    'alice',
    '@site.example',
    `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.example`,
    'a'.repeat(1_000_000),
  ]) {
    const reply = await signUp(world.visitor(), { email })
    assert.equal(reply.status, 200, email.slice(0, 50))
    assert.match(errorsOf(reply).join(), /Enter a valid email address\.|Ensure this value has at most 150 characters/)
  }
  assert.deepEqual(await world.mailed(), [])
  assert.equal(world.errors.length, 0)
})

test('letters that look alike make another address: its owner gets the link, and alice hears nothing (CVE-2019-19844)', async (t) => {
  const world = await registering(t, BY_EMAIL)
  await signUp(world.visitor(), { email: 'alıce@site.example' })
  assert.deepEqual(
    (await world.mailed()).map(({ to, subject }) => [to, subject]),
    [['alıce@site.example', 'Confirm your address for shop.example']],
  )
  await followLink(world.visitor(), linkIn(world.mails[0]))
  assert.equal((await world.visitor().login(ALICE.email, PASSWORD)).status, 200)
  assert.equal((await world.auth.users.findByEmail(ALICE.email)).length, 1)
  const cyrillic = await signUp(world.visitor(), { email: '\u0430lice@site.example' })
  assert.deepEqual(errorsOf(cyrillic), ['Enter a valid email address.'], 'as Django has it')
})

test('of many registrations of one address at once one makes the account, and one mail of each kind goes out', async (t) => {
  const world = await registering(t, BY_EMAIL)
  const registered = listen(t, 'user_registered')
  const replies = await Promise.all(
    Array.from({ length: 50 }, async (_, number) =>
      signUp(world.visitor(), { email: number % 2 === 0 ? NEW : NEW.toUpperCase() }),
    ),
  )
  for (const reply of replies) assert.equal(reply.headers.location, DONE)
  const mails = await world.mailed()
  assert.equal(registered.length, 1)
  assert.equal((await world.auth.users.findByEmail(NEW)).length, 1)
  assert.deepEqual(mails.map(({ to, text }) => [to?.toLowerCase(), /only yours will count/.test(text)]).sort(), [
    [NEW, false],
    [NEW, true],
  ])
})

test('a form that anybody can post fills nobody’s mailbox: one mail in five minutes', async (t) => {
  const world = await registering(t, BY_EMAIL)
  for (let minute = 0; minute < 10; minute++) {
    await signUp(world.visitor(), { email: ALICE.email })
    await world.auth.settled()
    world.clock.pass(60)
  }
  assert.equal(world.mails.length, 2)
})

test('who was first to type an address does not choose the password of its owner', async (t) => {
  const world = await registering(t, BY_EMAIL)
  await signUp(world.visitor(), { email: NEW, password1: 'the-Attackers-1', password2: 'the-Attackers-1' })
  await world.mailed()
  world.clock.pass(300)
  await signUp(world.visitor(), { email: NEW })
  const [, mail] = await world.mailed()
  assert.equal(mail?.to, NEW)
  assert.match(mail?.text ?? '', /choose your password on the page that comes then: only yours will count/)
  const browser = world.visitor()
  const opened = await browser.get(linkIn(mail))
  assert.match((await browser.get(opened.headers.location ?? '')).body, /Confirm it, and choose your password then\./)
  const chosen = await browser.post(opened.headers.location ?? '')
  assert.match(chosen.headers.location ?? '', /^\/accounts\/reset\//)
  assert.equal((await world.visitor().login(NEW, 'the-Attackers-1')).status, 200)
  assert.equal((await world.visitor().login(NEW, PASSWORD)).status, 200)
  const page = await browser.get(chosen.headers.location ?? '')
  await browser.post(page.headers.location ?? '', { new_password1: 'my-Own-one-99', new_password2: 'my-Own-one-99' })
  assert.equal((await world.visitor().login(NEW, 'my-Own-one-99')).status, 302)
})

test('who owns the address and went away at the page for a password resets it', async (t) => {
  const world = await registering(t, BY_EMAIL)
  for (let twice = 0; twice < 2; twice++) {
    await signUp(world.visitor(), { email: NEW })
    await world.mailed()
    world.clock.pass(300)
  }
  await followLink(world.visitor(), linkIn(world.mails[1]))
  await world.visitor().post('/accounts/password_reset/', { email: NEW })
  assert.match((await world.mailed())[2]?.text ?? '', /choose a new password/)
})

test('a mail server that is down is told to those who listen, not to the visitor, who asks again later', async (t) => {
  const failed = listen(t, 'mail_failed')
  let down = true
  const sent: string[] = []
  const sendMail = async ({ to }: { readonly to: string }): Promise<void> => {
    if (down) throw new Error('connect ECONNREFUSED')
    sent.push(to)
  }
  const world = await registering(t, BY_EMAIL, { sendMail })
  for (const email of [NEW, ALICE.email]) {
    assert.equal((await signUp(world.visitor(), { email })).headers.location, DONE)
  }
  await world.auth.settled()
  assert.deepEqual(
    failed.map(({ user, error }) => [user?.email, String(error)]),
    [
      [NEW, 'Error: connect ECONNREFUSED'],
      [ALICE.email, 'Error: connect ECONNREFUSED'],
    ],
  )
  down = false
  world.clock.pass(300)
  await signUp(world.visitor(), { email: NEW })
  await world.auth.settled()
  assert.deepEqual(sent, [NEW])
})

test('a store that is down is 503 for everybody alike, and no mail promises anything', async (t) => {
  let down = false
  const database = intercepted(memory(), ({ name, proceed }) => {
    if (down && name.startsWith('users.')) throw new StoreUnavailable()
    return proceed()
  })
  const world = await registering(t, BY_EMAIL, { database })
  const browser = world.visitor()
  await browser.get(REGISTER)
  down = true
  for (const email of [NEW, ALICE.email]) assert.equal((await signUp(browser, { email })).status, 503)
  assert.deepEqual(await world.mailed(), [])
})

test('a store that goes down behind the answer makes no account and sends no mail, and the process goes on', async (t) => {
  const database = intercepted(memory(), ({ name, proceed }) => {
    if (name === 'users.create' && armed) throw new StoreUnavailable()
    return proceed()
  })
  let armed = false
  const world = await registering(t, BY_EMAIL, { database })
  armed = true
  const warning = once(process, 'warning')
  assert.equal((await signUp(world.visitor(), { email: NEW })).headers.location, DONE)
  assert.deepEqual(await world.mailed(), [])
  armed = false
  assert.equal((await warning)[0].code, 'ERR_STORE_UNAVAILABLE')
  await signUp(world.visitor(), { email: NEW })
  assert.equal((await world.mailed()).length, 1)
})
