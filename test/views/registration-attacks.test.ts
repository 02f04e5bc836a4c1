import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../src/memory.ts'
import type { PosternOptions, RegistrationOptions } from '../../src/options.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { followLink, linkIn, PASSWORD, type RegisteringSite, registering, signUp } from '../support/registering.ts'

const VICTIM = 'victim@site.example'
const ATTACKERS = 'the-Attackers-1'
const PAGE = '/accounts/confirm/address/'
const NOT_GOOD = /This link is not good, or not any more/

type Ends = Parameters<typeof registering>[0]

/** Somebody has registered the address of another, with a password of their own. */
async function hijacked(
  t: Ends,
  registration: RegistrationOptions = { identify: 'email' },
  options: Partial<PosternOptions> = {},
): Promise<RegisteringSite> {
  const world = await registering(t, registration, options)
  await signUp(world.visitor(), {
    username: 'eve',
    email: VICTIM,
    password1: ATTACKERS,
    password2: ATTACKERS,
  })
  await world.mailed()
  return world
}

async function canLogIn(world: RegisteringSite, password: string, name = VICTIM): Promise<boolean> {
  return (await world.visitor().login(name, password)).status === 302
}

for (const seconds of [10, 400]) {
  test(`an attacker's password is never made good by the owner who registers ${seconds} seconds later`, async (t) => {
    const world = await hijacked(t)
    world.clock.pass(seconds)
    await signUp(world.visitor(), { email: VICTIM })
    const [first, claim] = await world.mailed()
    assert.match(claim?.text ?? '', /only yours will count/)
    const browser = world.visitor()
    const refused = await followLink(browser, linkIn(first))
    assert.match(refused.body, /This is not the password that the account was made with/)
    assert.equal((await world.auth.users.findByUsername(VICTIM))?.isActive, false)
    const chosen = await browser.post(PAGE, { choose: '1' })
    assert.match(chosen.headers.location ?? '', /^\/accounts\/reset\//)
    assert.equal(await canLogIn(world, ATTACKERS), false)
    const page = await browser.get(chosen.headers.location ?? '')
    await browser.post(page.headers.location ?? '', { new_password1: PASSWORD, new_password2: PASSWORD })
    assert.equal(await canLogIn(world, PASSWORD), true)
    assert.equal(await canLogIn(world, ATTACKERS), false)
  })
}

test('a link that was asked for again makes good no password but that of whoever follows it, with a name too', async (t) => {
  for (const registration of [{ identify: 'email' }, { confirmEmail: true }] as const) {
    const world = await hijacked(t, registration)
    world.clock.pass(300)
    await world.visitor().post('/accounts/confirm/', { email: VICTIM })
    const [, again] = await world.mailed()
    const browser = world.visitor()
    await browser.get(linkIn(again))
    for (const fields of [{}, { password: '' }, { password: PASSWORD }, { choose: '' }]) {
      assert.equal((await browser.post(PAGE, fields)).status, 200)
    }
    const name = registration === undefined || !('confirmEmail' in registration) ? VICTIM : 'eve'
    assert.equal(await canLogIn(world, ATTACKERS, name), false)
  }
})

test('a link ends with the password that it was to make good', async (t) => {
  const world = await hijacked(t)
  const user = await world.auth.users.findByUsername(VICTIM)
  await world.auth.users.replacePassword(String(user?.id), user?.password ?? '', await world.auth.passwords.make('new'))
  assert.match((await world.visitor().get(linkIn(world.mails[0]))).body, NOT_GOOD)
})

test('a password that is changed while its owner chooses another switches nothing on', async (t) => {
  let changes = false
  const database = intercepted(memory(), ({ name, proceed }) =>
    changes && name === 'users.replacePassword' ? false : proceed(),
  )
  const world = await hijacked(t, { identify: 'email' }, { database })
  const browser = world.visitor()
  await browser.get(linkIn(world.mails[0]))
  changes = true
  assert.equal((await browser.post(PAGE, { choose: '1' })).status, 200)
  assert.equal((await world.auth.users.findByUsername(VICTIM))?.isActive, false)
  assert.equal(await canLogIn(world, ATTACKERS), false)
})

test('an account that was made inactive, or that an administrator has touched while it waited, is switched on by no link', async (t) => {
  const world = await hijacked(t)
  await world.auth.createUser({ username: 'off', password: 'x', email: 'off@site.example', isActive: false })
  await signUp(world.visitor(), { email: 'off@site.example' })
  await world.visitor().post('/accounts/confirm/', { email: 'off@site.example' })
  const about = (await world.mailed()).filter(({ to }) => to === 'off@site.example')
  for (const { text } of about) assert.doesNotMatch(text, /accounts\/confirm\//)
  const id = String((await world.auth.users.findByUsername(VICTIM))?.id)
  const browser = world.visitor()
  await browser.get(linkIn(world.mails[0]))
  await world.auth.users.update(id, { isActive: true })
  await world.auth.users.update(id, { isActive: false })
  assert.match((await browser.post(PAGE, { password: ATTACKERS })).body, NOT_GOOD)
  world.clock.pass(300)
  const before = world.mails.length
  await world.visitor().post('/accounts/confirm/', { email: VICTIM })
  assert.equal((await world.mailed()).length, before)
  assert.equal((await world.auth.users.findById(id))?.isActive, false)
})

test('registering an address under another name does not keep its owner from getting a link', async (t) => {
  const world = await hijacked(t, { confirmEmail: true })
  await signUp(world.visitor(), { username: 'victim', email: VICTIM })
  const mails = await world.mailed()
  assert.equal(mails.length, 2)
  assert.equal((await followLink(world.visitor(), linkIn(mails[1]))).status, 302)
  assert.equal(await canLogIn(world, PASSWORD, 'victim'), true)
})

test('one address gets six mails of a kind in a day, about however many accounts', async (t) => {
  const world = await registering(t, { confirmEmail: true })
  for (let number = 0; number < 9; number++) {
    await signUp(world.visitor(), { username: `eve${number}`, email: VICTIM })
    await world.mailed()
  }
  assert.equal(world.mails.length, 6)
  world.clock.pass(86_400)
  await signUp(world.visitor(), { username: 'eve10', email: VICTIM })
  assert.equal((await world.mailed()).length, 7)
})

test('a mail that fails uses up no turn: a minute later another is tried', async (t) => {
  let down = true
  let sent = 0
  const sendMail = async (): Promise<void> => {
    if (down) throw new Error('connect ECONNREFUSED')
    sent++
  }
  const world = await registering(t, { identify: 'email' }, { sendMail })
  await signUp(world.visitor(), { email: VICTIM })
  await world.auth.settled()
  down = false
  world.clock.pass(60)
  await world.visitor().post('/accounts/confirm/', { email: VICTIM })
  await world.auth.settled()
  assert.equal(sent, 1)
})
