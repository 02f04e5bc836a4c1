import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, sources } from '../support/project-files.ts'
import { importsOf, violations } from './layers.ts'

const manifest = JSON.parse(read('package.json')) as {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

const packages = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)])
const entries = new Set<string>()
for (const [key, target] of Object.entries(manifest.exports)) {
  if (key !== '.' && typeof target !== 'string') entries.add(`src/${key.slice(2)}.ts`)
}

test('imports go down only', () => {
  const found: string[] = []
  let imports = 0
  for (const [file, text] of sources()) {
    const specifiers = importsOf(text)
    imports += specifiers.length
    found.push(...violations(file, specifiers, entries, packages))
  }
  assert.notEqual(imports, 0, 'the guard saw no imports')
  assert.deepEqual(found, [])
})

test('every way of writing an import is seen', () => {
  const text = [
    "import { a } from './a.ts'",
    "import type { B } from './b.ts'",
    'import {',
    '  type C,',
    '  c,',
    "} from './c.ts'",
    "import * as d from './d.ts'",
    "import e, { f } from './e.ts'",
    "import './f.ts'",
    "export { g } from './g.ts'",
    "export type { H } from './h.ts'",
    "export * from './i.ts'",
    "export type J = import('./j.ts').J",
    "const k = await import('./k.ts')",
    "/** import { no } from './no.ts' */",
    "// import './no.ts'",
    'export interface Plain {}',
  ].join('\n')
  assert.deepEqual(
    importsOf(text).sort(),
    [...'abcdefghijk'].map((name) => `./${name}.ts`),
  )
  assert.throws(() => importsOf('import data from "./data.json"'), /1 imports are written and 0 were understood/)
})

const cases: readonly (readonly [file: string, specifier: string, allowed: boolean])[] = [
  ['src/kernel/forms.ts', '../errors.ts', true],
  ['src/events.ts', './kernel/incoming-request.ts', true],
  ['src/kernel/forms.ts', '../django/auth-keys.ts', false],
  ['src/users/user-store.ts', '../sessions/session.ts', false],
  ['src/auth/logout.ts', '../sessions/session.ts', true],
  ['src/auth/logout.ts', '../views/logout-view.ts', false],
  ['src/csrf/csrf-check.ts', '../messages/messages.ts', false],
  ['src/views/pages/form-page.ts', '../forms/form.ts', true],
  ['src/auth/logout.ts', '../database.ts', false],
  ['src/postern.ts', './database.ts', true],
  ['src/postern.ts', './stores/sqlite/sqlite-client.ts', false],
  ['src/index.ts', './express.ts', false],
  ['src/stores/sqlite/database.ts', '../../database.ts', true],
  ['src/stores/sqlite/database.ts', '../sql/sql-client.ts', true],
  ['src/stores/sqlite/database.ts', '../memory/memory-sessions.ts', false],
  ['src/stores/sql/sql-client.ts', '../sqlite/sqlite-client.ts', false],
  ['src/adapters/express.ts', '../stores/sql/sql-client.ts', false],
  ['src/adapters/express/middleware.ts', '../node/hold-back.ts', true],
  ['src/express.ts', './adapters/express.ts', true],
  ['src/express.ts', './node.ts', false],
  ['src/kernel/urls.ts', 'path-to-regexp', true],
  ['src/kernel/urls.ts', 'node:net', true],
  ['src/kernel/urls.ts', 'fast-check', false],
]

for (const [file, specifier, allowed] of cases) {
  test(`${file} ${allowed ? 'may' : 'may not'} import ${specifier}`, () => {
    assert.equal(violations(file, [specifier], entries, packages).length, allowed ? 0 : 1)
  })
}

test('a file in a room without a floor is refused', () => {
  assert.throws(() => violations('src/lounge/sofa.ts', ['../errors.ts'], entries, packages), /no room that has a floor/)
})
