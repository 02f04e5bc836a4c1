/** Signed texts in here were made by Django 5.2.18 at the second 1760000000, unless a test makes them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { type Json, SessionPayloads } from '../../src/django/session-payload.ts'
import { base64urlEncode } from '../../src/kernel/bytes.ts'
import { TimestampSigner } from '../../src/kernel/signing.ts'

const key = 'vector-secret-key-0123456789-abcdefghijklmnopqrstuvwxyz'
const olderKey = 'older-secret-key-still-a-fallback'
const salt = 'django.contrib.sessions.SessionStore'
const now = 1_760_000_000_000
const MIB = 1024 * 1024

const types =
  'eyJuIjpudWxsLCJ0Ijp0cnVlLCJmIjpmYWxzZSwiaSI6LTMsIngiOjEuNSwicyI6IiIsImwiOlsxLFsyLHt9XV0sImQiOnsiayI6InYifX0' +
  ':1v6mOm:D3m5GZ6rKoGWxmCYFZH1czGPyRPLopxKGYyksgL8Bic'
const loginUnderOlderKey =
  '.eJxVjMsOwiAUBf-FtSHhWXDp3m8g3AdSNZCUdmX8d23ShW7PzJyXSHlba9oGL2kmcRZKnH43yPjgtgO653brEntblxnkrsiDDnntxM_L4f4d' +
  '1Dzqty7GT6wtIQXNuiDaia0yzgM6UN5ECGCV5uKcj2RMYfBIupTgtcXoxPsD89I4Rg:1v6mOm:JhFY_vVnzDOOO9SVE_a6RR8jObu_4MX6WbGL-K3lje4'
const authHash = 'f367e24dcd82e2fcc47e41356bc5b1639b8b412ef5569d33feb6cd2ff8624c95'
const backend = 'django.contrib.auth.backends.ModelBackend'

function payloads(secret: string = key, fallbackKeys: readonly string[] = []): SessionPayloads {
  return new SessionPayloads({ key: secret, fallbackKeys })
}

function decoded(text: string, reader: SessionPayloads = payloads()): unknown {
  const payload = reader.decode(text)
  return payload === null ? null : (JSON.parse(payload.json) as unknown)
}

function encoded(values: Readonly<Record<string, Json>>): string {
  return payloads().encode(new Map(Object.entries(values)), now)
}

function signed(value: string): string {
  return new TimestampSigner({ key, salt }).sign(value, now / 1000)
}

/** Text that deflate cannot make shorter: signatures are as good as random. */
function noise(length: number): string {
  const signer = new TimestampSigner({ key, salt })
  let text = ''
  for (let n = 0; text.length < length; n++) text += signer.signature(String(n))
  return text
}

test('what Django wrote is read, deflated or not', () => {
  assert.deepEqual(decoded(types), { n: null, t: true, f: false, i: -3, x: 1.5, s: '', l: [1, [2, {}]], d: { k: 'v' } })
  assert.deepEqual(
    decoded('.eJyrVkpUsqpWSgIRySAiRckqGghigaAWCACZfApD:1v6mOm:a2sowsSID4AkNff9y2rxmwBF5zcXgSPxt2B45pIsfRE'),
    {
      a: { b: { c: { d: [[[[]]]] } } },
    },
  )
  assert.deepEqual(
    decoded('.eJyrVipJrShRslJKTEpWGMWjeBRjx0q1AOk0Aj8:1v6mOm:RV7FdM21TFeNVJhpz8g34_W4s7veAEBn4P1ljjtguDQ'),
    {
      text: 'abc '.repeat(200),
    },
  )
  assert.deepEqual(
    decoded('eyJhIjowLjEsImIiOjFlKzIxLCJjIjoxZS0wNywiZCI6MTAwLjB9:1v6mOm:G2wpUh8rtXxy_zKPmEninyUoYSK-IPEj8BIuwZ_Et-0'),
    {
      a: 0.1,
      b: 1e21,
      c: 1e-7,
      d: 100,
    },
  )
})

