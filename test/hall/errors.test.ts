import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as errors from '../../src/errors.ts'

const all: [errors.PosternError, code: string, status: number][] = [
  [new errors.ConfigurationError('x'), 'ERR_CONFIGURATION', 500],
  [new errors.StoreUnavailable(), 'ERR_STORE_UNAVAILABLE', 503],
  [new errors.Overloaded('x', 3), 'ERR_OVERLOADED', 503],
  [new errors.SessionInterrupted(), 'ERR_SESSION_INTERRUPTED', 400],
  [new errors.SessionClosed(), 'ERR_SESSION_CLOSED', 500],
  [new errors.RequestError(413, 'x'), 'ERR_REQUEST', 413],
  [new errors.BadSignature('x'), 'ERR_BAD_SIGNATURE', 400],
  [new errors.SignatureExpired('x'), 'ERR_SIGNATURE_EXPIRED', 400],
  [new errors.NoReverseMatch('x'), 'ERR_NO_REVERSE_MATCH', 500],
  [new errors.PermissionDenied(), 'ERR_PERMISSION_DENIED', 403],
  [new errors.UserExists(), 'ERR_USER_EXISTS', 409],
  [new errors.TemplateError('x'), 'ERR_TEMPLATE', 500],
]

for (const [error, code, status] of all) {
  test(`${error.name} has a stable code, a status and its own name`, () => {
    assert.ok(error instanceof errors.PosternError)
    assert.deepEqual([error.code, error.statusCode, error.constructor.name], [code, status, error.name])
    assert.match(String(error), new RegExp(`^${error.name}: .`))
    assert.equal(Object.hasOwn(error, 'cause'), false)
  })
}

test('no two errors have one code', () => {
  assert.equal(new Set(all.map(([error]) => error.code)).size, all.length)
})

test('those that ask for patience say how long, in seconds', () => {
  assert.deepEqual(new errors.StoreUnavailable().headers, { 'Retry-After': '2' })
  assert.deepEqual(new errors.Overloaded('x', 7).headers, { 'Retry-After': '7' })
  assert.deepEqual(new errors.SessionInterrupted().headers, {})
})

test('a cause is kept, and is not in the message', () => {
  const cause = new Error('ECONNREFUSED 10.0.0.7')
  const error = new errors.StoreUnavailable(undefined, cause)
  assert.equal(error.cause, cause)
  assert.doesNotMatch(error.message, /10\.0\.0\.7/)
})

test('an expired signature is a bad one for whoever does not care why', () => {
  assert.ok(new errors.SignatureExpired('x') instanceof errors.BadSignature)
})
