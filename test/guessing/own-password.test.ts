/** Guesses at the password of somebody whose session one has, and what a proof of the password or the mailbox is worth. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ModelBackend } from '../../src/auth/model-backend.ts'
import { RemoteUserBackend } from '../../src/auth/remote-user-backend.ts'
import { ALICE } from '../support/postern.ts'
import { listen, site } from '../support/site.ts'

const CHANGE = '/accounts/password_change/'
const NEW = 'another-Land-43'

test('the old password is guessed at under the limits of a login, and the guesses are told', async (t) => {
  const world = await site(t)
  const failed = listen(t, 'user_login_failed')
  const thief = await world.loggedIn()
  for (let n = 0; n < 10; n++) {
    const form = { old_password: `guess ${n}`, new_password1: NEW, new_password2: NEW }
    assert.equal((await thief.post(CHANGE, form)).status, 200)
  }
  const limited = await thief.post(CHANGE, { old_password: ALICE.password, new_password1: NEW, new_password2: NEW })
  assert.equal(limited.status, 429)
  assert.ok(Number(limited.headers['retry-after']) > 0)
  assert.match(limited.body, /Too many failed attempts/)
  assert.deepEqual(
    failed.map(({ credentials, reason }) => [credentials.username, reason]),
    Array.from({ length: 10 }, () => ['alice', 'wrong_password']),
  )
})

test('the password page for once more answers too many guesses as the login does', async (t) => {
  const world = await site(t)
  const thief = await world.loggedIn()
  for (let n = 0; n < 10; n++) await thief.post('/accounts/reauthenticate/', { password: `guess ${n}` })
  const limited = await thief.post('/accounts/reauthenticate/', { password: ALICE.password })
  assert.equal(limited.status, 429)
  assert.match(limited.body, /Too many failed attempts/)
})

test('whoever changes their password gets through with the new one, whatever others guess', async (t) => {
  const world = await site(t)
  const owner = await world.loggedIn()
  const form = { old_password: ALICE.password, new_password1: NEW, new_password2: NEW }
  assert.equal((await owner.post(CHANGE, form)).status, 302)
  const attacker = world.visitor()
  for (let n = 0; n < 12; n++) await attacker.login('alice', `guess ${n}`)
  assert.equal((await attacker.login('alice', NEW)).status, 429)
  await owner.logout()
  assert.equal((await owner.login('alice', NEW)).status, 302)
})

test('somebody whom a server in front vouches for in vain keeps nobody else from logging in', async (t) => {
  const world = await site(t, {
    proxies: 1,
    remoteUser: { header: 'x-remote-user' },
    backends: [(context) => new RemoteUserBackend(context), (context) => new ModelBackend(context)],
    loginLimits: { network: { attempts: 5, seconds: 900 } },
  })
  await world.auth.createUser({ username: 'bob', isActive: false })
  const failed = listen(t, 'user_login_failed')
  const visitor = world.visitor()
  for (let n = 0; n < 12; n++) {
    assert.equal((await visitor.get('/me', { 'X-Remote-User': 'bob' })).body, 'AnonymousUser')
  }
  assert.equal(failed.length, 1, 'once a minute is enough')
  assert.equal((await world.visitor().get('/me', { 'X-Remote-User': 'alice' })).body, 'alice')
})
