import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { chromium, django, otherRuntime, strace } from '../support/requirements.ts'

/** A folder that is the whole PATH, and an environment that asks for nothing; both are undone after the test. */
function emptyMachine(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-'))
  const before = { ...process.env }
  t.after(() => {
    process.env = before
    rmSync(folder, { recursive: true })
  })
  process.env = { PATH: folder }
  return folder
}

function program(folder: string, name: string): string {
  const path = join(folder, name)
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, 0o755)
  return path
}

test('strace is found on the PATH', (t) => {
  const path = program(emptyMachine(t), 'strace')
  assert.deepEqual(strace(), { path })
})

test('a missing strace is a reason to skip', (t) => {
  emptyMachine(t)
  assert.deepEqual(strace(), { skip: 'no strace was found' })
})

test('a missing strace is an error where it is required', (t) => {
  emptyMachine(t)
  process.env.POSTERN_REQUIRE_STRACE = '1'
  assert.throws(strace, /no strace was found, and POSTERN_REQUIRE_STRACE says that it has to be there/)
})

test('a strace that may not trace is as good as none', (t) => {
  const path = program(emptyMachine(t), 'strace')
  writeFileSync(path, '#!/bin/sh\nexit 1\n')
  assert.deepEqual(strace(), { skip: 'strace may not trace processes here' })
  process.env.POSTERN_REQUIRE_STRACE = '1'
  assert.throws(strace, /strace may not trace processes here, and POSTERN_REQUIRE_STRACE says/)
})

test('CHROMIUM_PATH goes before every other Chromium', (t) => {
  const path = program(emptyMachine(t), 'my-chromium')
  process.env.CHROMIUM_PATH = path
  assert.deepEqual(chromium(), { path })
})

test('a CHROMIUM_PATH that names no program is an error, not a skip', (t) => {
  const folder = emptyMachine(t)
  process.env.CHROMIUM_PATH = join(folder, 'nothing')
  assert.throws(chromium, /CHROMIUM_PATH is .*nothing, which is not a program/)
})

for (const name of ['bun', 'deno'] as const) {
  test(`${name} is found on the PATH or where its variable says, and missing it is a reason to skip`, (t) => {
    const folder = emptyMachine(t)
    const variable = `${name.toUpperCase()}_PATH`
    assert.deepEqual(otherRuntime(name), { skip: `no ${name} was found (${variable} names one)` })
    const path = program(folder, name)
    assert.deepEqual(otherRuntime(name), { path })
    process.env[variable] = program(folder, 'another')
    assert.deepEqual(otherRuntime(name), { path: join(folder, 'another') })
    process.env[variable] = join(folder, 'gone')
    assert.throws(() => otherRuntime(name), /which is not a program/)
  })
}

test('a Django is where DJANGO_PATH says, and missing it or its python3 is a reason to skip', (t) => {
  const folder = emptyMachine(t)
  assert.deepEqual(django(), { skip: 'no Django was found (DJANGO_PATH names one)' })
  process.env.DJANGO_PATH = folder
  assert.throws(django, /DJANGO_PATH is .*, which holds no django/)
  mkdirSync(join(folder, 'django'))
  writeFileSync(join(folder, 'django', '__init__.py'), '')
  assert.deepEqual(django(), { skip: 'no python3 was found' })
  program(folder, 'python3')
  assert.deepEqual(django(), { path: folder })
})

test('a missing Django is an error where it is required', (t) => {
  emptyMachine(t)
  process.env.POSTERN_REQUIRE_DJANGO = '1'
  assert.throws(django, /no Django was found .*, and POSTERN_REQUIRE_DJANGO says that it has to be there/)
})
