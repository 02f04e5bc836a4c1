/** A session that the index of users' sessions does not know, or has under somebody else: what the session itself says counts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ModelBackend } from '../../src/auth/model-backend.ts'
import type { Database } from '../../src/database.ts'
import { sessionAuthHash } from '../../src/django/session-auth-hash.ts'
import type { Json } from '../../src/django/session-payload.ts'
import type { Browser } from '../support/browser.ts'
import { DATABASES } from '../support/databases.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { TWO_WEEKS } from '../support/session-rig.ts'
import { type Site, site } from '../support/site.ts'

const KEY = 'djangosownkey0123456789abcdefghi'

/** Puts a session into the store as Django writes it: whose it is stands in the payload alone, or wrongly in the index. */
async function madeByDjango(world: Site, values: Readonly<Record<string, Json>> = {}, indexed: string | null = null) {
  const { store, payloads } = world.auth.sessions
  const now = world.clock.now()
  const all = {
    _auth_user_id: String(world.alice.id),
    _auth_user_backend: 'django.contrib.auth.backends.ModelBackend',
    _auth_user_hash: sessionAuthHash(world.alice.password, SECRET_KEY),
    ...values,
  }
  const record = {
    data: payloads.encode(new Map(Object.entries(all)), now),
    expires: now + TWO_WEEKS * 1000,
    userId: indexed,
  }
  assert.equal(await store.create(KEY, record, now), true)
}

function withCookie(world: Site): Browser {
  const browser = world.visitor()
  browser.cookies.set('sessionid', KEY)
  return browser
}

async function listed(world: Site, userId: string): Promise<number> {
  return (await world.auth.sessions.store.listForUser(userId, world.clock.now())).length
}

/** What a request asks for that finds everything as it is known. */
function asked({ sessions }: Database): string[] {
  return sessions.users === undefined ? ['sessions.load', 'users.findById'] : ['sessions.load']
}

for (const [name, open] of DATABASES) {
  test(`${name}: a session that Django made is the user's at once, and on the user's list from then on`, async (t) => {
    const calls: string[] = []
    const database = intercepted(open(t), (call) => {
      calls.push(call.name)
      return call.proceed()
    })
    const world = await site(t, { database, interop: 'django' })
    await madeByDjango(world)
    assert.equal(await listed(world, '1'), 0)
    calls.length = 0
    const browser = withCookie(world)
    assert.equal((await browser.get('/me')).body, 'alice')
    assert.deepEqual(calls, ['sessions.load', 'users.findById', 'sessions.adopt'])
    assert.equal(await listed(world, '1'), 1)
    calls.length = 0
    assert.equal((await browser.get('/me')).body, 'alice')
    assert.deepEqual(calls, asked(database))
    assert.equal(await world.auth.sessions.store.deleteForUser('1'), 1)
    assert.equal((await browser.get('/me')).body, 'AnonymousUser')
  })

  test(`${name}: where the index names another user, the session is put right, and its user is the one that it says`, async (t) => {
    const world = await site(t, { database: open(t), interop: 'django' })
    const bob = await world.auth.createUser({ username: 'bob', password: 'builder-77-Yes' })
    await madeByDjango(world, {}, String(bob.id))
    assert.equal((await withCookie(world).get('/me')).body, 'alice')
    assert.deepEqual([await listed(world, '1'), await listed(world, String(bob.id))], [1, 0])
  })
}

test('a user whom a backend fetches by itself is taken without a look at the index where that is right', async (t) => {
  const calls: string[] = []
  class SlowBackend extends ModelBackend {
    override async getUser(...given: Parameters<ModelBackend['getUser']>) {
      return super.getUser(...given)
    }
  }
  const memory = DATABASES.get('memory')
  assert.ok(memory)
  const database = intercepted(memory(t), (call) => {
    calls.push(call.name)
    return call.proceed()
  })
  const world = await site(t, { database, backends: [(context) => new SlowBackend(context)] })
  const browser = await world.loggedIn()
  calls.length = 0
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.deepEqual(calls, ['sessions.load'])
})

test('a session whose user the store cannot find goes, whoever made it', async (t) => {
  const world = await site(t, { interop: 'django' })
  await madeByDjango(world, { _auth_user_id: '99' })
  assert.equal((await withCookie(world).get('/me')).body, 'AnonymousUser')
  assert.equal(await world.auth.sessions.store.exists(KEY, world.clock.now()), false)
})
