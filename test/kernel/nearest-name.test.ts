import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestName } from '../../src/kernel/nearest-name.ts'

const NAMES = ['secretKey', 'session', 'database', 'loginUrl', 'loginRedirectUrl', 'csrf', 'url']

for (const [wanted, meant] of [
  ['secretkey', 'secretKey'],
  ['sesion', 'session'],
  ['sessoin', 'session'],
  ['sessions', 'session'],
  ['databse', 'database'],
  ['LoginURL', 'loginUrl'],
  ['loginRedirectURL', 'loginRedirectUrl'],
  ['crsf', 'csrf'],
  ['ulr', 'url'],
  ['csrf', 'csrf'],
  ['', undefined],
  ['x', undefined],
  ['port', undefined],
  ['completelyDifferent', undefined],
] as const) {
  test(`'${wanted}' is ${meant === undefined ? 'nothing that is near' : `probably ${meant}`}`, () => {
    assert.equal(nearestName(wanted, NAMES), meant)
  })
}

test('what is longer than any name is near to none, and costs nothing', () => {
  assert.equal(nearestName('a'.repeat(5_000_000), NAMES), undefined)
})
