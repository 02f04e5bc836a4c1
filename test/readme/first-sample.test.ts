/** The README's first sample, run unchanged by somebody who has just installed the package. Needs `npm run build` before it. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Browser } from '../support/browser.ts'
import { type ReadyProcess, start } from '../support/child-process.ts'
import { read, root } from '../support/project-files.ts'

const PASSWORD = 'wonder-Land-42'

/** Says on which port a server listens: the sample itself says nothing. */
const PRELOAD = `import net from 'node:net'
const { listen } = net.Server.prototype
net.Server.prototype.listen = function (...given) {
  this.once('listening', () => console.log(this.address().port))
  return listen.apply(this, given)
}`

function firstSample(): string {
  const [, sample] = /^```(?:ts|js)\n([\s\S]*?)\n```$/m.exec(read('README.md')) ?? []
  assert.ok(sample, 'the README has a sample')
  return `${sample}\n`
}

/** A folder as `npm install postern express` leaves it, with the sample in `app.ts`. */
function folderWithSample(t: TestContext): string {
  assert.ok(existsSync(join(root, 'dist', 'index.js')), 'dist is there; npm run build makes it')
  const folder = mkdtempSync(join(tmpdir(), 'postern-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules', 'postern'))
  for (const name of ['express', '@types'])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  writeFileSync(join(folder, 'package.json'), '{"dependencies":{"express":"*","postern":"*"}}')
  writeFileSync(join(folder, 'app.ts'), firstSample())
  return folder
}

/** Starts the sample in its folder. @returns the process and its address */
async function run(t: TestContext, folder: string): Promise<{ app: ReadyProcess; base: string }> {
  const preload = `data:text/javascript,${encodeURIComponent(PRELOAD)}`
  const shell = ['sh', '-c', 'cd "$0" && exec "$@"', folder] as const
  const app = await start(
    t,
    [...shell, process.execPath, '--disable-warning=ExperimentalWarning', `--import=${preload}`, 'app.ts'],
    {
      env: {
        PORT: '0',
        SECRET_KEY: 'a-secret-key-of-the-readme-0123456789-abcdefghij',
        DEMO_PASSWORD: PASSWORD,
        NODE_ENV: '',
        NODE_OPTIONS: '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      },
      endBy: 'SIGTERM',
    },
  )
  return { app, base: `http://127.0.0.1:${app.firstLine}` }
}

test("the README's first sample signs in, shows its page, signs out, and a copied cookie is dead", async (t) => {
  const folder = folderWithSample(t)
  const { app, base } = await run(t, folder)
  const visitor = new Browser(base)
  const sent = await visitor.get('/')
  assert.deepEqual([sent.status, sent.headers.location], [302, '/accounts/login/?next=/'])
  assert.equal((await visitor.login('demo', 'not-the-password')).status, 200)
  const login = await visitor.login('demo', PASSWORD)
  assert.deepEqual([login.status, login.headers.location], [302, '/'])

  const page = await visitor.get('/')
  assert.match(page.body, /^Hello demo <form method="post" action="\/accounts\/logout\/">/)
  assert.equal(page.headers['cache-control'], 'private, no-store')
  const [, csrfmiddlewaretoken = ''] = /name="csrfmiddlewaretoken" value="(\w{64})"/.exec(page.body) ?? []
  const thief = visitor.copy()
  assert.match((await thief.get('/')).body, /^Hello demo /)

  const logout = await visitor.send('/accounts/logout/', { method: 'POST', form: { csrfmiddlewaretoken } })
  assert.equal(logout.status, 200)
  assert.match(logout.body, /You are logged out/)
  assert.equal(visitor.cookies.has('sessionid'), false)
  assert.equal((await visitor.get('/')).status, 302)
  assert.equal((await thief.get('/')).status, 302)

  // The next start finds the user that the first one made, and no session that had ended.
  await app.stop()
  const again = await run(t, folder)
  assert.equal((await thief.copy(again.base).get('/')).status, 302)
  const later = new Browser(again.base)
  await later.login('demo', PASSWORD)
  assert.match((await later.get('/')).body, /^Hello demo /)
  await again.app.stop()
})

test("the README's first sample compiles under strict settings", (t) => {
  const folder = folderWithSample(t)
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'es2024',
    module: 'nodenext',
    types: ['node'],
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const tsc = join(root, 'node_modules', '.bin', 'tsc')
  const { stdout, status } = output(() => execFileSync(tsc, ['-p', folder], { encoding: 'utf8' }))
  assert.deepEqual([status, stdout], [0, ''])
})

/** What a command said, whether or not it failed. */
function output(command: () => string): { stdout: string; status: number } {
  try {
    return { stdout: command(), status: 0 }
  } catch (error) {
    const { stdout, status } = error as { stdout: string; status: number }
    return { stdout, status }
  }
}
