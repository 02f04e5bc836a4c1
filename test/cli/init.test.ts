/** `postern init`: a settings file that works as it stands, and nothing that was there is lost. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Browser } from '../support/browser.ts'
import { start } from '../support/child-process.ts'
import { root } from '../support/project-files.ts'
import { CommandLine, PASSWORD, script } from './command-line.ts'

/** An empty project with this in its package.json. */
function empty(t: ConstructorParameters<typeof CommandLine>[0], manifest: object | null): CommandLine {
  const cli = new CommandLine(t, null)
  if (manifest !== null) cli.write('package.json', JSON.stringify(manifest))
  return cli
}

describe('init', { concurrency: 2 }, () => {
  for (const [what, manifest, file, framework] of [
    [
      'TypeScript and Express',
      { type: 'module', dependencies: { express: '^5' }, devDependencies: { typescript: '^7' } },
      'postern.config.ts',
      'Express',
    ],
    [
      'TypeScript in CommonJS',
      { type: 'commonjs', devDependencies: { typescript: '^7' } },
      'postern.config.mts',
      'node:http',
    ],
    ['TypeScript that says nothing', { devDependencies: { typescript: '^7' } }, 'postern.config.mts', 'node:http'],
    ['JavaScript modules', { type: 'module', dependencies: { postern: '0.1.0' } }, 'postern.config.js', 'node:http'],
    ['JavaScript in CommonJS', { dependencies: { express: '^5' } }, 'postern.config.mjs', 'Express'],
  ] as const) {
    test(`a project of ${what} gets ${file}, and the lines for ${framework}`, async (t) => {
      const cli = empty(t, manifest)
      const said = await cli.ok(['init'])
      assert.match(
        said,
        new RegExp(`^Wrote ${file.replaceAll('.', '\\.')}: SQLite in app\\.db, login at /accounts/login/\\.\n`),
      )
      assert.match(said, new RegExp(`For your server \\(${framework}\\):`))
      assert.ok(said.includes(`import { auth } from './${file}'`))
      assert.equal(
        said.includes('npm install postern'),
        !('dependencies' in manifest && 'postern' in manifest.dependencies),
      )
      // It works as it stands.
      await cli.ok(['migrate'])
      assert.equal(await cli.ok(['check']), 'System check identified no issues.\n')
    })
  }

  test('a tsconfig.json is TypeScript, too', async (t) => {
    const cli = empty(t, { type: 'module' })
    cli.write('tsconfig.json', '{}')
    assert.match(await cli.ok(['init']), /^Wrote postern\.config\.ts/)
  })

  test('no package.json, and one that cannot be read, are no obstacle', async (t) => {
    for (const text of ['{', 'null']) {
      const cli = empty(t, null)
      cli.write('package.json', text)
      assert.match(await cli.ok(['init']), /^Wrote postern\.config\.mjs.*[\s\S]*npm install postern/)
    }
  })

  test('there is no secret in it, and it reads the key from the environment', async (t) => {
    const cli = empty(t, { type: 'module' })
    await cli.ok(['init'])
    await cli.ok(['migrate'])
    const text = cli.read('postern.config.js')
    assert.match(text, /secretKey: process\.env\.SECRET_KEY,/)
    assert.match(text, /npx postern gensecret/)
    assert.doesNotMatch(text, /[A-Za-z0-9_-]{32}/)
    const said = await cli.ok(['check', '--deploy', '--fail-level=error'], {
      SECRET_KEY: (await cli.ok(['gensecret'])).trim(),
    })
    assert.doesNotMatch(said, /W504/)
  })

  test('a settings file that is there is left alone, unless that is said', async (t) => {
    for (const file of ['postern.config.ts', 'postern.config.mjs']) {
      const cli = empty(t, { type: 'module' })
      cli.write(file, '// mine')
      const { code, stdout, stderr } = await cli.run(['init'])
      assert.deepEqual([code, stdout, stderr], [1, '', `${file} is there already; --force writes over it.\n`])
      assert.equal(cli.read(file), '// mine')
      assert.match(await cli.ok(['init', '--force']), new RegExp(`^Wrote ${file}`))
      assert.match(cli.read(file), /createPostern/)
      assert.ok(!existsSync(join(cli.folder, 'postern.config.js')), 'it is the one file that counts')
    }
  })

  test('the lines for node:http are a site', async (t) => {
    const cli = empty(t, { type: 'module', dependencies: { postern: '*' } })
    const said = await cli.ok(['init'])
    await cli.ok(['migrate'])
    await cli.ok(['createsuperuser', '--noinput', '--username=joe', '--email='], {
      POSTERN_SUPERUSER_PASSWORD: PASSWORD,
    })
    const lines = linesOf(said).replace(
      '.listen(3000)',
      ".listen(0, '127.0.0.1', function () { console.log(this.address().port) })",
    )
    cli.write('server.js', lines)
    await holdsSite(t, cli)
  })

  test('the lines for Express are a site', async (t) => {
    const cli = empty(t, { type: 'module', dependencies: { postern: '*', express: '*' } })
    mkdirSync(join(cli.folder, 'node_modules'), { recursive: true })
    symlinkSync(join(root, 'node_modules', 'express'), join(cli.folder, 'node_modules', 'express'))
    const said = await cli.ok(['init'])
    await cli.ok(['migrate'])
    await cli.ok(['createsuperuser', '--noinput', '--username=joe', '--email='], {
      POSTERN_SUPERUSER_PASSWORD: PASSWORD,
    })
    cli.write(
      'server.js',
      `import express from 'express'\nconst app = express()\n${linesOf(said)}\nconst server = app.listen(0, '127.0.0.1', () => console.log(server.address().port))`,
    )
    await holdsSite(t, cli)
  })
})

/** The lines that were shown for the server. */
function linesOf(said: string): string {
  const [, lines = ''] = /For your server \([^)]*\):\n\n([\s\S]*?)\n\nNext:/.exec(said) ?? []
  return lines.replaceAll(/^ {2}/gm, '')
}

async function holdsSite(t: Parameters<typeof start>[0], cli: CommandLine): Promise<void> {
  const { firstLine } = await start(t, [process.execPath, join(cli.folder, 'server.js')], {
    endBy: 'SIGTERM',
    cwd: cli.folder,
  })
  const browser = new Browser(`http://127.0.0.1:${firstLine}`)
  assert.equal((await browser.get('/')).headers.location, '/accounts/login/?next=/')
  assert.equal((await browser.login('joe', PASSWORD)).headers.location, '/')
  assert.equal((await browser.get('/')).body, 'Hello joe')
  await browser.logout()
  assert.equal((await browser.get('/')).status, 302)
}

describe('init on a terminal', { skip: script().skip ?? false }, () => {
  for (const [keys, kept] of [
    ['\r', true],
    ['n', true],
    ['y', false],
  ] as const) {
    test(`asks before it writes over a file: ${JSON.stringify(keys)} is a ${kept ? 'no' : 'yes'}`, async (t) => {
      const cli = empty(t, { type: 'module' })
      cli.write('postern.config.js', '// mine')
      const session = cli.onTerminal(['init'])
      await session.sees('postern.config.js is there already. Write over it?')
      session.presses(keys)
      await session.sees(kept ? 'postern.config.js stays as it is.' : 'Wrote postern.config.js')
      assert.equal(await session.ends(), 0)
      assert.equal(cli.read('postern.config.js') === '// mine', kept)
    })
  }
})
