import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messages } from '../../src/auth/messages.ts'
import { dumps, Signer, saltedHmac, TimestampSigner } from '../../src/kernel/signing.ts'
import { MemoryTokenStore } from '../../src/stores/memory/memory-token-store.ts'
import { type NewToken, OneUseTokens, type TokenPurpose } from '../../src/tokens/one-use-tokens.ts'
import { Clock, SECRET_KEY } from '../support/postern.ts'
import { site } from '../support/site.ts'

const NEW: NewToken = { purpose: 'confirm_email', userId: '7', bound: ['alice@site.example'], maxAge: 3600 }

function rig(more: { key?: string; fallbackKeys?: readonly string[]; store?: MemoryTokenStore; clock?: Clock } = {}) {
  const { key = SECRET_KEY, fallbackKeys = [], store = new MemoryTokenStore(), clock = new Clock() } = more
  return { tokens: new OneUseTokens({ key, fallbackKeys, store, now: clock.now }), store, clock }
}

test('a token says whose it is, and fits a path of a URL as it is', () => {
  const { tokens } = rig()
  for (const userId of ['7', '-1', '9f3a4c1e-7f0e-4a43-9f55-0d1f0c1f6b60', 'zoë@site.example', 'a.b.c', '']) {
    const token = tokens.make({ ...NEW, userId })
    assert.match(token, /^[A-Za-z0-9._-]+$/)
    assert.equal(tokens.read('confirm_email', token)?.userId, userId)
  }
})

test('a token is good until its time, to the second', () => {
  const { tokens, clock } = rig()
  const token = tokens.make(NEW)
  clock.pass(3599.999)
  assert.notEqual(tokens.read('confirm_email', token), null)
  clock.pass(0.001)
  assert.equal(tokens.read('confirm_email', token), null)
})

test('a token is bound to what it was made with: every part of it, in its order, and to the user', () => {
  const { tokens } = rig()
  const read = tokens.read('confirm_email', tokens.make({ ...NEW, bound: ['a', 'b'] }))
  assert.equal(read?.isBoundTo('a', 'b'), true)
  for (const other of [[], ['a'], ['b', 'a'], ['ab'], ['a', 'b', ''], ['a,b'], ['a","b'], ['A', 'b'], ['ａ', 'b']]) {
    assert.equal(read?.isBoundTo(...other), false, JSON.stringify(other))
  }
  const digest = (userId: string): string => tokens.make({ ...NEW, userId }).split('.')[2] ?? ''
  assert.notEqual(digest('7'), digest('8'))
})

test('of 50 callers at once exactly one uses a token, and it is used from then on', async () => {
  const { tokens, clock } = rig()
  const token = tokens.read('confirm_email', tokens.make(NEW))
  assert.ok(token)
  assert.equal(await tokens.isRedeemed(token), false)
  const done = await Promise.all(Array.from({ length: 50 }, async () => tokens.redeem(token)))
  assert.equal(done.filter(Boolean).length, 1)
  clock.pass(3599)
  assert.equal(await tokens.isRedeemed(token), true)
  assert.equal(await tokens.redeem(token), false)
})

test('what was used is not forgotten before the token is too old, by a clock that is an hour ahead either', async () => {
  const { tokens, store, clock } = rig()
  const token = tokens.read('confirm_email', tokens.make(NEW))
  assert.ok(token)
  await tokens.redeem(token)
  assert.equal(store.clearExpired(clock.now() + 2 * 3_600_000 - 1), 0)
  assert.equal(await tokens.redeem(token), false)
  assert.equal(store.clearExpired(clock.now() + 2 * 3_600_000), 1)
})

test('the token itself is not in what the store keeps', async () => {
  const kept: string[] = []
  class Watched extends MemoryTokenStore {
    override redeem(...given: Parameters<MemoryTokenStore['redeem']>): boolean {
      kept.push(JSON.stringify(given))
      return super.redeem(...given)
    }
  }
  const { tokens } = rig({ store: new Watched() })
  const text = tokens.make(NEW)
  const token = tokens.read('confirm_email', text)
  assert.ok(token)
  await tokens.redeem(token)
  assert.equal(kept.length, 1)
  for (const part of text.split('.').slice(2)) assert.ok(!kept.join().includes(part))
  assert.match(kept.join(), /"hash":"[0-9a-f]{64}"/)
})

