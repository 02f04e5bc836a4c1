/** The session engines of the reference site: each keeps sessions where it says, and forgets them all. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { memory } from '../../src/memory.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { noRedis } from '../support/redis.ts'
import { openEngine } from './engines.ts'

const HOUR = 3_600_000

async function opened(t: TestContext, name: string) {
  const folder = mkdtempSync(join(tmpdir(), 'postern-'))
  const record = memory().sessions
  const engine = await openEngine(name, { record, folder })
  t.after(async () => {
    await engine.close()
    rmSync(folder, { recursive: true })
  })
  const { sessions } = engine
  assert.ok('load' in sessions, `${name} is a store by itself`)
  return { engine: { ...engine, sessions }, record, folder }
}

function keep({ sessions }: { readonly sessions: SessionStore }, key: string) {
  const now = Date.now()
  return sessions.create(key, { data: 'data', expires: now + HOUR, userId: '7' }, now)
}

for (const name of ['db', 'cached_db', 'cache', 'file']) {
  const inDatabase = name === 'db' || name === 'cached_db'

  test(`${name} keeps a session ${inDatabase ? 'in the database' : 'beside the database'}`, async (t) => {
    const { engine, record, folder } = await opened(t, name)
    assert.equal(await keep(engine, 'key'), true)
    assert.equal((await engine.sessions.load('key', Date.now()))?.data, 'data')
    assert.equal(await record.exists('key', Date.now()), inDatabase)
    assert.equal(
      readdirSync(folder, { recursive: true }).some((path) => String(path).includes('head_')),
      name === 'file',
    )
  })
}

for (const name of ['cached_db', 'cache', 'file']) {
  test(`${name}: what is beside the database is gone when it is cleared, and new sessions are kept`, async (t) => {
    const { engine, record } = await opened(t, name)
    await keep(engine, 'old')
    // A cache has it from here on.
    await engine.sessions.load('old', Date.now())
    if (name === 'cached_db') await record.delete('old')
    await engine.clear()
    assert.equal(await engine.sessions.load('old', Date.now()), null)
    assert.equal(await keep(engine, 'new'), true)
    assert.equal(await engine.sessions.exists('new', Date.now()), true)
  })
}

test('cached_db goes on answering for a row that was deleted behind its back, until it is cleared', async (t) => {
  const { engine, record } = await opened(t, 'cached_db')
  await keep(engine, 'key')
  await engine.sessions.load('key', Date.now())
  await record.delete('key')
  assert.equal((await engine.sessions.load('key', Date.now()))?.data, 'data')
})

test('cached_db and cache are in Redis where it answers, and say so', async (t) => {
  const expected = (await noRedis()) ? 'memory' : 'Redis at '
  for (const name of ['cached_db', 'cache']) {
    const { engine } = await opened(t, name)
    assert.ok(engine.place.startsWith(expected), `${name}: ${engine.place}`)
  }
})

test('two sites on one Redis have nothing in common', async (t) => {
  const [one, other] = [await opened(t, 'cache'), await opened(t, 'cache')]
  await keep(one.engine, 'key')
  assert.equal(await other.engine.sessions.exists('key', Date.now()), false)
  await other.engine.clear()
  assert.equal(await one.engine.sessions.exists('key', Date.now()), true)
})

test('an engine that there is not is refused with the names of those that there are', async () => {
  const parts = { record: memory().sessions, folder: '' }
  for (const name of ['database', 'toString', '']) {
    await assert.rejects(
      openEngine(name, parts),
      /^Error: SESSION_ENGINE=.*: this site has db, cached_db, cache, file, signed_cookies/,
    )
  }
})
