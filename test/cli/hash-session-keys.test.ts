/** `postern hash-session-keys`: how it is called; what it does is in test/stores/hash-session-keys.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CONFIG, CommandLine } from './command-line.ts'

test('says how many keys it has hashed, and in JSON for programs', async (t) => {
  const cli = new CommandLine(t, CONFIG)
  const auth = await cli.site()
  const record = { data: 'x', expires: Date.now() + 60_000, userId: null }
  for (const key of ['a', 'b', 'c']) await auth.sessions.store.create(key.repeat(32), record, Date.now())
  await auth.closeDatabase()
  assert.equal(await cli.ok(['hash-session-keys']), 'Hashed the keys of 3 sessions.\n')
  assert.deepEqual(JSON.parse(await cli.ok(['hash-session-keys', '--json'])), { hashed: 0 })
  const again = await cli.site()
  await again.sessions.store.create('d'.repeat(32), record, Date.now())
  await again.closeDatabase()
  assert.equal(await cli.ok(['hash-session-keys']), 'Hashed the keys of 1 session.\n')
})

test('is refused beside a Django, which looks sessions up by their keys', async (t) => {
  const cli = new CommandLine(t, CONFIG.replace("loginRedirectUrl: '/'", "interop: 'django'"))
  const { code, stdout, stderr } = await cli.run(['hash-session-keys'])
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /^Error: interop: 'django' stores session keys as they are, .* Take it out first\.$/m)
})
