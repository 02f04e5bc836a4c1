/** `postern createsuperuser`, held to Django's auth_tests/test_management.py (CreatesuperuserManagementCommandTestCase, 5.2). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CommandLine, PASSWORD, script } from './command-line.ts'

const NAME = { POSTERN_SUPERUSER_USERNAME: 'joe', POSTERN_SUPERUSER_EMAIL: 'joe@somewhere.org' }

/** A project whose tables are there. */
async function project(t: ConstructorParameters<typeof CommandLine>[0]): Promise<CommandLine> {
  const cli = new CommandLine(t)
  await (await cli.site()).closeDatabase()
  return cli
}

async function account(cli: CommandLine, username: string) {
  return (await cli.site()).users.findByUsername(username)
}

describe('createsuperuser without questions', { concurrency: 2 }, () => {
  test('makes a superuser of its arguments, with a password that nobody has (test_basic_usage)', async (t) => {
    const cli = await project(t)
    const said = await cli.ok(['createsuperuser', '--noinput', '--username=joe', '--email', 'joe@SomeWhere.ORG'])
    assert.equal(said, 'Superuser created successfully.\n')
    const joe = await account(cli, 'joe')
    assert.deepEqual(
      [joe?.email, joe?.isStaff, joe?.isSuperuser, joe?.isActive],
      ['joe@somewhere.org', true, true, true],
    )
    assert.match(joe?.password ?? '', /^!/)
  })

  test('takes name, address and password from the environment, under both spellings (test_environment_variable_non_interactive)', async (t) => {
    for (const prefix of ['POSTERN', 'DJANGO']) {
      const cli = await project(t)
      const env = {
        [`${prefix}_SUPERUSER_USERNAME`]: 'test_superuser',
        [`${prefix}_SUPERUSER_EMAIL`]: 'joe@somewhere.org',
        [`${prefix}_SUPERUSER_PASSWORD`]: 'test_password',
      }
      assert.equal(await cli.ok(['createsuperuser', '--no-input'], env), 'Superuser created successfully.\n')
      const auth = await cli.site()
      const user = await auth.users.findByUsername('test_superuser')
      assert.equal(user?.email, 'joe@somewhere.org')
      assert.equal((await auth.passwords.check('test_password', user?.password ?? '')).correct, true)
    }
  })

  test('an argument goes before the environment, and Postern’s name before Django’s', async (t) => {
    const cli = await project(t)
    const env = { ...NAME, DJANGO_SUPERUSER_USERNAME: 'third', DJANGO_SUPERUSER_PASSWORD: PASSWORD }
    await cli.ok(['createsuperuser', '--noinput', '--username', 'first', '--email', 'a@b.example'], env)
    await cli.ok(['createsuperuser', '--noinput'], env)
    const auth = await cli.site()
    assert.equal((await auth.users.findByUsername('first'))?.email, 'a@b.example')
    assert.equal((await auth.users.findByUsername('joe'))?.email, 'joe@somewhere.org')
    assert.equal(await auth.users.findByUsername('third'), null)
  })

  test('an address may be empty, if that is said (test_blank_email_allowed_non_interactive and _environment_variable)', async (t) => {
    const cli = await project(t)
    await cli.ok(['createsuperuser', '--noinput', '--username=joe', '--email='])
    await cli.ok(['createsuperuser', '--noinput', '--username=ann'], { DJANGO_SUPERUSER_EMAIL: '' })
    const auth = await cli.site()
    for (const name of ['joe', 'ann']) assert.equal((await auth.users.findByUsername(name))?.email, '')
  })

  test('an address may be a name (test_email_in_username)', async (t) => {
    const cli = await project(t)
    await cli.ok(['createsuperuser', '--noinput', '--username=joe+admin@somewhere.org', '--email=joe@somewhere.org'])
    assert.ok(await account(cli, 'joe+admin@somewhere.org'))
  })

  test('with verbosity 0 it says nothing (test_verbosity_zero)', async (t) => {
    assert.equal(await (await project(t)).ok(['createsuperuser', '--noinput', '--verbosity', '0'], NAME), '')
  })

  for (const [what, args, message] of [
    [
      'no username',
      [],
      'You must use --username with --noinput. POSTERN_SUPERUSER_USERNAME in the environment does as well.',
    ],
    [
      'no address (test_no_email_argument)',
      ['--username=joe'],
      'You must use --email with --noinput. POSTERN_SUPERUSER_EMAIL in the environment does as well.',
    ],
    ['an empty name (test_blank_username_non_interactive)', ['--username='], 'Username cannot be blank.'],
    [
      'an invalid name',
      ['--username', 'a b', '--email='],
      'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.',
    ],
    [
      'a name that is too long',
      ['--username', 'x'.repeat(151), '--email='],
      'Ensure this value has at most 150 characters (it has 151).',
    ],
    ['an invalid address', ['--username=joe', '--email=joe'], 'Error: Enter a valid email address.'],
    [
      'an address that is too long',
      ['--username=joe', `--email=${'j'.repeat(250)}@site.example`],
      'Error: Ensure this value has at most 254 characters (it has 263).',
    ],
    [
      'a name that is taken (test_existing_username_non_interactive)',
      ['--username=taken', '--email='],
      'Error: That username is already taken.',
    ],
    ['the same in another form', ['--username=\uff54aken', '--email='], 'Error: That username is already taken.'],
  ] as const) {
    test(`${what} is refused, and no account is made`, async (t) => {
      const cli = new CommandLine(t)
      const auth = await cli.site()
      await auth.createUser({ username: 'taken', password: null })
      await auth.closeDatabase()
      const { code, stdout, stderr } = await cli.run(['createsuperuser', '--noinput', ...args])
      assert.deepEqual([code, stdout, stderr], [1, '', `${message}\n`])
      assert.equal((await (await cli.site()).users.list({ limit: 10 })).length, 1)
    })
  }

  test('a password is no argument', async (t) => {
    const { code, stderr } = await (await project(t)).run(
      ['createsuperuser', '--noinput', '--password', PASSWORD],
      NAME,
    )
    assert.equal(code, 2)
    assert.match(stderr, /has no option '--password'/)
    assert.doesNotMatch(stderr, new RegExp(PASSWORD))
  })

  test('a password that cannot be hashed is refused, and no account is made', async (t) => {
    const cli = await project(t)
    const { code, stderr } = await cli.run(['createsuperuser', '--noinput'], {
      ...NAME,
      POSTERN_SUPERUSER_PASSWORD: 'x'.repeat(5000),
    })
    assert.equal(code, 1)
    assert.match(stderr, /^Error: /)
    assert.equal(await account(cli, 'joe'), null)
  })

  test('without a terminal nobody is asked, and that is no failure (test_skip_if_not_in_TTY)', async (t) => {
    assert.deepEqual(await new CommandLine(t, null).run(['createsuperuser']), {
      code: 0,
      stdout:
        'Superuser creation skipped due to not running in a TTY. You can run `postern createsuperuser` in your project to create one manually.\n',
      stderr: '',
    })
  })
})

