/** How `postern` is called: help, versions, mistakes and exit codes. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { commands } from '../../src/cli/commands.ts'
import { read } from '../support/project-files.ts'
import { CommandLine, STEPS, script } from './command-line.ts'

const line = (t: Pick<TestContext, 'after'>): CommandLine => new CommandLine(t)

test('--help lists every command with what it does, and the exit codes', async (t) => {
  const help = await line(t).ok(['--help'])
  for (const { name, summary } of commands)
    assert.match(help, new RegExp(`^  ${name} +${summary.replace(/[().]/g, '\\$&')}$`, 'm'))
  assert.match(help, /^Exit codes: 0 done, 1 failed or found problems, 2 called wrongly\.$/m)
  assert.equal(await line(t).ok(['help']), help)
})

for (const { name, options } of commands) {
  test(`postern ${name} --help says its options, and asks for no settings`, async (t) => {
    const cli = new CommandLine(t, null)
    const help = await cli.ok([...name.split(' '), '--help'])
    assert.match(help, new RegExp(`^Usage: postern ${name}`))
    for (const option of Object.keys(options)) assert.match(help, new RegExp(`^  --${option}\\b`, 'm'))
    assert.match(help, /^ {2}--config FILE/m)
    assert.equal(await cli.ok(['help', ...name.split(' ')]), help)
  })
}

test('--version is the version of the package', async (t) => {
  const { version } = JSON.parse(read('package.json')) as { version: string }
  for (const option of ['--version', '-V']) assert.equal(await line(t).ok([option]), `${version}\n`)
})

for (const [args, message] of [
  [['migrat'], "There is no command 'migrat'. Did you mean 'postern migrate'?"],
  [['create-superuser'], "There is no command 'create-superuser'. Did you mean 'postern createsuperuser'?"],
  [['session', 'lst'], "There is no command 'session'. Did you mean 'postern sessions list'?"],
  [['runserver'], "There is no command 'runserver'. postern --help lists them."],
  [['help', 'nothing'], "There is no command 'nothing'. postern --help lists them."],
  [['sessions'], 'postern sessions is one of: postern sessions list, postern sessions end.'],
  [['users', 'lst'], 'postern users is one of: postern users list.'],
  [['check', '--deplyo'], "postern check has no option '--deplyo'. Did you mean --deploy?"],
  [['check', '-x'], "postern check has no option '-x'. postern check --help lists them."],
  [['check', '--fail-level'], "Option '--fail-level <value>' argument missing"],
  [['check', '--deploy=yes'], "Option '--deploy' does not take an argument"],
  [['check', '--fail-level', 'grave'], "--fail-level is error, warning or info, not 'grave'."],
  [['migrate', 'auth'], "postern migrate takes no 'auth'. postern migrate --help says what it takes."],
  [['sessions', 'list', 'a', 'b'], "One user at a time: 'a', 'b' is too much."],
  [['sessions', 'end'], 'Say which sessions: an id of `postern sessions list`, or --all-of NAME.'],
  [['sessions', 'end', 'x', '--all-of', 'y'], '--all-of ends all sessions of a user: leave the ids and --user out.'],
  [['users', 'list', '--limit', '0'], "--limit is a whole number from 1 to 10000, not '0'."],
  [['users', 'list', '--limit', '1e3'], "--limit is a whole number from 1 to 10000, not '1e3'."],
  [['\u001b[2Jx\u009b'], "There is no command '\\x1b[2Jx\\x9b'. postern --help lists them."],
] as const) {
  test(`postern ${args.join(' ').replace(/[^\x20-\x7e]/g, '?')} is called wrongly, and says how`, async (t) => {
    assert.deepEqual(await line(t).run(args), { code: 2, stdout: '', stderr: `${message}\n` })
  })
}

test('without a command the help goes to stderr, and the code is that of a wrong call', async (t) => {
  const { code, stdout, stderr } = await line(t).run([])
  assert.deepEqual([code, stdout], [2, ''])
  assert.match(stderr, /^Usage: postern <command>/)
})

test('options may stand in front of the command', async (t) => {
  const cli = line(t)
  assert.deepEqual(JSON.parse(await cli.ok(['--json', 'migrate'])), {
    applied: STEPS,
  })
  assert.equal(await cli.ok(['--no-color', 'users', 'list']), 'No such users.\n')
})

test('--traceback shows where an error came from', async (t) => {
  const { code, stderr } = await line(t).run(['users', 'list', '--traceback'])
  assert.equal(code, 1)
  assert.match(stderr, /no such table.*\n {4}at /)
})

const BOLD = '\u001b[1m'

test('there are colours on a terminal, and none where nobody wants or sees them', {
  skip: script().skip ?? false,
}, async (t) => {
  const cli = line(t)
  const shown = async (args: readonly string[], env = {}): Promise<string> => {
    const session = cli.onTerminal(args, env)
    await session.ends()
    return session.raw
  }
  assert.ok((await shown(['--help'])).includes(BOLD))
  for (const [args, env] of [
    [['--help'], { NO_COLOR: '1' }],
    [['--help'], { TERM: 'dumb' }],
    [['--help', '--no-color'], {}],
  ] as const) {
    assert.ok(!(await shown(args, env)).includes(BOLD))
  }
  assert.ok(!(await cli.run(['--help'], { FORCE_COLOR: '1' })).stdout.includes(BOLD))
})

test('whoever closes the pipe early, as `head` does, is no failure', async (t) => {
  assert.deepEqual(await line(t).run(['--help'], {}, 'closed'), { code: 0, stdout: '', stderr: '' })
})