test('a megabyte that Django deflated is read', () => {
  const text = `.eJztx8sRQDAUAMBeXgXEL3SDRAU5mDF6V4P77m2faPVusUXXp2Gc5iWv-3GWerm${'7u'.repeat(1353)}7v_fbwf6G1FPg:1v6mOm:ppCGKj2KDP-k5ZSLvmsC2JGPZvfmTvZ8_6MECtAeWZE`
  assert.deepEqual(decoded(text), { text: '0123456789abcdef'.repeat(65_536) })
})

test('what is written is what Django writes, byte for byte below a kilobyte', () => {
  const values = { n: null, t: true, f: false, i: -3, x: 1.5, s: '', l: [1, [2, {}]], d: { k: 'v' } }
  assert.equal(encoded(values), types)
  assert.equal(encoded({}), 'e30:1v6mOm:ufa90LPZqM1Z7CKq6Q_jIKKF6sEZi1IvvHMCFjKzNgg')
  assert.equal(
    encoded({ _messages: '[["__json_message",0,20,"hi",""]]' }),
    'eyJfbWVzc2FnZXMiOiJbW1wiX19qc29uX21lc3NhZ2VcIiwwLDIwLFwiaGlcIixcIlwiXV0ifQ:1v6mOm:Ga4dorvFaNer4r_fWs0We5nAiAcw5FKG-AGRDssHCW0',
  )
  assert.equal(
    encoded({ n: Number.MAX_SAFE_INTEGER }),
    'eyJuIjo5MDA3MTk5MjU0NzQwOTkxfQ:1v6mOm:QEx5q4-xcZEDmWHAY-Us8CRE-dYd5MGE553OZWIACVw',
  )
})

test('text beyond ASCII is written as Django writes it, lone surrogates too', () => {
  const values = { name: 'Zoë 密码 🔑 \x7f\u2028', kéy: '</script>' }
  const text =
    'eyJuYW1lIjoiWm9cdTAwZWIgXHU1YmM2XHU3ODAxIFx1ZDgzZFx1ZGQxMSBcdTAwN2ZcdTIwMjgiLCJrXHUwMGU5eSI6Ijwvc2NyaXB0PiJ9' +
    ':1v6mOm:bDiWD7Lzj-cRKjdlwxNs-DaD2fmTZnNHmE4jKKus0no'
  assert.equal(encoded(values), text)
  assert.deepEqual(decoded(text), values)
  const lone = 'eyJsb25lIjoiXHVkODAwIn0:1v6mOm:DhX8pH0NUGR5pvxKiXiCBl_HzI213vL96jc5W8Yd4zw'
  assert.equal(encoded({ lone: '\ud800' }), lone)
  assert.deepEqual(decoded(lone), { lone: '\ud800' })
})

test('bytes beyond ASCII, which only a foreign serializer writes, are read as Django reads them', () => {
  assert.deepEqual(decoded('eyJhIjoi6SJ9:1v6mOm:6jS4gm4MdAESI3DIEyTQ8Sq03xZdBCcstqU0sbz23A0'), { a: 'é' })
  assert.deepEqual(decoded('eyJhIjoiw6kifQ:1v6mOm:B9VfpIHfz1klW3hRO_g1naIKLLv9UrLUymw2iKAOvJQ'), { a: 'Ã©' })
})

test('names that JavaScript has a meaning for are only names', () => {
  const text =
    'eyJfX3Byb3RvX18iOnsiYWRtaW4iOnRydWV9LCJjb25zdHJ1Y3RvciI6MSwidG9TdHJpbmciOiJ4IiwiYSI6MX0' +
    ':1v6mOm:pMecBPdROoezUw9aapqAG_Z9bpyFKMdIqlQx-LbpyHI'
  const payload = payloads().decode(text)
  assert.equal(payload?.json, '{"__proto__":{"admin":true},"constructor":1,"toString":"x","a":1}')
  assert.equal(payload.userId, undefined)
  const values = new Map<string, Json>([
    ['__proto__', { admin: true }],
    ['constructor', 1],
    ['toString', 'x'],
    ['a', 1],
  ])
  assert.equal(payloads().encode(values, now), text)
  assert.equal(Reflect.get({}, 'admin'), undefined)
})

