/** The session at the end of a request: what is stored and which cookie goes out, through `open` and `close`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { login } from '../../src/auth/login.ts'
import { SessionClosed, SessionInterrupted, StoreUnavailable } from '../../src/errors.ts'
import type { HeaderPair } from '../../src/kernel/answer.ts'
import { parseUrlEncoded } from '../../src/kernel/forms.ts'
import type { IncomingRequest } from '../../src/kernel/incoming-request.ts'
import { HeldSessions } from '../support/held-sessions.ts'
import { type TestPostern, testPostern } from '../support/postern.ts'

function incoming(key?: string): IncomingRequest {
  const headers: Record<string, string | undefined> = { cookie: key === undefined ? undefined : `sessionid=${key}` }
  return {
    method: 'GET',
    url: '/',
    prefix: '',
    scheme: 'http',
    host: 'localhost',
    header: (name) => headers[name],
    form: async () => parseUrlEncoded(''),
    json: async () => null,
  }
}

/** The session cookie that the browser is left with: its value, `''` when it is deleted, undefined when none goes out. */
function sentKey(pairs: readonly HeaderPair[]): string | undefined {
  const cookies = pairs.filter(([name, value]) => name === 'Set-Cookie' && value.startsWith('sessionid='))
  return /^sessionid="?([^;"]*)/.exec(cookies.at(-1)?.[1] ?? '')?.[1]
}

async function signedIn({ auth, alice }: TestPostern): Promise<string> {
  const request = await auth.open(incoming())
  await login(request, alice)
  return sentKey(await auth.close(request, 200)) ?? ''
}

async function whoHas({ auth }: TestPostern, key: string | undefined): Promise<string> {
  return String((await auth.open(incoming(key))).user)
}

test('a session that was saved by hand sends its cookie', async () => {
  const { auth } = await testPostern()
  const request = await auth.open(incoming())
  request.session.set('a', 1)
  await request.session.save()
  const key = sentKey(await auth.close(request, 200))
  assert.equal((await auth.open(incoming(key))).session.get('a'), 1)
})

test('a login that was saved by hand sends the new key, whatever becomes of the answer', async () => {
  for (const status of [200, 302, 500]) {
    const postern = await testPostern()
    const request = await postern.auth.open(incoming())
    await login(request, postern.alice)
    await request.session.save()
    assert.equal(await whoHas(postern, sentKey(await postern.auth.close(request, status))), 'alice', String(status))
  }
})

test('after a failure the cookie has the key that the store has, not the one that was on its way', async () => {
  const postern = await testPostern()
  const request = await postern.auth.open(incoming(await signedIn(postern)))
  request.session.set('a', 1)
  await request.session.save()
  request.session.cycleKey()
  assert.equal(await whoHas(postern, sentKey(await postern.auth.close(request, 500))), 'alice')
})

test('what a failed request wrote is not kept, and its login neither', async () => {
  const postern = await testPostern()
  const request = await postern.auth.open(incoming())
  await login(request, postern.alice)
  assert.equal(sentKey(await postern.auth.close(request, 500)), undefined)
  assert.equal(await whoHas(postern, request.session.sessionKey ?? ''), 'AnonymousUser')
})

test('a flush that nobody awaits is waited for, and the cookie goes', async () => {
  const held = new HeldSessions()
  const postern = await testPostern({ database: held.database })
  for (const status of [200, 500]) {
    const key = await signedIn(postern)
    const request = await postern.auth.open(incoming(key))
    held.hold()
    void request.session.flush()
    let answered = false
    const closing = Promise.resolve(postern.auth.close(request, status)).then((pairs) => {
      answered = true
      return pairs
    })
    await held.reached
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(answered, false, 'the answer has to wait')
    held.release()
    assert.equal(sentKey(await closing), '', `${status}: the cookie is deleted`)
    assert.equal(await whoHas(postern, key), 'AnonymousUser')
  }
})

test('a flush that nobody awaits and that fails makes the answer fail, with no cookie touched', async () => {
  const held = new HeldSessions()
  const postern = await testPostern({ database: held.database })
  const key = await signedIn(postern)
  const request = await postern.auth.open(incoming(key))
  held.hold()
  void request.session.flush()
  const closing = Promise.resolve(postern.auth.close(request, 200))
  closing.catch(() => {})
  await held.reached
  held.fail()
  await assert.rejects(closing, StoreUnavailable)
  assert.equal(await whoHas(postern, key), 'alice')
})

test('a save that nobody awaits is waited for and sends its cookie', async () => {
  const held = new HeldSessions()
  const postern = await testPostern({ database: held.database })
  const request = await postern.auth.open(incoming())
  held.hold()
  request.session.set('a', 1)
  void request.session.save()
  request.session.set('b', 2)
  const closing = Promise.resolve(postern.auth.close(request, 200))
  await held.reached
  held.release()
  const { session } = await postern.auth.open(incoming(sentKey(await closing)))
  assert.deepEqual(session.entries(), [
    ['a', 1],
    ['b', 2],
  ])
})

test('while the answer stores the session, a late change is refused instead of lost', async () => {
  const held = new HeldSessions()
  const postern = await testPostern({ database: held.database })
  const request = await postern.auth.open(incoming())
  const { session } = request
  session.set('a', 1)
  held.hold()
  const closing = Promise.resolve(postern.auth.close(request, 200))
  await held.reached
  assert.throws(() => session.set('b', 2), SessionClosed)
  await assert.rejects(session.save(), SessionClosed)
  held.release()
  const key = sentKey(await closing)
  assert.deepEqual((await postern.auth.open(incoming(key))).session.entries(), [['a', 1]])
  await session.flush()
  assert.deepEqual((await postern.auth.open(incoming(key))).session.entries(), [], 'a late flush ends it all the same')
})

test('logging in again survives that the session was ended in another tab meanwhile', async () => {
  const postern = await testPostern()
  const key = await signedIn(postern)
  const request = await postern.auth.open(incoming(key))
  await login(request, postern.alice)
  const other = await postern.auth.open(incoming(key))
  await other.session.flush()
  assert.equal(sentKey(await postern.auth.close(other, 200)), '')
  assert.equal(await whoHas(postern, sentKey(await postern.auth.close(request, 200))), 'alice')
  assert.equal(await whoHas(postern, key), 'AnonymousUser')
})

test('a request whose session was ended meanwhile is refused, saved by hand or not', async () => {
  const postern = await testPostern()
  for (const byHand of [true, false]) {
    const key = await signedIn(postern)
    const request = await postern.auth.open(incoming(key))
    request.session.set('a', 1)
    const other = await postern.auth.open(incoming(key))
    await other.session.flush()
    if (byHand) await assert.rejects(request.session.save(), SessionInterrupted)
    await assert.rejects(async () => postern.auth.close(request, 200), SessionInterrupted)
    assert.equal(await whoHas(postern, key), 'AnonymousUser')
  }
})
