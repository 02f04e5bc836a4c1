/**
 * Django's tests/auth_tests/test_signals.py (5.2), test by test. Of its six tests five apply; `test_failed_login_without_request`
 * does not, since `authenticate` always has a request here: without one it is a TypeError (authenticate.test.ts).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../src/memory.ts'
import { listen, site } from '../support/site.ts'

test('test_login: only a login that succeeds is user_logged_in; a failed one has its credentials without the password', async (t) => {
  const here = await site(t)
  const loggedIn = listen(t, 'user_logged_in')
  const failed = listen(t, 'user_login_failed')
  const browser = here.visitor()
  await browser.login('alice', 'bad')
  assert.equal(loggedIn.length, 0)
  assert.equal(failed.length, 1)
  assert.equal(failed[0]?.credentials.username, 'alice')
  assert.equal(failed[0]?.credentials.password, '********************')
  assert.equal(failed[0]?.incoming?.url, '/accounts/login/')
  await browser.login()
  assert.equal(loggedIn.length, 1)
  assert.equal(loggedIn[0]?.user.username, 'alice')
  assert.equal(failed.length, 1)
})

test('test_logout_anonymous: a logout of somebody anonymous is an event, too', async (t) => {
  const here = await site(t)
  const loggedOut = listen(t, 'user_logged_out')
  await here.visitor().logout()
  assert.deepEqual(
    loggedOut.map(({ user }) => user),
    [null],
  )
})

test('test_logout: a logout is an event with the user', async (t) => {
  const here = await site(t)
  const loggedOut = listen(t, 'user_logged_out')
  const browser = await here.loggedIn()
  assert.equal(loggedOut.length, 0)
  await browser.logout()
  assert.equal(loggedOut.length, 1)
  assert.equal(loggedOut[0]?.user?.username, 'alice')
})

test('test_update_last_login: a login writes last_login and no other field', async (t) => {
  const database = memory()
  const here = await site(t, { database })
  const update = t.mock.method(database.users, 'update')
  const before = await database.users.findById('1')
  here.clock.pass(60)
  await here.loggedIn()
  assert.deepEqual(
    update.mock.calls.map(({ arguments: given }) => given),
    [['1', { lastLogin: here.clock.now() }]],
  )
  const after = await database.users.findById('1')
  assert.deepEqual(after?.lastLogin, new Date(here.clock.now()))
  assert.deepEqual(
    [after?.username, after?.password, after?.email],
    [before?.username, before?.password, before?.email],
  )
})

test('test_login_with_custom_user_without_last_login_field: users without such a field log in all the same', async (t) => {
  const database = memory()
  const here = await site(t, { database })
  t.mock.method(database.users, 'update', () => true)
  assert.equal((await (await here.loggedIn()).get('/me')).body, 'alice')
  assert.equal((await database.users.findById('1'))?.lastLogin, null)
})
