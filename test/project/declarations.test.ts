/** What the package declares compiles for whoever looks closely: with TypeScript's own defaults, without skipLibCheck. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { tempFolder } from '../support/databases.ts'
import { read, root } from '../support/project-files.ts'

test('every entry of the package can be imported by a project that checks declarations', { timeout: 120_000 }, (t) => {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'node_modules'))
  // As installed: the package's own dependencies beside it, and those that it names as peers.
  symlinkSync(root, join(folder, 'node_modules', 'postern'))
  const { exports, name } = JSON.parse(read('package.json')) as { exports: Record<string, unknown>; name: string }
  const entries = Object.keys(exports).filter((key) => !/^\.\/(?:package\.json|schema\/)/.test(key))
  const lines = entries.map((key, at) => `import * as entry${at} from '${name}${key.slice(1)}'\nexport { entry${at} }`)
  writeFileSync(join(folder, 'consumer.ts'), lines.join('\n'))
  const options = {
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2024', 'dom'],
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['consumer.ts'] }))
  const tsc = join(root, 'node_modules', '.bin', 'tsc')
  const { status, stdout } = spawnSync(tsc, ['-p', folder], { encoding: 'utf8' })
  const ours = stdout
    .split('\n')
    .filter((line) => /dist\/|consumer\.ts/.test(line) && !/node_modules\/(?!postern)/.test(line))
  assert.deepEqual(ours, [])
  assert.ok(status === 0 || /node_modules/.test(stdout), stdout)
})
