/** What is of sessions in files alone: names and rights, what is on the disk when, a folder that is away, and tidying up. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ConfigurationError, StoreUnavailable } from '../../src/errors.ts'
import { fileSessions } from '../../src/file.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { tempFolder } from '../support/databases.ts'
import { openWatched } from '../support/watched-disk.ts'

const NOW = Date.now()
const HOUR = 3_600_000
const record = (userId: string | null = 'alice', expires = NOW + HOUR) => ({ data: 'payload', expires, userId })

/** Everything in the folder, by its path. */
function pathsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
}

/** A store that tells what it asks of the disk: the method, and the last part of the path. */
function told(t: TestContext): { store: SessionStore; folder: string; calls: string[] } {
  const folder = tempFolder(t)
  const calls: string[] = []
  const store = openWatched(folder, ({ name, args, proceed }) => {
    calls.push(`${name} ${String(args[0]).split('/').at(-1)?.split('_')[0]}`)
    return proceed()
  })
  return { store, folder, calls }
}

test('folders and files are for their owner alone', async (t) => {
  const folder = join(tempFolder(t), 'made', 'here')
  const before = process.umask(0)
  t.after(() => process.umask(before))
  const store = fileSessions(folder)
  await store.create('key', record(), NOW)
  await store.update('key', record(), NOW)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  let [folders, files] = [0, 0]
  for (const path of pathsIn(folder)) {
    const found = lstatSync(join(folder, path))
    if (found.isSymbolicLink()) continue
    assert.equal(found.mode & 0o777, found.isDirectory() ? 0o700 : 0o600, path)
    if (found.isDirectory()) folders += 1
    else files += 1
  }
  assert.deepEqual([folders, files], [8, 2])
})

test('whatever a key, a public id or a user is called, it leaves no folder and is in no name', async (t) => {
  const above = tempFolder(t)
  const folder = join(above, 'sessions')
  const store = fileSessions(folder)
  const names = ['../../evil', '/etc/evil', 'evil\0', '.', '..', '', 'evil_1', 'e'.repeat(5000)]
  for (const name of names) {
    assert.equal(await store.create(name, { ...record(name), id: `id ${name}` }, NOW), true, name)
    assert.equal((await store.listForUser(name, NOW))[0]?.id, `id ${name}`, name)
  }
  assert.deepEqual(readdirSync(above), ['sessions'])
  assert.deepEqual(
    pathsIn(folder).filter((path) => /evil|id /.test(path)),
    [],
  )
  for (const name of names) assert.equal(await store.delete('none', `id ${name}`), true, name)
})

test('a state is flushed before it counts, and what is looked at is not written', async (t) => {
  const { store, calls } = told(t)
  await store.create('key', record(), NOW)
  assert.deepEqual(calls.slice(-4), ['makeFolder new', 'write record', 'write head', 'rename new'])
  calls.length = 0
  await store.update('key', record(), NOW)
  assert.deepEqual(
    calls.filter((call) => /write|rename/.test(call)),
    ['write record', 'rename head'],
  )
  calls.length = 0
  await store.touch('key', NOW + HOUR, NOW)
  assert.equal(calls.at(-1), 'rename head')
  calls.length = 0
  await store.load('key', NOW)
  assert.deepEqual(
    calls.map((call) => call.split(' ')[0]),
    ['readLink', 'list', 'read'],
  )
})

for (const [name, end] of Object.entries({
  delete: (store: SessionStore) => store.delete('key'),
  deleteForUser: (store: SessionStore) => store.deleteForUser('alice'),
  replace: (store: SessionStore) => store.replace('key', randomUUID(), record(), NOW),
})) {
  test(`${name}: that the old one does not count is on the disk before it resolves, or it rejects`, async (t) => {
    const folder = tempFolder(t)
    const calls: string[] = []
    let broken = false
    const store = openWatched(folder, ({ name: call, args, proceed }) => {
      calls.push(`${call} ${/head/.test(String(args[0])) ? 'head' : ''}`)
      if (broken && call === 'flushFolder') throw Object.assign(new Error('EIO'), { code: 'EIO' })
      return proceed()
    })
    await store.create('key', record(), NOW)
    calls.length = 0
    await end(store)
    const at = calls.findIndex((call) => /^(?:remove|rename) head/.test(call))
    assert.ok(at >= 0, calls.join('\n'))
    assert.equal(calls[at + 1], 'flushFolder ')
    await store.create('key', record(), NOW)
    broken = true
    await assert.rejects(async () => end(store), StoreUnavailable)
  })
}

test('a second logout waits for the disk as well, though the first has ended the session', async (t) => {
  const folder = tempFolder(t)
  const flushing = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const first = openWatched(folder, async ({ name, proceed }) => {
    if (name === 'flushFolder') {
      flushing.resolve()
      await goOn.promise
    }
    return proceed()
  })
  const calls: string[] = []
  const second = openWatched(folder, ({ name, proceed }) => {
    calls.push(name)
    return proceed()
  })
  await first.create('key', record(), NOW)
  const ended = first.delete('key')
  await flushing.promise
  assert.equal(await second.load('key', NOW), null)
  calls.length = 0
  assert.equal(await second.delete('key'), false)
  assert.ok(calls.includes('flushFolder'), calls.join(' '))
  calls.length = 0
  await second.clearExpired(NOW)
  assert.ok(calls.indexOf('flushFolder') < calls.indexOf('rename'), 'and so does tidying up')
  assert.ok(calls.includes('flushFolder'), calls.join(' '))
  goOn.resolve()
  assert.equal(await ended, true)
})

