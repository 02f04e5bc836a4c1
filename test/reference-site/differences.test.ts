/** The list of known differences excuses what it names, and nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read } from '../support/project-files.ts'
import { differences, knownDifference } from './differences.ts'

test('a difference excuses a scenario or all its cases, and no other that begins alike', () => {
  const all = { scenario: 'logout', number: 1, why: '' }
  for (const id of ['logout', 'logout/get']) assert.equal(knownDifference(id, 'db', [all]), all, id)
  for (const id of ['logout-get', 'log', 'a/logout']) assert.equal(knownDifference(id, 'db', [all]), undefined, id)
})

test('a difference of some engines excuses nothing on the others', () => {
  const some = { scenario: 'logout', number: 1, engines: ['file', 'cache'], why: '' }
  assert.equal(knownDifference('logout', 'cache', [some]), some)
  for (const engine of ['db', 'cached_db']) assert.equal(knownDifference('logout', engine, [some]), undefined, engine)
})

test('every difference is numbered in the documentation, and there are twelve at most', () => {
  const documented = read('docs/differences.md')
  assert.ok(differences.length <= 12, `${differences.length} differences`)
  for (const { scenario, number, why } of differences) {
    assert.match(documented, new RegExp(`^(?:\\| ${number} \\||- ${number}: )`, 'm'), scenario)
    assert.notEqual(why, '', scenario)
  }
})