describe('createsuperuser on a terminal', { concurrency: 2, skip: script().skip ?? false }, () => {
  test('asks for name, address and password twice, and shows no password', async (t) => {
    const cli = await project(t)
    const session = cli.onTerminal(['createsuperuser'], { LOGNAME: 'nobody in particular!' })
    await session.answers('Username', 'joe')
    await session.answers('Email address', 'joe@Somewhere.ORG')
    await session.answers('Password', PASSWORD)
    await session.answers('Password (again)', PASSWORD)
    await session.sees('Superuser created successfully.')
    assert.equal(await session.ends(), 0)
    assert.ok(!session.raw.includes(PASSWORD))
    const auth = await cli.site()
    const joe = await auth.users.findByUsername('joe')
    assert.deepEqual([joe?.email, joe?.isSuperuser], ['joe@somewhere.org', true])
    assert.equal((await auth.passwords.check(PASSWORD, joe?.password ?? '')).correct, true)
  })

  for (const [what, environment, question, name] of [
    [
      'the name of whoever is at the machine (test_default_username)',
      { LOGNAME: 'Jo Ane\u0301' },
      "(leave blank to use 'joane')",
      'joane',
    ],
    ['USER where LOGNAME is not set', { LOGNAME: undefined, USER: 'bob' }, "(leave blank to use 'bob')", 'bob'],
  ] as const) {
    test(`an empty answer means ${what}`, async (t) => {
      const cli = await project(t)
      const session = cli.onTerminal(['createsuperuser', '--email='], environment)
      await session.answers(question, '')
      await session.answers('Password', PASSWORD)
      await session.answers('Password (again)', PASSWORD)
      assert.equal(await session.ends(), 0)
      assert.ok(await account(cli, name))
    })
  }

  test('a name that is taken, or that is none, is not proposed, and an empty answer asks again (test_blank_username)', async (t) => {
    const cli = new CommandLine(t)
    const auth = await cli.site()
    await auth.createUser({ username: 'joe', password: null })
    await auth.closeDatabase()
    for (const LOGNAME of ['joe', 'JOE', '東京', '!!']) {
      const session = cli.onTerminal(['createsuperuser', '--email='], { LOGNAME })
      await session.answers('Username', '')
      await session.sees('Error: This field cannot be blank.')
      await session.sees('Username')
      session.presses('\u0003')
      assert.equal(await session.ends(), 1)
      assert.ok(!session.screen.includes('leave blank'), LOGNAME)
    }
  })

  test('says what is wrong and asks again (test_invalid_username, test_existing_username, the address likewise)', async (t) => {
    const cli = new CommandLine(t)
    const auth = await cli.site()
    await auth.createUser({ username: 'taken', password: null })
    await auth.closeDatabase()
    const session = cli.onTerminal(['createsuperuser'])
    await session.answers('Username', 'a b')
    await session.sees('Error: Enter a valid username.')
    await session.answers('Username', 'taken')
    await session.sees('Error: That username is already taken.')
    await session.answers('Username', 'x'.repeat(151))
    await session.sees('Error: Ensure this value has at most 150 characters (it has 151).')
    await session.answers('Username', 'joe')
    await session.answers('Email address', 'joe@')
    await session.sees('Error: Enter a valid email address.')
    await session.answers('Email address', '')
    await session.answers('Password', PASSWORD)
    await session.answers('Password (again)', PASSWORD)
    await session.sees('Superuser created successfully.')
    assert.equal(await session.ends(), 0)
    assert.equal((await account(cli, 'joe'))?.email, '')
  })

  test('an argument that is taken is said to be, and asked for (test_existing_username_provided_via_option_and_interactive)', async (t) => {
    const cli = new CommandLine(t)
    const auth = await cli.site()
    await auth.createUser({ username: 'taken', password: null })
    await auth.closeDatabase()
    const session = cli.onTerminal(['createsuperuser', '--username=taken', '--email=a@b.example'])
    await session.sees('Error: That username is already taken.')
    await session.answers('Username', 'joe')
    await session.answers('Password', PASSWORD)
    await session.answers('Password (again)', PASSWORD)
    assert.equal(await session.ends(), 0)
    assert.equal((await account(cli, 'joe'))?.email, 'a@b.example')
  })

  test('an empty argument is refused (test_blank_username, from the option)', async (t) => {
    const session = (await project(t)).onTerminal(['createsuperuser', '--username='])
    await session.sees('Username cannot be blank.')
    assert.equal(await session.ends(), 1)
  })

  test('passwords that differ, and blank ones, are asked for again (test_validation_mismatched_passwords, _blank_password_entered)', async (t) => {
    const cli = await project(t)
    const session = cli.onTerminal(['createsuperuser', '--username=joe', '--email='])
    await session.answers('Password', PASSWORD)
    await session.answers('Password (again)', 'another')
    await session.sees("Error: Your passwords didn't match.")
    await session.answers('Password', '   ')
    await session.answers('Password (again)', '   ')
    await session.sees("Error: Blank passwords aren't allowed.")
    await session.answers('Password', '')
    await session.answers('Password (again)', '')
    await session.sees("Error: Blank passwords aren't allowed.")
    await session.answers('Password', PASSWORD)
    await session.answers('Password (again)', PASSWORD)
    assert.equal(await session.ends(), 0)
  })

  test('the validators are asked, with the account that is to be, and what they say may be passed over (test_password_validation, _against_username, _against_required_fields, _bypass)', async (t) => {
    const cli = await project(t)
    const session = cli.onTerminal(['createsuperuser', '--username=josephine', '--email=some.where@example.com'])
    for (const [password, ...said] of [
      ['1234567890', 'This password is too common.', 'This password is entirely numeric.'],
      ['josephine1', 'The password is too similar to the username.'],
      ['somewhere', 'The password is too similar to the'],
    ] as const) {
      await session.answers('Password', password)
      await session.answers('Password (again)', password)
      for (const sentence of said) await session.sees(sentence)
      await session.sees('Bypass password validation and create user anyway?')
      // Enter alone is a no.
      session.presses('\r')
    }
    await session.answers('Password', 'abc')
    await session.answers('Password (again)', 'abc')
    await session.sees('This password is too short. It must contain at least 8 characters.')
    await session.sees('Bypass password validation and create user anyway?')
    session.presses('y')
    await session.sees('Superuser created successfully.')
    assert.equal(await session.ends(), 0)
    const auth = await cli.site()
    const user = await auth.users.findByUsername('josephine')
    assert.equal((await auth.passwords.check('abc', user?.password ?? '')).correct, true)
  })

  test('the environment does not answer questions (test_environment_variable_ignored_in_interactive_mode)', async (t) => {
    const cli = await project(t)
    const session = cli.onTerminal(['createsuperuser'], { ...NAME, POSTERN_SUPERUSER_PASSWORD: PASSWORD })
    await session.answers('Username', 'cmd_superuser')
    await session.answers('Email address', '')
    await session.answers('Password', PASSWORD)
    await session.answers('Password (again)', PASSWORD)
    assert.equal(await session.ends(), 0)
    assert.ok(await account(cli, 'cmd_superuser'))
    assert.equal(await account(cli, 'joe'), null)
  })

  for (const [keys, name] of [
    ['\u0003', 'Ctrl+C'],
    ['\u0004', 'Ctrl+D'],
  ] as const) {
    test(`${name} ends it, and makes no account (test_keyboard_interrupt)`, async (t) => {
      const cli = await project(t)
      const session = cli.onTerminal(['createsuperuser', '--username=joe', '--email='])
      await session.sees('Password')
      session.presses(keys)
      await session.sees('Operation cancelled.')
      assert.equal(await session.ends(), 1)
      assert.equal(await account(cli, 'joe'), null)
    })
  }
})
