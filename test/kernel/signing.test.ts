import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { BadSignature, SignatureExpired } from '../../src/errors.ts'
import { base64urlEncode } from '../../src/kernel/bytes.ts'
import { dumps, loads, Signer, saltedHmac, TimestampSigner } from '../../src/kernel/signing.ts'

const key = 'vector-secret-key-0123456789-abcdefghijklmnopqrstuvwxyz'
const olderKey = 'older-secret-key-still-a-fallback'
const now = 1760000000

test('HMACs are those of Django', () => {
  assert.equal(saltedHmac('', '', '', 'sha1').toString('hex'), '43baf8f1307761ba1a5d0a2bd90cd7916573ed2a')
  assert.equal(
    saltedHmac('django.core.signing.Signersigner', 'hello', key).toString('hex'),
    'b689a380096893345737951e8744b8142e5f7f9195f63a6d56a007c936d1ca3d',
  )
  assert.equal(
    saltedHmac('s', 'v', 'k', 'sha512').toString('hex'),
    '04b4e84381822e4615463c8bf6ae2732b24ad9c87313eb9a0e88b22a40f46e6d' +
      'c9ee40a117cf0e2159f72e25e71d29c749b00d4459eb7d37b00b8533552f2b15',
  )
})

test('HMACs stay right when more keys were derived than are kept', () => {
  const before = saltedHmac('django.core.signing.Signersigner', 'hello', key).toString('hex')
  const all = new Set<string>()
  for (let i = 0; i < 1000; i++) all.add(saltedHmac(`salt ${i}`, 'v', key).toString('hex'))
  assert.equal(all.size, 1000)
  assert.equal(saltedHmac('django.core.signing.Signersigner', 'hello', key).toString('hex'), before)
})

test('a signed text is that of Django', () => {
  const signer = new Signer({ key })
  assert.equal(signer.sign(''), ':IfmNPd0c-q5LceDD0H7PcpANeV38yvVxT4XFiAHbF7Y')
  assert.equal(signer.sign('a:b:c'), 'a:b:c:uTR7QtopzWehrwJRobXjyr8f0Cbzv6fNoWg1NQD0V7c')
  assert.equal(signer.unsign('a:b:c:uTR7QtopzWehrwJRobXjyr8f0Cbzv6fNoWg1NQD0V7c'), 'a:b:c')
  assert.equal(signer.signature('a:b:c'), 'uTR7QtopzWehrwJRobXjyr8f0Cbzv6fNoWg1NQD0V7c')
})

test('every change of a signed text is noticed', () => {
  const signer = new Signer({ key })
  const signed = signer.sign('hello')
  for (let i = 0; i < signed.length; i++) {
    const changed = `${signed.slice(0, i)}${signed.charAt(i) === 'A' ? 'B' : 'A'}${signed.slice(i + 1)}`
    assert.throws(() => signer.unsign(changed), BadSignature, changed)
  }
  for (const text of ['', ':', 'hello', 'hello:', signed.slice(0, -1), `${signed}=`, ` ${signed}`, 'é:é', '\ud800:x']) {
    assert.throws(() => signer.unsign(text), BadSignature, text)
  }
})

test('another salt or key does not verify', () => {
  const signed = new Signer({ key, salt: 'one' }).sign('hello')
  assert.throws(() => new Signer({ key, salt: 'two' }).unsign(signed), BadSignature)
  assert.throws(() => new Signer({ key: olderKey, salt: 'one' }).unsign(signed), BadSignature)
})

test('a fallback key verifies and does not sign', () => {
  const signed = new Signer({ key: olderKey }).sign('hello')
  const rotated = new Signer({ key, fallbackKeys: ['a third', olderKey] })
  assert.equal(rotated.unsign(signed), 'hello')
  assert.notEqual(rotated.sign('hello'), signed)
})

test('a text with lone surrogates is neither signed nor taken for another', () => {
  const signer = new Signer({ key })
  assert.throws(() => signer.sign('\ud800'), TypeError)
  assert.throws(() => signer.unsign(signer.sign('\ufffd').replace('\ufffd', '\ud800')), BadSignature)
})

test('a signer without key, or with a separator that signatures may contain, is a mistake', () => {
  assert.throws(() => new Signer({ key: '' }), TypeError)
  for (const sep of ['', '-', 'a', '_=', '^']) assert.throws(() => new Signer({ key, sep }), TypeError, sep)
  const signer = new Signer({ key, sep: '::' })
  assert.equal(signer.unsign(signer.sign('a::b')), 'a::b')
})

test('a text signed with the time is that of Django', () => {
  const signer = new TimestampSigner({ key })
  assert.equal(signer.timestamp(now + 0.9), '1v6mOm')
  assert.equal(signer.sign('', now), ':1v6mOm:SOtZZ7IH6QDwE2PfR-2qKBcWU_LPxC9dGr8JurqGR8w')
  assert.equal(signer.sign('a:b:c', now), 'a:b:c:1v6mOm:nFkZTQ6akF8EfFle-QNIE1AXrPyHCMIp5LISNVqK-GM')
  assert.equal(signer.unsign('hello:1v6mOm:jCak8-zxow7T8tEqhXmxQOSwZtwqSJAHMRjVJmqm6c0'), 'hello')
})

