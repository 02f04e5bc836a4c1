/** `postern django-check`: how it is called and what it shows; what it finds is in test/checks/django-checks.test.ts. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { BIN, CONFIG, CommandLine, KEY } from './command-line.ts'

const BESIDE = CONFIG.replace("loginRedirectUrl: '/'", "interop: 'django',\n  session: { cookieSecure: false }")
const PROJECT = JSON.stringify({ TIME_ZONE: 'UTC' })

describe('postern django-check', { concurrency: 2 }, () => {
  test('says what it has seen and that nothing is wrong', async (t) => {
    const cli = new CommandLine(t, BESIDE)
    await cli.ok(['migrate'])
    cli.write('django.json', PROJECT)
    assert.equal(
      await cli.ok(['django-check', '--settings', 'django.json']),
      `SEEN:
  sqlite, users in auth_user: none
  live sessions: 0 under keys as Django makes them, 0 under hashed ones, 0 under others
  0 of the 0 newest sessions are signed with this secret key
  Django's migrations: auth 0012_alter_user_first_name_max_length, contenttypes 0002_remove_content_type_name, sessions 0001_initial

System check identified no issues.
`,
    )
  })

  test('shows users by their hashes and sessions by their keys, and a fallback', async (t) => {
    const cli = new CommandLine(
      t,
      BESIDE.replace("interop: 'django'", `secretKeyFallbacks: ['${KEY}'],\n  interop: 'django'`).replace(
        `secretKey: '${KEY}'`,
        "secretKey: 'a-newer-secret-key-of-the-tests-9876543210-zyxwvutsrqponm'",
      ),
    )
    const auth = await cli.site()
    await auth.createUser({ username: 'alice', password: 'wonder-Land-42' })
    await auth.createUser({ username: 'bot' })
    const { store, payloads } = auth.sessions
    const data = payloads.encode(new Map(), Date.now())
    await store.create('k'.repeat(32), { data, expires: Date.now() + 60_000, userId: null }, Date.now())
    await auth.closeDatabase()
    const said = await cli.ok(['django-check'])
    assert.match(said, /users in auth_user: (?:1 pbkdf2_sha256, 1 unusable|1 unusable, 1 pbkdf2_sha256)\n/)
    assert.match(said, /live sessions: 1 under keys/)
    assert.match(said, /1 of the 1 newest sessions are signed with this secret key, 1 of them by a fallback\n/)
    assert.match(said, /INFOS:\npostern\.I833 /)
    assert.equal(said.includes(KEY), false)
  })

  test('reads the project from standard input, prints JSON for programs, and an error is exit code 1', async (t) => {
    const cli = new CommandLine(t, BESIDE)
    await cli.ok(['migrate'])
    const child = spawn(process.execPath, [BIN, 'django-check', '--settings', '-', '--json'], { cwd: cli.folder })
    child.stdin.end(JSON.stringify({ TIME_ZONE: 'UTC', USE_TZ: false }))
    const [said] = await Promise.all([text(child.stdout), once(child, 'close')])
    assert.equal(child.exitCode, 1)
    const { seen, findings } = JSON.parse(said)
    assert.deepEqual(Object.keys(seen), ['database', 'users', 'sessions', 'djangoMigrations'])
    assert.deepEqual(
      findings.map(({ id, level }: { id: string; level: string }) => [id, level]),
      [['postern.E825', 'error']],
    )
    assert.deepEqual(Object.keys(findings[0]), ['id', 'level', 'message', 'cure'])
  })

  test('a database without tables has nothing to show but what is missing', async (t) => {
    const { code, stdout } = await new CommandLine(t, BESIDE).run(['django-check'])
    assert.equal(code, 1)
    assert.match(
      stdout,
      /^SEEN:\n {2}sqlite, users in auth_user: none\n\nERRORS:\npostern\.E804 .*\n {2}-> .*\npostern\.E809 /,
    )
  })

  test('settings that are refused at start are what is found', async (t) => {
    const { code, stdout } = await new CommandLine(t, BESIDE.replace("'django'", "'django', proxies: -1")).run([
      'django-check',
    ])
    assert.equal(code, 1)
    assert.match(stdout, /^ERRORS:\npostern\.E001 proxies is -1/)
  })

  test('what a project calls its cookie cannot steer the terminal', async (t) => {
    const cli = new CommandLine(t, BESIDE)
    await cli.ok(['migrate'])
    cli.write('django.json', JSON.stringify({ TIME_ZONE: 'UTC', LOGIN_URL: '\u001b[2J' }))
    assert.match(await cli.ok(['django-check', '--settings', 'django.json']), /LOGIN_URL is '\\x1b\[2J'/)
  })

  for (const [what, file, content, message] of [
    ['is not there', 'django.json', null, /^django\.json cannot be read\. Make it with `python manage\.py shell/],
    ['is no JSON', 'django.json', 'DEBUG = True', /^Error: django\.json is not the JSON of a Django project\./],
    ['is a list', 'django.json', '[]', /^Error: django\.json is not the JSON of a Django project\./],
    ['is empty standard input', '-', null, /^Error: Standard input is not the JSON of a Django project\./],
  ] as const) {
    test(`a project that ${what} is an error that says how to make one`, async (t) => {
      const cli = new CommandLine(t, BESIDE)
      if (content !== null) cli.write(file, content)
      const { code, stdout, stderr } = await cli.run(['django-check', '--settings', file])
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(stderr, message)
    })
  }
})
