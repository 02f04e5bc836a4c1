/** docs/checks.md has every check that there is and no other, and says what became of each of Django's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { projectFiles, read } from '../support/project-files.ts'

const docs = read('docs/checks.md')
const documented = [...docs.matchAll(/^\| (postern\.[EWI]\d{3}) \| (start|check|deploy|request|django) \| (.+) \|$/gm)]

function idsIn(filter: (file: string) => boolean): Set<string> {
  const found = new Set<string>()
  for (const [, text] of projectFiles(filter)) {
    for (const [id] of text.matchAll(/postern\.[EWI]\d{3}/g)) found.add(id)
  }
  return found
}

test('every id in the code is documented once, and no other', () => {
  const ids = documented.map(([, id]) => id)
  assert.equal(new Set(ids).size, ids.length, 'none twice')
  assert.deepEqual([...ids].sort(), [...idsIn((file) => file.startsWith('src/'))].sort())
})

test('every number is given away once, whatever its letter', () => {
  const numbers = documented.map(([, id = '']) => id.slice(-3))
  assert.deepEqual(
    numbers.filter((number, at) => numbers.indexOf(number) !== at),
    [],
  )
})

test('every id is met by a test', () => {
  const tests = projectFiles((file) => file.startsWith('test/') && !file.endsWith('documented.test.ts'))
  const all = [...tests.values()].join('\n')
  const unmet = documented
    .map(([, id = '']) => id)
    .filter((id) => !new RegExp(`\\b(?:postern\\.)?${id.slice(8)}\\b`).test(all))
  assert.deepEqual(unmet, [])
})

/** Of django/contrib/auth/checks.py and django/core/checks/security and compatibility (5.2). */
const DJANGO =
  'auth.E001 auth.E002 auth.E003 auth.W004 auth.E005 auth.E006 auth.E007 auth.E008 auth.C009 auth.C010 auth.E011 auth.E012 auth.E013 security.W001 security.W002 security.W003 security.W004 security.W005 security.W006 security.W008 security.W009 security.W010 security.W011 security.W012 security.W013 security.W014 security.W015 security.W016 security.W018 security.W019 security.W020 security.W021 security.W022 security.E023 security.E024 security.W025 security.E101 security.E102 4_0.E001'.split(
    ' ',
  )

test("what became of each of Django's checks is told, with ids that there are", () => {
  const table = docs.slice(docs.indexOf("## Django's checks"))
  const told = [...table.matchAll(/^\| ((?:[\w.]+(?:, )?)+) \| (.+) \|$/gm)]
  assert.deepEqual(told.flatMap(([, ids = '']) => ids.split(', ')).sort(), ['Django', ...DJANGO].sort())
  const known = new Set(documented.map(([, id = '']) => id.slice(8)))
  for (const [, , text = ''] of told) {
    for (const [id] of text.matchAll(/\b[EWI]\d{3}\b/g)) assert.ok(known.has(id), id)
  }
})