test('the values that a request is decided by are taken from the payload', () => {
  const payload = payloads(olderKey).decode(loginUnderOlderKey)
  assert.deepEqual(payload, {
    json: `{"_auth_user_id":"1","_auth_user_backend":"${backend}","_auth_user_hash":"${authHash}"}`,
    userId: '1',
    backend,
    hash: authHash,
    started: undefined,
    expiry: undefined,
    epoch: 0,
    id: undefined,
  })
  const started =
    'eyJfYXV0aF91c2VyX2lkIjoiMSIsIl9wb3N0ZXJuX3N0YXJ0ZWQiOjE3NjAwMDAwMDB9:1v6mOm:VhZMceYsp5rNkNYqnBJTkd01dlALtHSH_Xel7Fpdz4U'
  assert.equal(payloads().decode(started)?.started, 1_760_000_000)
  const read = (expiry: Json): unknown => payloads().decode(encoded({ _session_expiry: expiry }))?.expiry
  assert.equal(read(60), 60)
  assert.equal(read(0), 0)
  assert.equal(read('2025-10-09T09:53:20+00:00'), '2025-10-09T09:53:20+00:00')
})

test('values of the wrong type are as good as none', () => {
  const payload = payloads().decode(
    encoded({
      _auth_user_id: 1,
      _auth_user_backend: [backend],
      _auth_user_hash: null,
      _postern_started: '1',
      _session_expiry: {},
    }),
  )
  const { userId, backend: path, hash, started, expiry } = payload ?? {}
  assert.notEqual(payload, null)
  assert.deepEqual([userId, path, hash, started, expiry], [undefined, undefined, undefined, undefined, undefined])
})

test('of a name that is there twice the last counts, for the decision and for the values', () => {
  const payload = payloads().decode(
    'eyJfYXV0aF91c2VyX2lkIjoiMSIsIl9hdXRoX3VzZXJfaWQiOiIyIn0:1v6mOm:n0_MK8rQXnMTZExty2hmZnutvnatQTevoCaK1fvwXDo',
  )
  assert.equal(payload?.userId, '2')
  assert.deepEqual(JSON.parse(payload.json), { _auth_user_id: '2' })
})

test('a fallback key reads and never writes', () => {
  const rotated = payloads(key, ['another-key', olderKey])
  assert.equal(rotated.decode(loginUnderOlderKey)?.userId, '1')
  assert.equal(payloads().decode(loginUnderOlderKey), null)
  const written = rotated.encode(new Map([['a', 1]]), now)
  assert.equal(payloads(olderKey).decode(written), null)
  assert.deepEqual(decoded(written), { a: 1 })
})

test('a change of any character is noticed', () => {
  const reader = payloads(olderKey)
  assert.notEqual(reader.decode(loginUnderOlderKey), null)
  for (let at = 0; at < loginUnderOlderKey.length; at++) {
    const other = loginUnderOlderKey[at] === 'A' ? 'B' : 'A'
    const changed = loginUnderOlderKey.slice(0, at) + other + loginUnderOlderKey.slice(at + 1)
    assert.equal(reader.decode(changed), null, changed)
  }
})

test('what is not signed for sessions with this key is nothing', () => {
  for (const [why, text] of [
    ['signature cut', 'eyJhIjoxfQ:1v6mOm:3OpGOsxGH0uKwpVkJpcHMcdsz7mfE0x42_p529QG45'],
    ['wrong salt', 'eyJhIjoxfQ:1v6mOm:9otdUfrPY7kBIWC5PYKjLGaIVADXJLhFNi7sDzRQQds'],
    ['wrong key', 'eyJhIjoxfQ:1v6mOm:rcOhJkAbKbkj5DdHEI-57PhxzHqccLKCYuUlB3e1sO0'],
    ['a session kept in a signed cookie', 'eyJhIjoxfQ:1v6mOm:t89tRuVYUTVGKd8w_HDMmAQT0rqPvEOuIBbOzGwsD0Q'],
    ['no time', 'eyJhIjoxfQ:s4kMlKwfNyMWtqZtCEDC2k4RDa6GGpTJOr6ubYGAQYE'],
    ['empty', ''],
    ['separators alone', '::'],
    ['a lone surrogate', '\ud800:1v6mOm:x'],
    ['not base64', '***:1v6mOm:9ZK4kW7Os4QFgYgqSX4Fuk6uF1pWsZ5zxip_rfEjyyc'],
    ['not deflated', '.eyJhIjoxfQ:1v6mOm:KrKwk4po71F6QUgub456c5MkDbXV_yn-MlECemKcPww'],
    ['not JSON', 'bm90IGpzb24:1v6mOm:CwyDbxStxwUQAlOGk2pWzt4k6pUf0JnqnMPZV9uK8Xs'],
    ['JSON null', 'bnVsbA:1v6mOm:8X2vuFGLYdU0fkWqY1RWJ2dw8R-8RSDkfiuRc8bHA0U'],
    ['a JSON number', 'Nw:1v6mOm:cyqiX7uLApsdaQ8DAmQm_qKJpqRIEt-w9IjEMX6kxLI'],
    ['a JSON string', 'Ingi:1v6mOm:s1nThaXnA-aEbbra5ILolZSZ8Rd3s7EzBE5rfNo4GkE'],
    ['a JSON list', 'WzFd:1v6mOm:o48GSdP0a5suGLwSR5v80j4n5SzvhcJeZlegEe3NQC8'],
  ] as const) {
    assert.equal(payloads().decode(text), null, why)
  }
})

