import assert from 'node:assert/strict'
import { channel } from 'node:diagnostics_channel'
import { test } from 'node:test'
import { announce, on } from '../../src/events.ts'
import { listen, site } from '../support/site.ts'

const USER = { id: 1, username: 'alice', email: '' }

test('a listener hears its event until it stops, and no other', (t) => {
  const heard: unknown[] = []
  const stop = on('user_logged_in', ({ user }) => heard.push(user.username))
  const others = listen(t, 'user_logged_out')
  announce('user_logged_in', { user: USER, incoming: undefined })
  stop()
  stop()
  announce('user_logged_in', { user: USER, incoming: undefined })
  assert.deepEqual(heard, ['alice'])
  assert.deepEqual(others, [])
})

test('the same function may listen twice, and stops once for each', () => {
  let count = 0
  const listener = (): void => {
    count++
  }
  const stops = [on('user_logged_out', listener), on('user_logged_out', listener)]
  announce('user_logged_out', { user: null, incoming: undefined })
  assert.equal(count, 2)
  stops[0]?.()
  announce('user_logged_out', { user: null, incoming: undefined })
  assert.equal(count, 3)
  stops[1]?.()
})

test('a program that does not know Postern hears it on the channel of that name', (t) => {
  const heard: unknown[] = []
  const hear = (message: unknown): void => {
    heard.push(message)
  }
  channel('postern:user_login_failed').subscribe(hear)
  t.after(() => channel('postern:user_login_failed').unsubscribe(hear))
  announce('user_login_failed', { credentials: { username: 'x' }, incoming: undefined })
  assert.deepEqual(heard, [{ credentials: { username: 'x' }, incoming: undefined }])
})

test('the three of a visit come in their order, with the names in them and no secret', async (t) => {
  const world = await site(t)
  const log: string[] = []
  t.after(
    on('user_login_failed', ({ credentials, incoming }) =>
      log.push(`failed ${JSON.stringify(credentials)} ${incoming?.clientAddress}`),
    ),
  )
  t.after(on('user_logged_in', ({ user }) => log.push(`in ${user.username}`)))
  t.after(on('user_logged_out', ({ user }) => log.push(`out ${user?.username}`)))
  const browser = world.visitor()
  await browser.login('alice', 'a-Secret-guess')
  await browser.login()
  await browser.logout()
  assert.deepEqual(log, [
    'failed {"username":"alice","password":"********************"} 127.0.0.1',
    'in alice',
    'out alice',
  ])
})
