/** The settings file: found, imported, understood, and its errors told as its author needs them. */
import assert from 'node:assert/strict'
import { cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { root } from '../support/project-files.ts'
import { CONFIG, CommandLine, SOURCES, STEPS } from './command-line.ts'

const MIGRATED = { applied: STEPS }
const JAVASCRIPT = CONFIG

describe('a settings file', { concurrency: 2 }, () => {
  for (const name of ['postern.config.ts', 'postern.config.mts', 'postern.config.js', 'postern.config.mjs']) {
    test(`${name} is found where the command is called`, async (t) => {
      const cli = new CommandLine(t, JAVASCRIPT, name)
      assert.deepEqual(JSON.parse(await cli.ok(['migrate', '--json'])), MIGRATED)
    })
  }

  test('--config names another one', async (t) => {
    const cli = new CommandLine(t, 'throw new Error("not this one")')
    cli.write('site.settings.ts', CONFIG)
    assert.deepEqual(JSON.parse(await cli.ok(['migrate', '--json', '--config', 'site.settings.ts'])), MIGRATED)
  })

  test('a default export counts, as a Postern and as an object with one', async (t) => {
    for (const exported of ['export default auth', 'export default { auth }']) {
      const cli = new CommandLine(t, CONFIG.replace('export const auth', `const auth`).concat(exported))
      assert.deepEqual(JSON.parse(await cli.ok(['migrate', '--json'])), MIGRATED)
    }
  })

  test('a Postern of another copy of the package is known', async (t) => {
    const cli = new CommandLine(t, CONFIG.replaceAll("from 'postern", "from 'theirs"))
    const folder = join(cli.folder, 'node_modules', 'theirs')
    cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true })
    cpSync(join(root, 'package.json'), join(folder, 'package.json'))
    cpSync(join(root, 'data'), join(folder, 'data'), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    assert.deepEqual(JSON.parse(await cli.ok(['migrate', '--json'])), MIGRATED)
    assert.equal(await cli.ok(['check', '--no-database']), 'System check identified no issues.\n')
  })

  test('--env gives it its environment', async (t) => {
    const cli = new CommandLine(t, CONFIG.replace("'app.db'", 'process.env.DATABASE'))
    cli.write('.env', 'DATABASE=other.db\n')
    await cli.ok(['migrate', '--env', '.env'])
    assert.match(cli.read('other.db'), /^SQLite format 3/)
    const { code, stderr } = await cli.run(['migrate', '--env=nothing.env'])
    assert.equal(code, 1)
    assert.match(stderr, /^nothing\.env cannot be read: /)
  })

  test('what else it has opened does not keep the process', async (t) => {
    const cli = new CommandLine(
      t,
      `import { createServer } from 'node:http'\ncreateServer().listen(0, '127.0.0.1')\n${CONFIG}`,
    )
    assert.deepEqual(JSON.parse(await cli.ok(['migrate', '--json'])), MIGRATED)
  })

  test('none at all: how to get one', async (t) => {
    assert.deepEqual(await new CommandLine(t, null).run(['migrate']), {
      code: 1,
      stdout: '',
      stderr:
        'There is no postern.config.ts (or .js, .mjs) in this folder. `npx postern init` writes one; `--config FILE` names another.\n',
    })
    const { code, stderr } = await new CommandLine(t).run(['migrate', '--config', 'x\u001b.ts'])
    assert.deepEqual([code, stderr], [1, 'There is no file x\\x1b.ts.\n'])
  })

  for (const [what, config, told] of [
    ['no module', 'export const auth = createPostern(\n', /^postern\.config\.ts:\d+\nSyntaxError: /],
    [
      'TypeScript that has to be compiled',
      'enum Level { High }\n',
      /^postern\.config\.ts:1\nSyntaxError: TypeScript enum is not supported/,
    ],
    [
      'a mistake',
      '\nconst settings: any = undefined\nexport const auth = settings.auth',
      /^postern\.config\.ts:3:\d+\nTypeError: Cannot read properties of undefined \(reading 'auth'\)\n$/,
    ],
    [
      'something thrown that is no error',
      "throw 'no \\u001b[2Jerror'",
      /^postern\.config\.ts\nThe settings threw no \\x1b\[2Jerror\n$/,
    ],
    [
      'a package that is not installed',
      "import 'no-such-package-of-the-tests'",
      /^postern\.config\.ts\nThe package no-such-package-of-the-tests is not installed: npm install no-such-package-of-the-tests\n$/,
    ],
    [
      'a file that is not there',
      "import './nothing.ts'",
      /^postern\.config\.ts\nError: Cannot find module '.*nothing\.ts' imported from .*postern\.config\.ts\n$/,
    ],
    [
      'nothing exported',
      '',
      /^postern\.config\.ts exports no Postern: write\n {2}export const auth = createPostern\(.*\)\nIt exports nothing\.\n$/,
    ],
    [
      'something else exported',
      'export const app = {}; export const auth = null; export default 7',
      /\nIt exports app, auth, a default that is none\.\n$/,
    ],
  ] as const) {
    test(`one with ${what}`, async (t) => {
      const { code, stdout, stderr } = await new CommandLine(t, config).run(['migrate'])
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(stderr, told)
      assert.doesNotMatch(stderr, /\n {4}at /)
    })
  }

  test('a mistake in a file that it imports is told with that file', async (t) => {
    const cli = new CommandLine(t, "import { auth } from './settings/site.ts'\nexport { auth }")
    const { mkdirSync } = await import('node:fs')
    mkdirSync(join(cli.folder, 'settings'))
    cli.write('settings/site.ts', '\n\nexport const auth = nothing.x')
    const { stderr } = await cli.run(['migrate'])
    assert.match(stderr, /^settings\/site\.ts:3:21\nReferenceError: nothing is not defined\n$/)
  })

  test('settings that throw something else than an error', async (t) => {
    const { code, stderr } = await new CommandLine(t, "throw 'no weather today'").run(['migrate'])
    assert.deepEqual([code, stderr], [1, 'postern.config.ts\nThe settings threw no weather today\n'])
  })

  test('settings that are refused: every problem, and the place in the file', async (t) => {
    const cli = new CommandLine(t, CONFIG.replace('loginRedirectUrl', 'proxies: -1,\n  loginRedirctUrl'))
    const { code, stderr } = await cli.run(['migrate'])
    assert.equal(code, 1)
    assert.equal(
      stderr,
      "postern.config.ts:4:21\nConfigurationError: There is no setting 'loginRedirctUrl'. Did you mean loginRedirectUrl?\nproxies is -1; it is the number of your own proxies in front, 0 for none.\n",
    )
  })

  test('in a package of CommonJS: what to write instead', async (t) => {
    const cli = new CommandLine(t)
    cli.write('package.json', '{"type":"commonjs"}')
    const { code, stderr } = await cli.run(['migrate'])
    assert.equal(code, 1)
    assert.match(
      stderr,
      /says "type": "commonjs"\. Run `npm pkg set type=module`, or let the name end in \.mts or \.mjs\.\n$/,
    )
    assert.doesNotMatch(stderr, /Warning/)
  })

  test('Node that does not import TypeScript says so before it tries', {
    skip: SOURCES && 'the command itself is TypeScript here, since its lines are counted',
  }, async (t) => {
    const cli = new CommandLine(t)
    const { code, stderr } = await cli.run(['migrate'], { NODE_OPTIONS: '--no-strip-types' })
    assert.equal(code, 1)
    assert.match(
      stderr,
      /^postern\.config\.ts is TypeScript, which Node imports as it is from 22\.18 on, and this is Node /,
    )
  })

  test('what Node and Postern warn of is not in the way; what the settings warn of is told', async (t) => {
    const cli = new CommandLine(t, `${CONFIG.replace(/secretKey: .*/, '')}\nprocess.emitWarning('mine', 'MyWarning')`)
    const { code, stderr } = await cli.run(['migrate'])
    assert.deepEqual([code, stderr], [0, 'MyWarning: mine\n'])
  })
})
