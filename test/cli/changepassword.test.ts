/** `postern changepassword`, held to Django's auth_tests/test_management.py (ChangepasswordManagementCommandTestCase, 5.2). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CommandLine, PASSWORD, script } from './command-line.ts'

const OLD = 'qwerty-Old-7'

/** A project with joe in it, who is signed in twice. */
async function project(t: ConstructorParameters<typeof CommandLine>[0], config?: string): Promise<CommandLine> {
  const cli = new CommandLine(t, config)
  const auth = await cli.site()
  const joe = await auth.createUser({ username: 'joe', password: OLD, email: 'joe@example.com' })
  const record = { data: 'x', expires: Date.now() + 1e9, userId: String(joe.id) }
  for (const key of ['a'.repeat(40), 'b'.repeat(40)]) await auth.sessions.store.create(key, record, Date.now())
  await auth.closeDatabase()
  return cli
}

async function opens(cli: CommandLine, password: string): Promise<boolean> {
  const auth = await cli.site()
  const joe = await auth.users.findByUsername('joe')
  return (await auth.passwords.check(password, joe?.password ?? '')).correct
}

const WATCHED = `
import { createPostern, on, Pbkdf2Hasher } from 'postern'
import { sqlite } from 'postern/sqlite'
on('password_changed', ({ user, by }) => process.stderr.write('event: ' + user.username + ' by ' + by + '\\n'))
export const auth = createPostern({
  secretKey: 'a-secret-key-of-the-tests-0123456789-abcdefghijklmnop',
  database: sqlite('app.db'),
  passwordHashers: [new Pbkdf2Hasher({ rounds: 1 })],
  loginRedirectUrl: '/',
})
`

describe('changepassword on a terminal', { concurrency: 2, skip: script().skip ?? false }, () => {
  test('changes the password, ends the sessions and tells so (test_that_changepassword_command_changes_joes_password)', async (t) => {
    const cli = await project(t, WATCHED)
    const session = cli.onTerminal(['changepassword', 'joe'])
    await session.sees("Changing password for user 'joe'")
    await session.answers('Password', PASSWORD)
    await session.answers('Password (again)', PASSWORD)
    await session.sees('event: joe by command')
    await session.sees("Password changed successfully for user 'joe'")
    assert.equal(await session.ends(), 0)
    assert.ok(!session.raw.includes(PASSWORD))
    assert.deepEqual([await opens(cli, PASSWORD), await opens(cli, OLD)], [true, false])
    const auth = await cli.site()
    const joe = await auth.users.findByUsername('joe')
    assert.deepEqual(await auth.sessions.store.listForUser(String(joe?.id), Date.now()), [])
  })

  test('without a name it is the one at the machine (test_system_username)', async (t) => {
    const cli = await project(t)
    const session = cli.onTerminal(['changepassword'], { LOGNAME: 'joe' })
    await session.sees("Changing password for user 'joe'")
    await session.answers('Password', PASSWORD)
    await session.answers('Password (again)', PASSWORD)
    assert.equal(await session.ends(), 0)
    assert.ok(await opens(cli, PASSWORD))
  })

  test('after three tries it gives up, and nothing is changed (test_that_max_tries_exits_1, test_password_validation)', async (t) => {
    const cli = await project(t)
    const session = cli.onTerminal(['changepassword', 'joe'])
    await session.answers('Password', 'foo')
    await session.answers('Password (again)', 'bar')
    await session.sees('Passwords do not match. Please try again.')
    await session.answers('Password', 'abc')
    await session.answers('Password (again)', 'abc')
    await session.sees('This password is too short. It must contain at least 8 characters.')
    await session.answers('Password', '1234567890')
    await session.answers('Password (again)', '1234567890')
    await session.sees('This password is too common.')
    await session.sees('This password is entirely numeric.')
    await session.sees("Aborting password change for user 'joe' after 3 attempts")
    assert.equal(await session.ends(), 1)
    assert.ok(await opens(cli, OLD))
  })

  test('an empty password ends it (test_get_pass_no_input)', async (t) => {
    const cli = await project(t)
    const session = cli.onTerminal(['changepassword', 'joe'])
    await session.answers('Password', '')
    await session.sees('aborted')
    assert.equal(await session.ends(), 1)
    assert.ok(await opens(cli, OLD))
  })

  test('somebody who is not there (test_nonexistent_username)', async (t) => {
    const session = (await project(t)).onTerminal(['changepassword', 'n\u00e9'])
    await session.sees("user 'né' does not exist")
    assert.equal(await session.ends(), 1)
  })

  for (const keys of ['\u0003', '\u0004']) {
    test(`it can be left (${keys === '\u0003' ? 'Ctrl+C' : 'Ctrl+D'}), and nothing is changed`, async (t) => {
      const cli = await project(t)
      const session = cli.onTerminal(['changepassword', 'joe'])
      await session.sees('Password')
      session.presses(keys)
      await session.sees('Operation cancelled.')
      assert.equal(await session.ends(), 1)
      assert.ok(await opens(cli, OLD))
    })
  }

  test('a name that would draw on the terminal is shown by its characters', async (t) => {
    const cli = new CommandLine(t)
    const auth = await cli.site()
    await auth.createUser({ username: 'joe\u001b[2J\u202eevil', password: OLD })
    await auth.closeDatabase()
    const session = cli.onTerminal(['changepassword', 'joe\u001b[2J\u202eevil'])
    await session.sees("Changing password for user 'joe\\x1b[2J\\u{202e}evil'")
    session.presses('\u0003')
    await session.ends()
    assert.ok(!session.raw.includes('\u001b[2J\u202e'))
  })

  test('a store that cannot be told to end them: the sessions end by themselves, and that is said', async (t) => {
    const broken = `${WATCHED}
const { store } = auth.sessions
store.deleteForUser = () => Promise.reject(new Error('The store is away.'))
`
    const cli = await project(t, broken)
    const session = cli.onTerminal(['changepassword', 'joe'])
    await session.answers('Password', PASSWORD)
    await session.answers('Password (again)', PASSWORD)
    await session.sees("The user's sessions could not be removed (The store is away.); they end at their next request.")
    assert.equal(await session.ends(), 0)
    assert.ok(await opens(cli, PASSWORD))
  })

  test('a store that cannot end the sessions of a user is not asked', async (t) => {
    const cli = await project(
      t,
      `${WATCHED}\nfor (const name of ['listable', 'endsForUser']) Object.defineProperty(auth.sessions.store, name, { value: false })\n`,
    )
    const session = cli.onTerminal(['changepassword', 'joe'])
    await session.answers('Password', PASSWORD)
    await session.answers('Password (again)', PASSWORD)
    assert.equal(await session.ends(), 0)
    const auth = await cli.site()
    assert.equal((await auth.sessions.store.listForUser('1', Date.now())).length, 2)
  })
})

test('without a terminal there is nobody to ask', async (t) => {
  assert.deepEqual(await (await project(t)).run(['changepassword', 'joe']), {
    code: 1,
    stdout: '',
    stderr: 'changepassword asks for the new password, which takes a terminal.\n',
  })
})
