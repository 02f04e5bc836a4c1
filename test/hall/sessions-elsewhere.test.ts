/** The setting `sessions`: sessions in one place, everything else in the database. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPostern } from '../../src/index.ts'
import { memory, memorySessions } from '../../src/memory.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { openSqlite } from '../support/databases.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { site } from '../support/site.ts'

test('users in SQLite and sessions in memory make one site', async (t) => {
  const database = openSqlite(t)
  const sessions = memorySessions()
  const here = await site(t, { database, sessions })
  const browser = await here.loggedIn()
  const thief = browser.copy()
  assert.equal((await thief.get('/me')).body, 'alice')
  const now = here.clock.now()
  assert.equal((await sessions.listForUser(String(here.alice.id), now)).length, 1)
  assert.equal((await database.sessions.listForUser(String(here.alice.id), now)).length, 0)
  await here.auth.users.update(String(here.alice.id), { firstName: 'Alice' })
  assert.equal((await browser.logout()).status, 200)
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')
  here.clock.pass(10_000_000)
  assert.equal((await here.auth.clearExpired()).sessions, 0)
})

test('nobody becomes the user of the same id in the store beside', async (t) => {
  const beside = memory()
  const here = await site(t, { database: openSqlite(t), sessions: beside.sessions })
  await beside.users.create({ username: 'mallory', password: '!' })
  const browser = await here.loggedIn()
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('what the store of sessions opened is closed with the database', async () => {
  const closed: string[] = []
  const sessions: SessionStore = Object.assign(memorySessions(), { close: async () => void closed.push('sessions') })
  const database = { ...memory(), close: async () => void closed.push('database') }
  await createPostern({ secretKey: SECRET_KEY, database, sessions, development: true }).closeDatabase()
  assert.deepEqual(closed.sort(), ['database', 'sessions'])
})

test('what is no store of sessions is refused', () => {
  for (const sessions of [null, {}, 'redis://localhost', memory()]) {
    const options = { secretKey: SECRET_KEY, database: memory(), sessions, development: true }
    assert.throws(() => createPostern(options as never), /sessions is no store of sessions/)
  }
})
