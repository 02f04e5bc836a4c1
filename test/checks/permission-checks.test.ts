/** Django's checks of permissions (auth_tests/test_checks.py, ModelsPermissionsChecksTests), on declarations. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DeclaredPermissions, permissionChecks } from '../../src/checks/permission-checks.ts'

const found = (declared: DeclaredPermissions): string[] =>
  [...permissionChecks(declared)].map(({ id, message }) => `${id.replace('postern.', '')} ${message}`)
const permission = (codename: string, name = 'Can', app = 'shop') => ({ app, codename, name })

test('nothing declared, and what fits, is right', () => {
  assert.deepEqual(found({}), [])
  const permissions = [
    permission('x'.repeat(100), 'x'.repeat(255)),
    permission('publish'),
    permission('publish', '', 'blog'),
  ]
  assert.deepEqual(found({ permissions, models: { 'shop.order': 'x'.repeat(244) } }), [])
})

test('a codename that clashes with a built-in one (auth.E005)', () => {
  assert.deepEqual(found({ models: { 'shop.Order': 'order' }, permissions: [permission('change_order')] }), [
    "E608 There is a permission 'shop.change_order' already, which comes with the model 'shop.Order': who has the one has the other.",
  ])
})

test('a codename that is there twice (auth.E006)', () => {
  assert.deepEqual(found({ permissions: [permission('ship'), permission('ship', 'Another')] }), [
    "E608 There is a permission 'shop.ship' already, declared in permissions: who has the one has the other.",
  ])
})

test('names and codenames that are too long, of a model (auth.E007, E011) and of a permission (auth.E008, E012)', () => {
  assert.deepEqual(found({ models: { [`shop.${'m'.repeat(94)}`]: 'x'.repeat(245) } }), [
    `E607 The codename of the permission of the model 'shop.${'m'.repeat(94)}' has 101 characters, and its column 100.`,
    `E607 The name of the permission of the model 'shop.${'m'.repeat(94)}' has 256 characters, and its column 255.`,
  ])
  assert.deepEqual(found({ permissions: [permission('c'.repeat(101), 'n'.repeat(256))] }), [
    `E607 The codename of the permission 'shop.${'c'.repeat(101)}' has 101 characters, and its column 100.`,
    `E607 The name of the permission 'shop.${'c'.repeat(101)}' has 256 characters, and its column 255.`,
  ])
})