test('a folder that is away is no answer, and everything is there when it is back', async (t) => {
  const folder = join(tempFolder(t), 'disk')
  const store = fileSessions(folder)
  await store.create('key', record(), NOW)
  const id = (await store.load('key', NOW))?.id
  const asked: readonly (() => unknown)[] = [
    () => store.load('key', NOW),
    () => store.exists('key', NOW),
    () => store.create('other', record(), NOW),
    () => store.update('key', record(), NOW),
    () => store.replace('key', 'new', record(), NOW),
    () => store.touch('key', NOW + HOUR, NOW),
    () => store.adopt('key', 'bob', NOW),
    () => store.delete('key'),
    () => store.delete('key', id),
    () => store.deleteForUser('alice'),
    () => store.listForUser('alice', NOW),
    () => store.clearExpired(NOW),
  ]
  for (const instead of ['nothing', 'an empty folder', 'a file']) {
    renameSync(folder, `${folder}-away`)
    if (instead === 'an empty folder') mkdirSync(folder)
    if (instead === 'a file') writeFileSync(folder, '')
    for (const [number, ask] of asked.entries()) {
      await assert.rejects(async () => ask(), StoreUnavailable, `${number}, with ${instead} there`)
    }
    rmSync(folder, { recursive: true, force: true })
    renameSync(`${folder}-away`, folder)
    assert.equal((await store.load('key', NOW))?.data, 'payload')
  }
  assert.equal(await store.delete('key', id), true)
})

test('a folder that cannot be made is refused at start, with what to do', (t) => {
  const file = join(tempFolder(t), 'file')
  writeFileSync(file, '')
  for (const folder of [file, join(file, 'below'), '']) {
    assert.throws(
      () => fileSessions(folder),
      (error) => {
        assert.ok(error instanceof ConfigurationError)
        assert.match(error.message, /[Gg]ive a folder|needs a folder/)
        return true
      },
    )
  }
})

test('a record that the disk has damaged is nobody, can be ended, and is tidied up', async (t) => {
  const folder = tempFolder(t)
  const store = fileSessions(folder)
  for (const damage of ['', '{"key":', 'null', '[]']) {
    for (const end of [() => store.delete('key'), async () => (await store.clearExpired(NOW)) === 1]) {
      await store.create('key', record(), NOW)
      const path = pathsIn(folder).find((name) => name.includes('record_')) ?? ''
      assert.match(readFileSync(join(folder, path), 'utf8'), /payload/)
      writeFileSync(join(folder, path), damage)
      assert.equal(await store.load('key', NOW), null, damage)
      assert.equal(await store.update('key', record(), NOW), false, damage)
      assert.equal(await end(), true, damage)
      rmSync(join(folder, 'keys'), { recursive: true })
      fileSessions(folder)
    }
  }
})

test('"log out everywhere" and the list look at nobody else', async (t) => {
  const { store, calls } = told(t)
  for (let number = 0; number < 30; number++) await store.create(`key ${number}`, record(`user ${number % 10}`), NOW)
  calls.length = 0
  assert.equal((await store.listForUser('user 3', NOW)).length, 3)
  assert.equal(calls.filter((call) => call.startsWith('read ')).length, 3)
  calls.length = 0
  assert.equal(await store.deleteForUser('user 3'), 3)
  assert.equal(calls.filter((call) => call.startsWith('read ')).length, 3)
})

test('an index that was lost is made anew by clearExpired', async (t) => {
  const folder = tempFolder(t)
  const store = fileSessions(folder)
  await store.create('key', record(), NOW)
  const id = (await store.load('key', NOW))?.id
  for (const kind of ['users', 'ids']) {
    for (const name of readdirSync(join(folder, kind))) rmSync(join(folder, kind, name), { recursive: true })
  }
  assert.deepEqual(await store.listForUser('alice', NOW), [])
  await store.clearExpired(NOW)
  assert.equal((await store.listForUser('alice', NOW))[0]?.id, id)
  assert.equal(await store.delete('none', id), true)
})

test('clearExpired reads some at a time, and leaves nothing of what has expired', async (t) => {
  const folder = tempFolder(t)
  const store = fileSessions(folder)
  for (let number = 0; number < 100; number++) await store.create(`key ${number}`, record('alice', NOW + 1), NOW)
  await store.create('kept', record('bob'), NOW)
  assert.equal(await store.clearExpired(NOW + 1), 100)
  // The five folders; the folder of one session with two files; three pointers, two of them in folders of their own.
  assert.equal(pathsIn(folder).length, 5 + 3 + 5)
  assert.equal((await store.load('kept', NOW))?.data, 'payload')
})
