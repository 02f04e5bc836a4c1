/** What lists, ends and clears: users, sessions, expired sessions; and the small commands. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Postern } from 'postern'
import { sqlite } from '../../src/sqlite.ts'
import { CONFIG, CommandLine, STEPS } from './command-line.ts'

const HOUR = 3_600_000

type Ends = ConstructorParameters<typeof CommandLine>[0]

async function project(t: Ends, fill: (auth: Postern) => Promise<void>, config?: string): Promise<CommandLine> {
  const cli = new CommandLine(t, config)
  const auth = await cli.site()
  await fill(auth)
  await auth.closeDatabase()
  return cli
}

async function signIn(
  auth: Postern,
  userId: string,
  key: string,
  client = {},
  expires = Date.now() + HOUR,
): Promise<void> {
  await auth.sessions.store.create(key.padEnd(40, '0'), { data: 'x', expires, userId, client }, Date.now())
}

const people = async (auth: Postern): Promise<void> => {
  const lastLogin = Date.UTC(2026, 1, 3, 4, 5)
  for (const username of ['alice', 'bob', 'carol']) {
    const isStaff = username === 'bob'
    await auth.users.create({
      username,
      password: 'x$y',
      email: `${username}@site.example`,
      isStaff,
      lastLogin: isStaff ? lastLogin : null,
    })
  }
}

const WATCHED = `import { on } from 'postern'\non('session_ended', ({ userId, reason, by }) => process.stderr.write('event: ' + [userId, reason, by] + '\\n'))\n${CONFIG}`

describe('postern', { concurrency: 2 }, () => {
  test('migrate says the steps that it took, and that there are none', async (t) => {
    const cli = new CommandLine(t)
    assert.equal(
      await cli.ok(['migrate']),
      `Took ${STEPS.length} steps:\n${STEPS.map((name) => `  + ${name}\n`).join('')}`,
    )
    assert.equal(await cli.ok(['migrate']), 'Nothing to do: the tables are up to date.\n')
    assert.deepEqual(JSON.parse(await cli.ok(['migrate', '--json'])), { applied: [] })
  })

  test('migrate tells of one step in the singular, here of a permission that the settings have gained', async (t) => {
    const declares = "permissions: [{ app: 'blog', codename: 'pin', name: 'Can pin' }],\n  loginRedirectUrl"
    const cli = await project(t, async () => {}, CONFIG.replace('loginRedirectUrl', declares))
    assert.equal(await cli.ok(['migrate']), 'Took one step:\n  + permission blog.pin\n')
  })

  test('what a browser calls itself is cut where it would fill the screen', async (t) => {
    const cli = await project(t, async (auth) => {
      await people(auth)
      await signIn(auth, '1', 'a', { userAgent: `Phone/${'1'.repeat(100)}` })
      await signIn(auth, '2', 'b')
    })
    const lines = (await cli.ok(['sessions', 'list'])).split('\n').sort()
    assert.match(lines.join('\n'), / alice .* {2}- {2,}Phone\/1+\.\.\.$/m)
    assert.match(lines.join('\n'), / bob .* {2}- {2,}-$/m)
    assert.match(await cli.ok(['sessions', 'list', '--json']), /Phone\/1{100}"/)
  })

  test('what is thrown and is no error is told as it is', async (t) => {
    const cli = new CommandLine(t, `${CONFIG}auth.clearExpired = () => Promise.reject('no reason')\n`)
    await cli.ok(['migrate'])
    assert.deepEqual(await cli.run(['clearsessions', '--traceback']), { code: 1, stdout: '', stderr: 'no reason\n' })
  })

  test('a command that needs tables says how they come', async (t) => {
    const { code, stderr } = await new CommandLine(t).run(['users', 'list'])
    assert.deepEqual(
      [code, stderr],
      [1, 'Error: The database has no such table: auth_user. Run `npx postern migrate`.\n'],
    )
  })

  test('gensecret prints a key and nothing else, another each time', async (t) => {
    const cli = new CommandLine(t, null)
    const [one, other] = [await cli.ok(['gensecret']), await cli.ok(['gensecret'])]
    for (const key of [one, other]) assert.match(key, /^[A-Za-z0-9_-]{64}\n$/)
    assert.notEqual(one, other)
  })

  test('users list shows accounts as a table and as JSON, without their hashes', async (t) => {
    const cli = await project(t, people)
    assert.equal(
      await cli.ok(['users', 'list']),
      `ID  USERNAME  E-MAIL              ACTIVE  STAFF  SUPERUSER  LAST LOGIN
1   alice     alice@site.example  yes     -      -          -
2   bob       bob@site.example    yes     yes    -          2026-02-03 04:05
3   carol     carol@site.example  yes     -      -          -
`,
    )
    const json = await cli.ok(['users', 'list', '--json', '--search', 'BOB'])
    const [bob, ...others] = JSON.parse(json)
    assert.deepEqual(others, [])
    assert.deepEqual(Object.keys(bob), [
      'id',
      'username',
      'email',
      'firstName',
      'lastName',
      'isActive',
      'isStaff',
      'isSuperuser',
      'lastLogin',
      'dateJoined',
    ])
    assert.equal(bob.lastLogin, '2026-02-03T04:05:00.000Z')
    assert.doesNotMatch(json, /x\$y/)
  })

  test('users list goes page by page, and says how to go on', async (t) => {
    const cli = await project(t, people)
    const names = async (...more: string[]) => {
      const { stdout, stderr } = await cli.run(['users', 'list', '--json', ...more])
      return [
        JSON.parse(stdout)
          .map(({ username }: { username: string }) => username)
          .join(),
        stderr,
      ]
    }
    assert.deepEqual(await names('--limit', '2'), ['alice,bob', "There are more: --after 'bob'\n"])
    assert.deepEqual(await names('--limit', '2', '--after', 'bob'), ['carol', ''])
    assert.equal(await cli.ok(['users', 'list', '--search', 'nobody']), 'No such users.\n')
  })

  test('what somebody calls themselves cannot draw on the terminal, in JSON neither', async (t) => {
    const hostile = 'eve\u001b]0;owned\u0007\u009b2J\u202e\nadmin'
    const cli = await project(t, async (auth) => {
      const { id } = await auth.users.create({ username: hostile, password: '!', email: 'e\u001b[31m@x.example' })
      await signIn(auth, String(id), 'a', { userAgent: `Agent\u001b[2J${'x'.repeat(200)}`, address: '::1\u001b[5m' })
    })
    for (const args of [
      ['users', 'list'],
      ['sessions', 'list'],
      ['sessions', 'list', hostile],
    ]) {
      for (const more of [[], ['--json']]) {
        const said = await cli.ok([...args, ...more])
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
        assert.doesNotMatch(said, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
        if (more.length > 0) assert.equal(JSON.parse(said)[0].username, hostile)
        else assert.match(said, /eve\\x1b\]0;owned\\x07\\x9b2J\\u\{202e\}\\x0aadmin/)
      }
    }
    assert.match(await cli.ok(['sessions', 'list']), /Agent\\x1b\[2Jx{50,}\.\.\.\n$/)
  })

  test('sessions list shows public ids and where they are used from, never keys', async (t) => {
    const cli = await project(t, async (auth) => {
      await people(auth)
      await signIn(auth, '1', 'a', { userAgent: 'Phone/1', address: '192.0.2.7' })
      await signIn(auth, '2', 'b')
      await signIn(auth, '2', 'c', {}, Date.now() + 1)
    })
    assert.match(
      await cli.ok(['sessions', 'list', 'alice']),
      /^ID +USER +LAST SEEN +EXPIRES +ADDRESS +USER AGENT\n[0-9a-f]{32} {2}alice .* 192\.0\.2\.7 {2}Phone\/1\n$/,
    )
    const json = await cli.ok(['sessions', 'list', '--json'])
    assert.doesNotMatch(json, /[abc]0{39}/)
    const all = JSON.parse(json) as { username: string; userId: number; address: string | null; expires: string }[]
    assert.deepEqual(
      all.map(({ username, userId, address }) => [username, userId, address]),
      [
        ['alice', 1, '192.0.2.7'],
        ['bob', 2, null],
      ],
    )
    assert.match(all[0]?.expires ?? '', /^\d{4}-\d\d-\d\dT.*Z$/)
    assert.equal(await cli.ok(['sessions', 'list', 'carol']), 'Nobody is signed in.\n')
    const { stdout, stderr } = await cli.run(['sessions', 'list', '--limit', '1', '--json'])
    assert.deepEqual([JSON.parse(stdout).length, stderr], [1, 'There are more: --limit shows them.\n'])
    assert.deepEqual(await cli.run(['sessions', 'list', 'nobody']), {
      code: 1,
      stdout: '',
      stderr: "user 'nobody' does not exist\n",
    })
  })

  test('sessions end ends those that are named, and tells so', async (t) => {
    const cli = await project(
      t,
      async (auth) => {
        await people(auth)
        for (const key of ['a', 'b', 'c']) await signIn(auth, '1', key)
        await signIn(auth, '2', 'd')
      },
      WATCHED,
    )
    const list = async (): Promise<{ id: string; username: string }[]> =>
      JSON.parse(await cli.ok(['sessions', 'list', '--json']))
    const [first, second] = (await list()).filter(({ username }) => username === 'alice')
    const [bobs] = (await list()).filter(({ username }) => username === 'bob')
    const one = await cli.run(['sessions', 'end', first?.id ?? ''])
    assert.deepEqual([one.code, one.stdout, one.stderr], [0, `Ended ${first?.id} of alice.\n`, 'event: 1,command,\n'])
    const foreign = await cli.run(['sessions', 'end', bobs?.id ?? '', '--user', 'alice'])
    assert.deepEqual([foreign.code, foreign.stderr], [1, `There is no live session ${bobs?.id}.\n`])
    const both = await cli.run(['sessions', 'end', second?.id ?? '', 'gone\u001b'])
    assert.deepEqual([both.code, both.stdout], [1, `Ended ${second?.id} of alice.\n`])
    assert.match(both.stderr, /There is no live session gone\\x1b\.\n$/)
    assert.equal((await list()).length, 2)
    const all = await cli.run(['sessions', 'end', '--all-of', 'alice'])
    assert.deepEqual([all.code, all.stdout, all.stderr], [0, 'Ended 1 session of alice.\n', 'event: 1,command,\n'])
    assert.equal(await cli.ok(['sessions', 'end', '--user', 'alice']), 'Ended 0 sessions of alice.\n')
    assert.deepEqual(
      (await list()).map(({ username }) => username),
      ['bob'],
    )
  })

  test('a session that has moved to another key since is ended all the same', async (t) => {
    const cli = await project(t, async (auth) => {
      await people(auth)
      await signIn(auth, '1', 'a')
    })
    const [{ id }] = JSON.parse(await cli.ok(['sessions', 'list', '--json']))
    const auth = await cli.site()
    const { store } = auth.sessions
    const record = { data: 'y', expires: Date.now() + HOUR, userId: '1' }
    assert.equal(await store.replace('a'.padEnd(40, '0'), 'z'.repeat(40), record, Date.now()), true)
    await cli.ok(['sessions', 'end', id])
    assert.equal(await store.exists('z'.repeat(40), Date.now()), false)
  })

  test('a store that knows no list says so', async (t) => {
    const cli = await project(
      t,
      people,
      `${CONFIG}\nfor (const name of ['listable', 'endsForUser']) Object.defineProperty(auth.sessions.store, name, { value: false })`,
    )
    for (const args of [
      ['sessions', 'list'],
      ['sessions', 'end', '--all-of', 'alice'],
    ]) {
      const { code, stderr } = await cli.run(args)
      assert.equal(code, 1)
      assert.match(stderr, /^This session store knows no user's sessions/)
    }
  })

  test('sessions in signed cookies are ended all at once, and in no other way', async (t) => {
    const config = CONFIG.replace('secretKey', 'sessions: signedCookieSessions(), secretKey')
    const cli = await project(t, people, `import { signedCookieSessions } from 'postern/signed-cookies'\n${config}`)
    assert.equal(await cli.ok(['sessions', 'end', '--all-of', 'alice']), 'Ended all sessions of alice.\n')
    const database = sqlite(join(cli.folder, 'app.db'))
    t.after(() => database.close())
    const epochs = await Promise.all(['1', '2'].map(async (id) => database.accounts.epoch?.(id)))
    assert.deepEqual(epochs, [1, 0])
    for (const args of [
      ['sessions', 'list'],
      ['sessions', 'end', 'some-id'],
    ]) {
      const { code, stderr } = await cli.run(args)
      assert.equal(code, 1)
      assert.match(stderr, /^This session store knows no user's sessions/)
    }
    assert.equal(await cli.ok(['clearsessions']), 'Removed 0 expired sessions.\n')
  })

  test('clearsessions removes what has expired and nothing else', async (t) => {
    const cli = await project(t, async (auth) => {
      await people(auth)
      for (let at = 0; at < 7; at++) await signIn(auth, '1', `${at}`, {}, Date.now() - HOUR)
      await signIn(auth, '1', 'live')
    })
    assert.equal(await cli.ok(['clearsessions']), 'Removed 7 expired sessions.\n')
    assert.equal(JSON.parse(await cli.ok(['clearsessions', '--json'])).removed.sessions, 0)
    assert.equal(JSON.parse(await cli.ok(['sessions', 'list', '--json'])).length, 1)
  })

  test('clearsessions clears whatever else a Postern keeps that expires', async (t) => {
    const cli = await project(
      t,
      people,
      `${CONFIG}\nObject.defineProperty(auth, 'clearExpired', { value: async () => ({ sessions: 3, tokens: 2 }) })`,
    )
    assert.equal(await cli.ok(['clearsessions']), 'Removed 3 expired sessions.\nRemoved 2 expired tokens.\n')
  })

  test('work that takes long says on stderr that it goes on, and leaves stdout to the result', async (t) => {
    const slow = `${CONFIG}
const { setInterval } = globalThis
globalThis.setInterval = (tell, milliseconds) => setInterval(tell, milliseconds / 100)
Object.defineProperty(auth, 'clearExpired', { value: () => new Promise((resolve) => setTimeout(resolve, 350, { sessions: 5 })) })`
    const { code, stdout, stderr } = await new CommandLine(t, slow).run(['clearsessions'])
    assert.deepEqual([code, stdout], [0, 'Removed 5 expired sessions.\n'])
    assert.match(stderr, /^(?:Clearing \(\d+ s\)\n)+$/)
  })
})
