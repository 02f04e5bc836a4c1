import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { read, root } from '../support/project-files.ts'

interface Manifest {
  readonly version: string
  readonly license: string
  readonly type: string
  readonly files: readonly string[]
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>
}

interface Lock {
  readonly version: string
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>
}

const manifest = JSON.parse(read('package.json')) as Manifest
const lock = JSON.parse(read('package-lock.json')) as Lock

test('every export is one file of src that is built under the same name', () => {
  const entries = Object.entries(manifest.exports).filter(([key]) => !/^\.\/(?:package\.json$|schema\/)/.test(key))
  assert.ok(entries.length > 0)
  for (const [key, target] of entries) {
    const name = key === '.' ? 'index' : key.slice(2)
    assert.deepEqual(target, { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` })
    assert.ok(existsSync(join(root, 'src', `${name}.ts`)), `src/${name}.ts is missing`)
  }
})

test('every file of schema can be imported: types from the file itself, code as it is built', () => {
  const entries = Object.entries(manifest.exports).filter(([key]) => key.startsWith('./schema/'))
  const wanted = readdirSync(join(root, 'schema')).flatMap((file): [string, unknown][] => {
    const [, name] = /^(drizzle-\w+)\.ts$/.exec(file) ?? []
    if (name === undefined) return []
    return [[`./schema/${name}`, { types: `./schema/${name}.ts`, default: `./dist/schema/${name}.js` }]]
  })
  assert.equal(wanted.length, 3)
  assert.deepEqual(
    Object.fromEntries(entries),
    Object.fromEntries([...wanted, ['./schema/*.prisma', './schema/*.prisma']]),
  )
})

test('dependencies are exact versions, and the lockfile has just these', () => {
  const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
  assert.ok(all.length > 0)
  assert.equal(lock.version, manifest.version)
  for (const [name, version] of all) {
    assert.match(version, /^\d+\.\d+\.\d+(?:-[\w.-]+)?$/, name)
    assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name)
  }
})

test('what runs natively is in the lockfile for every platform', () => {
  const native = Object.entries(lock.packages).filter(([path]) =>
    /^node_modules\/(?:@biomejs\/cli|@typescript\/typescript)-/.test(path),
  )
  for (const platform of ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64', 'win32-x64']) {
    for (const tool of ['@biomejs/cli', '@typescript/typescript']) {
      const found = native.find(([path]) => path === `node_modules/${tool}-${platform}`)
      assert.equal(found?.[1].optional, true, `${tool}-${platform}`)
    }
  }
})

test('peers are optional', () => {
  const peers = Object.keys(manifest.peerDependencies)
  assert.ok(peers.length > 0)
  for (const name of peers) assert.equal(manifest.peerDependenciesMeta[name]?.optional, true, name)
})

test('what is published is there', () => {
  assert.equal(manifest.license, 'MIT')
  assert.match(read('LICENSE'), /^MIT License\n\nCopyright \(c\) \d{4} The Postern contributors\n/)
  for (const file of manifest.files) if (file !== 'dist') assert.ok(existsSync(join(root, file)), `${file} is missing`)
})
