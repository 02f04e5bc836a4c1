import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as errors from '../../src/errors.ts'
import type { IncomingRequest } from '../../src/kernel/incoming-request.ts'
import { wantsJson } from '../../src/kernel/wants-json.ts'
import { failureAnswer } from '../../src/views/failure.ts'
import { type Refusal, refuse } from '../../src/views/refusal.ts'

function asking(headers: Readonly<Record<string, string>>): IncomingRequest {
  return {
    method: 'POST',
    url: '/',
    prefix: '',
    scheme: 'http',
    host: 'x',
    header: (name: string) => headers[name],
  } as never
}

const REFUSAL: Refusal = {
  status: 403,
  code: 'csrf',
  title: 'Forbidden',
  message: 'No <entry>.',
  reason: 'because & so',
  cure: 'Do <this>.',
  headers: { 'Retry-After': '2' },
}

for (const [what, headers, json] of [
  ['a browser', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }, false],
  ['somebody who takes anything', { accept: '*/*' }, false],
  ['somebody who says nothing', {}, false],
  ['a program that takes JSON', { accept: 'application/json' }, true],
  ['a program that takes a kind of JSON', { accept: 'application/problem+json' }, true],
  ['a browser that could read JSON too', { accept: 'application/json, text/html' }, false],
  ['a program that sends JSON', { accept: '*/*', 'content-type': 'application/json; charset=utf-8' }, true],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, false],
  ['a script of the page', { accept: '*/*', 'x-requested-with': 'XMLHttpRequest' }, true],
] as const) {
  test(`${what} is answered with ${json ? 'JSON' : 'a page'}`, () => {
    assert.equal(wantsJson(asking(headers)), json)
  })
}

test('a refusal in JSON has a stable code, the cause and the cure, and no cache keeps it', () => {
  const answer = refuse(asking({ accept: 'application/json' }), REFUSAL, false)
  assert.equal(answer.status, 403)
  assert.deepEqual(Object.fromEntries(answer.headers), {
    'Content-Type': 'application/json',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, no-store',
    'Retry-After': '2',
  })
  assert.deepEqual(JSON.parse(String(answer.body)), {
    error: { code: 'csrf', message: 'No <entry>.', reason: 'because & so', cure: 'Do <this>.' },
  })
})

test('what there is no reason for is not in the JSON', () => {
  const { status, code, title, message } = REFUSAL
  const answer = refuse(asking({ accept: 'application/json' }), { status, code, title, message }, true)
  assert.deepEqual(JSON.parse(String(answer.body)), { error: { code: 'csrf', message: 'No <entry>.' } })
})

test('a refusal as a page is escaped, and has the cure in development alone', () => {
  const candid = String(refuse(asking({}), REFUSAL, true).body)
  assert.match(
    candid,
    /<h1>Forbidden<\/h1>\n<p>No &lt;entry&gt;\.<\/p><p class="muted">Reason: because &amp; so<\/p><p class="muted">Do &lt;this&gt;\.<\/p>/,
  )
  assert.doesNotMatch(String(refuse(asking({}), REFUSAL, false).body), /Do &lt;this&gt;/)
})

for (const [error, status, code, retry] of [
  [new errors.StoreUnavailable(), 503, 'store_unavailable', '2'],
  [new errors.Overloaded('Too many.', 7), 503, 'overloaded', '7'],
  [new errors.SessionInterrupted(), 400, 'session_interrupted', undefined],
  [new errors.RequestError(400, 'Broken.'), 400, 'bad_request', undefined],
  [new errors.RequestError(413, 'Too large.'), 413, 'bad_request', undefined],
  [new errors.BadSignature('Wrong.'), 400, 'bad_signature', undefined],
  [new errors.SignatureExpired('Old.'), 400, 'signature_expired', undefined],
  [new errors.PermissionDenied(), 403, 'permission_denied', undefined],
] as const) {
  test(`${error.name} is answered with ${status} and the code ${code}`, () => {
    const answer = failureAnswer(asking({ accept: 'application/json' }), error, true)
    assert.equal(answer?.status, status)
    assert.equal(answer.headers.find(([name]) => name === 'Retry-After')?.[1], retry)
    const said = JSON.parse(String(answer.body)).error
    assert.deepEqual([said.code, said.message], [code, error.message])
  })
}

test('what is left of a body that was refused ends the connection with the answer', () => {
  const answer = failureAnswer(asking({}), new errors.RequestError(413, 'Too large.'), false)
  assert.equal(new Map(answer?.headers).get('Connection'), 'close')
})

test('the cause of a failure is for the log and never in the answer', () => {
  for (const accept of ['application/json', 'text/html']) {
    const error = new errors.StoreUnavailable(undefined, new Error('password=hunter2 at 10.0.0.7'))
    assert.doesNotMatch(String(failureAnswer(asking({ accept }), error, true)?.body), /hunter2|10\.0\.0\.7/)
  }
})

test("the application's own mistakes, and other people's errors, are not Postern's to answer", () => {
  for (const error of [
    new errors.ConfigurationError('x'),
    new errors.NoReverseMatch('x'),
    new errors.SessionClosed(),
    new errors.UserExists(),
    new Error('x'),
    Object.assign(new Error('x'), { statusCode: 418 }),
    'thrown text',
    undefined,
  ]) {
    assert.equal(failureAnswer(asking({}), error, true), undefined)
  }
})