test('a signature ends when it is older than its age, not at it', () => {
  const signer = new TimestampSigner({ key })
  const signed = signer.sign('hello', now)
  assert.equal(signer.unsign(signed, { maxAge: 10, now: now + 10 }), 'hello')
  assert.throws(() => signer.unsign(signed, { maxAge: 10, now: now + 10.1 }), SignatureExpired)
  assert.equal(signer.unsign(signed, { maxAge: 10, now: now - 100 }), 'hello')
  assert.equal(signer.unsign(signed, { now: now + 1e9 }), 'hello')
})

test('without a time of its own a signer takes the clock', () => {
  const signer = new TimestampSigner({ key })
  assert.equal(signer.unsign(signer.sign('hello'), { maxAge: 60 }), 'hello')
  assert.throws(() => signer.unsign(signer.sign('hello', now), { maxAge: 60 }), SignatureExpired)
})

test('a time that is missing or none is a bad signature even where the signature is right', () => {
  const options = { key, salt: 'same' }
  const plain = new Signer(options)
  for (const value of ['hello', 'hello:', 'hello:!', 'hello:1v6mOm ']) {
    assert.throws(() => new TimestampSigner(options).unsign(plain.sign(value)), BadSignature, value)
  }
})

test('signed JSON is that of Django', () => {
  assert.equal(
    dumps('hello', { key, salt: 'my.salt', now }),
    'ImhlbGxvIg:1v6mOm:0EXIL3tCl5f8eL-xUW7T55DPJCgFmKXJ_yJW811rT6U',
  )
  assert.equal(dumps(1, { key, compress: true, now }), 'MQ:1v6mOm:dr6-iUbBRnsTpqkjWLlhbFrgJXdYFl7inQa-J5kY5ss')
  assert.equal(
    dumps({ a: 'é' }, { key, now }),
    'eyJhIjoiXHUwMGU5In0:1v6mOm:cBZjue_9wPc9WxgF8Z233WwOFOipU5uvABU9PNYXStg',
  )
})

test('signed JSON of Django is read, compressed or not', () => {
  const text = 'eyJhIjoxfQ:1v6mOm:9BgAW5GybAH_TeDlE7Xh-omRKzWZr0fEMcLEN6LS7KQ'
  assert.deepEqual(loads(text, { key, fallbackKeys: [olderKey] }), { a: 1 })
  const compressed = '.eJxTqhgmQAkASYteBQ:1v6mOm:Crpoan_Xt2bX9i0GrRg7iW3BHjQXFsXbc2XchMhe43I'
  assert.equal(loads(compressed, { key, salt: 'my.salt' }), 'x'.repeat(200))
  assert.deepEqual(
    loads('.eJyrVqpQslKqJBIo1QIA8uoVGw:1v6mOm:vpvATPVMZKk90_MZliXkcQJVir_pVnl-LOmxAYboEj4', { key: 'k' }),
    { x: 'y'.repeat(40) },
  )
})

test('JSON is compressed only where that makes it shorter', () => {
  const long = { text: 'abc '.repeat(500) }
  const text = dumps(long, { key, compress: true, now })
  assert.equal(text.charAt(0), '.')
  assert.ok(text.length < 200)
  assert.deepEqual(loads(text, { key, maxAge: 0, now }), long)
  assert.notEqual(dumps('short', { key, compress: true, now }).charAt(0), '.')
})

test('signed JSON that is too old has expired', () => {
  const text = dumps([1], { key, now })
  assert.deepEqual(loads(text, { key, maxAge: 10, now: now + 10 }), [1])
  assert.throws(() => loads(text, { key, maxAge: 10, now: now + 11 }), SignatureExpired)
})

test('a payload that inflates beyond the limit is refused without being inflated', () => {
  const bomb = new TimestampSigner({ key, salt: 'x' }).sign(
    `.${base64urlEncode(deflateSync(Buffer.alloc(20_000_000)))}`,
  )
  assert.throws(() => loads(bomb, { key, salt: 'x' }), BadSignature)
  const text = dumps('y'.repeat(1000), { key, compress: true })
  assert.throws(() => loads(text, { key, maxOutputLength: 1001 }), BadSignature)
  assert.equal(loads(text, { key, maxOutputLength: 1002 }), 'y'.repeat(1000))
})

test('what is signed and yet no payload is a bad signature', () => {
  const signer = new TimestampSigner({ key, salt: 'x' })
  for (const payload of ['', '.', '!', 'M', '.MQ', base64urlEncode('{'), `.${base64urlEncode(deflateSync('{'))}`]) {
    assert.throws(() => loads(signer.sign(payload), { key, salt: 'x' }), BadSignature, payload)
  }
})

test('neither key nor value stands in the message of an error', () => {
  try {
    loads(dumps('a value', { key, salt: 'other' }), { key })
    assert.fail('it was accepted')
  } catch (error) {
    assert.ok(error instanceof BadSignature)
    assert.doesNotMatch(error.message, new RegExp(`${key}|${base64urlEncode('a value').slice(0, 6)}`))
  }
})