test('a payload that inflates beyond ten megabytes is not unpacked', () => {
  const bomb = (size: number): string => signed(`.${base64urlEncode(deflateSync(`{"a":"${'x'.repeat(size)}"}`))}`)
  assert.equal(payloads().decode(bomb(11 * MIB)), null)
  assert.equal((decoded(bomb(9 * MIB)) as { a: string }).a.length, 9 * MIB)
})

test('whatever is written can be read back, however large it is', () => {
  for (const size of [1000, 1100, MIB, 10 * MIB - 8, 10 * MIB - 7]) {
    assert.deepEqual(decoded(encoded({ a: 'x'.repeat(size) })), { a: 'x'.repeat(size) }, String(size))
  }
})

test('long text is deflated where that makes it shorter, and only there', () => {
  const long = encoded({ a: 'x'.repeat(MIB) })
  assert.ok(long.startsWith('.') && long.length < 3000, `${long.length} characters`)
  assert.ok(!encoded({ a: 'x'.repeat(1000) }).startsWith('.'))
  assert.ok(!encoded({ a: noise(2000) }).startsWith('.'))
})

test('values that JSON cannot hold are an error and no broken session', () => {
  const circle: Record<string, unknown> = {}
  circle.self = circle
  for (const value of [1n, circle]) {
    assert.throws(() => payloads().encode(new Map([['a', value as Json]]), now), TypeError)
  }
})

test('the seconds of the signature are rounded down', () => {
  const seconds = (length: number): string | undefined => {
    const values = new Map([['a', 'x'.repeat(length)]])
    return payloads()
      .encode(values, now + 999)
      .split(':')[1]
  }
  assert.equal(seconds(2000), '1v6mOm')
  assert.equal(seconds(1), '1v6mOm')
  assert.equal(payloads().encode(new Map(), now + 999), 'e30:1v6mOm:ufa90LPZqM1Z7CKq6Q_jIKKF6sEZi1IvvHMCFjKzNgg')
  assert.notEqual(payloads().encode(new Map(), now + 1000), 'e30:1v6mOm:ufa90LPZqM1Z7CKq6Q_jIKKF6sEZi1IvvHMCFjKzNgg')
})

test('a text is verified once and remembered, but only its exact text', () => {
  const reader = payloads()
  const first = reader.decode(types)
  assert.notEqual(first, null)
  assert.equal(reader.decode(types), first)
  assert.equal(reader.decode(`${types} `), null)
  assert.notEqual(payloads().decode(types), first, 'what one Postern remembers is nothing to another')
})

test('neither long texts nor old ones fill the memory', () => {
  const reader = payloads()
  const packed = encoded({ a: 'a'.repeat(100_000) })
  assert.ok(packed.length < 1000)
  assert.notEqual(reader.decode(packed), reader.decode(packed), 'what was packed was long')
  const long = encoded({ a: noise(4000) })
  const payload = reader.decode(long)
  assert.notEqual(payload, null)
  assert.notEqual(reader.decode(long), payload)
  const first = reader.decode(types)
  for (let n = 0; n < 2048; n++) reader.decode(encoded({ n }))
  const again = reader.decode(types)
  assert.notEqual(again, first)
  assert.deepEqual(again, first)
})
