/** `postern check`: what is found, how it is shown, and what the exit code says. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CONFIG, CommandLine, KEY, script } from './command-line.ts'

/** Good to know, a warning and, with a login page for the logged in, an error. */
const HINT = CONFIG.replace("loginRedirectUrl: '/'", "csrf: { useSessions: true }, loginRedirectUrl: '/'")
const WARNING = CONFIG.replace("loginRedirectUrl: '/'", "loginRedirectUrl: 'login'")
const ERROR = CONFIG.replace(
  "loginRedirectUrl: '/'",
  "loginRedirectUrl: '/', loginUrl: 'in', urls: [path('in/', loginRequired(LoginView.asView()), { name: 'in' })]",
).replace('{ createPostern', '{ LoginView, loginRequired, path, createPostern')

const quiet = ['check', '--no-database']

describe('postern check', { concurrency: 2 }, () => {
  test('finds nothing wrong with a site that is right, but for the hasher of the tests', async (t) => {
    const cli = new CommandLine(t)
    await cli.ok(['migrate'])
    assert.equal(await cli.ok(quiet), 'System check identified no issues.\n')
    const said = await cli.ok(['check'])
    assert.match(said, /^WARNINGS:\npostern\.W606 New password hashes are cheap to guess: pbkdf2_sha256 with 1 rounds/)
    assert.match(said, /\n\nSystem check identified 1 issue\.\n$/)
  })

  test('says of a database without tables what to run', async (t) => {
    const { code, stdout } = await new CommandLine(t).run(['check'])
    assert.equal(code, 1)
    assert.match(
      stdout,
      /^ERRORS:\npostern\.E003 The database cannot be used: .*\n {2}-> Do as it says; `npx postern migrate` makes tables\.\n/,
    )
  })

  test('shows id, cause and cure, the worst first, and for programs the same in JSON', async (t) => {
    const cli = new CommandLine(
      t,
      ERROR.replace("loginRedirectUrl: '/'", "csrf: { useSessions: true }, loginRedirectUrl: 'in'"),
    )
    const { code, stdout, stderr } = await cli.run(quiet)
    assert.deepEqual([code, stderr], [1, ''])
    assert.match(
      stdout,
      /^ERRORS:\npostern\.E201 .*\n {2}-> .*\n\nWARNINGS:\n(?:postern\.W20\d .*\n {2}-> .*\n)+\nINFOS:\npostern\.I305 .*\n {2}-> .*\n\nSystem check identified \d issues\.\n$/,
    )
    const { stdout: json } = await cli.run([...quiet, '--json'])
    const [first] = JSON.parse(json)
    assert.deepEqual(Object.keys(first), ['id', 'level', 'message', 'cure'])
    assert.deepEqual([first.id, first.level], ['postern.E201', 'error'])
  })

  for (const [what, config, codes] of [
    ['something good to know', HINT, { error: 0, warning: 0, info: 1, INFO: 1 }],
    ['a warning', WARNING, { error: 0, warning: 1, info: 1, WARNING: 1 }],
    ['an error', ERROR, { error: 1, warning: 1, info: 1 }],
    ['nothing', CONFIG, { error: 0, warning: 0, info: 0 }],
  ] as const) {
    test(`with ${what} the exit code follows --fail-level`, async (t) => {
      const cli = new CommandLine(t, config)
      for (const [level, code] of Object.entries(codes)) {
        assert.equal((await cli.run([...quiet, '--fail-level', level])).code, code, level)
      }
    })
  }

  test('settings that are refused at start are what is found, each by itself', async (t) => {
    const cli = new CommandLine(t, CONFIG.replace('loginRedirectUrl', 'proxies: -1, loginRedirctUrl'))
    const { code, stdout, stderr } = await cli.run(['check', '--json'])
    assert.deepEqual([code, stderr], [1, ''])
    assert.deepEqual(JSON.parse(stdout), [
      {
        id: 'postern.E001',
        level: 'error',
        message: "There is no setting 'loginRedirctUrl'. Did you mean loginRedirectUrl?",
        cure: 'Change it in postern.config.ts:4:21.',
      },
      {
        id: 'postern.E001',
        level: 'error',
        message: 'proxies is -1; it is the number of your own proxies in front, 0 for none.',
        cure: 'Change it in postern.config.ts:4:21.',
      },
    ])
  })

  test('a settings file that fails otherwise is no finding', async (t) => {
    const { code, stdout, stderr } = await new CommandLine(t, 'nothing.x').run(['check', '--json'])
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, /^postern\.config\.ts:1:1\nReferenceError/)
  })

  test('--deploy looks at what matters where the site is served', async (t) => {
    const cli = new CommandLine(t)
    await cli.ok(['migrate'])
    const { code, stdout } = await cli.run([...quiet, '--deploy', '--fail-level=warning'])
    assert.equal(code, 1)
    for (const id of ['W501', 'W506', 'I407']) assert.match(stdout, new RegExp(`^postern\\.${id} `, 'm'))
    assert.ok(!stdout.includes(KEY))
    const served = new CommandLine(
      t,
      CONFIG.replace('loginRedirectUrl', "allowedHosts: ['shop.example'], proxies: 1, loginRedirectUrl"),
    )
    assert.equal(
      await served.ok([...quiet, '--deploy'], { NODE_ENV: 'production' }),
      'System check identified no issues.\n',
    )
  })

  test('a mistyped setting is a warning where the site is served', async (t) => {
    const cli = new CommandLine(
      t,
      CONFIG.replace('loginRedirectUrl', "allowedHosts: ['shop.example'], sesion: {}, loginRedirectUrl"),
    )
    const { code, stdout } = await cli.run(quiet, { NODE_ENV: 'production' })
    assert.equal(code, 0)
    assert.match(stdout, /^postern\.W002 There is no setting 'sesion'\. Did you mean session\?$/m)
  })

  test('is coloured on a terminal', { skip: script().skip ?? false }, async (t) => {
    const session = new CommandLine(t, WARNING).onTerminal(quiet)
    await session.sees('System check identified 1 issue.')
    assert.equal(await session.ends(), 0)
    assert.ok(session.raw.includes('\u001b[33mpostern.W202\u001b[39m'))
  })
})