test('a token with any character changed, left out or added is none', () => {
  const { tokens } = rig()
  const token = tokens.make(NEW)
  const others = new Set<string>([
    '',
    '.',
    '...',
    `${token}.`,
    `.${token}`,
    `${token}\n`,
    ` ${token}`,
    token.repeat(2),
    'a'.repeat(5_000_000),
  ])
  for (let at = 0; at < token.length; at++) {
    others.add(token.slice(0, at) + token.slice(at + 1))
    for (const character of 'aB3-_.=') others.add(token.slice(0, at) + character + token.slice(at + 1))
    for (const character of 'A.\ud800') others.add(token.slice(0, at) + character + token.slice(at))
  }
  others.delete(token)
  for (const other of others) assert.equal(tokens.read('confirm_email', other), null, other.slice(0, 200))
})

test('a token of an older secret key is good while that is a fallback, and of another key never', () => {
  const old = rig({ key: 'the-key-before-this-one-0123456789-abcdef' }).tokens.make(NEW)
  const read = (fallbackKeys: readonly string[]) => rig({ fallbackKeys }).tokens.read('confirm_email', old)
  assert.equal(read(['the-key-before-this-one-0123456789-abcdef'])?.isBoundTo('alice@site.example'), true)
  assert.equal(read(['another-key']), null)
  assert.equal(read([]), null)
})

test('a token for one purpose is good for no other', () => {
  const { tokens } = rig()
  const purposes: readonly TokenPurpose[] = ['confirm_email', 'claim_account', 'another_purpose' as TokenPurpose]
  for (const made of purposes) {
    for (const read of purposes) {
      const token = tokens.read(read, tokens.make({ ...NEW, purpose: made }))
      assert.equal(token?.purpose, made === read ? made : undefined, `${made} read as ${read}`)
    }
  }
})

test('a turn is for one caller in so many seconds, each for what it is about', async () => {
  const { tokens, clock } = rig()
  const take = (what: string) => tokens.takeTurn(what, 300)
  const done = await Promise.all(Array.from({ length: 50 }, async () => take('mail:alice')))
  assert.equal(done.filter(Boolean).length, 1)
  assert.equal(await take('mail:bob'), true)
  clock.pass(299)
  assert.equal(await take('mail:alice'), false)
  clock.pass(1)
  assert.equal(await take('mail:alice'), true)
})

test('nothing else that is signed with the secret key is a token', async (t) => {
  const world = await site(
    t,
    { messages: { storage: 'cookie' } },
    {
      '/say': (_req, res, request) => {
        messages.success(request, 'hello')
        request.session.set('a', 'b')
        res.end()
      },
    },
  )
  const browser = world.visitor()
  await browser.get('/accounts/login/')
  await browser.get('/say')
  const session = await world.auth.sessions.store.load(
    world.auth.sessions.storedKey(browser.cookies.get('sessionid') ?? ''),
    world.clock.now(),
  )
  const [value = ''] = /^[^.]*\.[^.]*\.[^.]*/.exec(world.auth.tokens.make(NEW)) ?? []
  const foreign = [
    world.auth.resetTokens.makeToken(world.alice),
    browser.cookies.get('messages'),
    browser.cookies.get('csrftoken'),
    browser.cookies.get('sessionid'),
    session?.data,
    dumps(['7', 'x'], { key: SECRET_KEY }),
    new Signer({ key: SECRET_KEY, sep: '.' }).sign(value),
    new Signer({ key: SECRET_KEY, sep: '.', salt: 'postern.tokens.' }).sign(value),
    new TimestampSigner({ key: SECRET_KEY, sep: '.' }).sign(value),
    `${value}.${saltedHmac('django.contrib.auth.tokens.PasswordResetTokenGenerator', value, SECRET_KEY).toString('base64url')}`,
  ]
  for (const text of foreign) {
    assert.ok(text)
    assert.equal(world.auth.tokens.read('confirm_email', text), null, text)
  }
  const own = new Signer({ key: SECRET_KEY, sep: '.', salt: 'postern.tokens.confirm_email' }).sign(value)
  assert.equal(world.auth.tokens.read('confirm_email', own)?.userId, '7', 'the test would see one')
})

test('a token is no session, no message and no CSRF token', async (t) => {
  const world = await site(t)
  const token = world.auth.tokens.make({ ...NEW, userId: String(world.alice.id) })
  const browser = world.visitor()
  for (const name of ['sessionid', 'messages', 'csrftoken']) browser.cookies.set(name, token)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
  assert.doesNotMatch((await browser.get('/accounts/login/')).body, /class="messages"/)
  assert.equal(
    (await browser.send('/accounts/login/', { method: 'POST', form: { csrfmiddlewaretoken: token } })).status,
    403,
  )
  assert.equal(world.auth.sessions.payloads.decode(token), null)
})
