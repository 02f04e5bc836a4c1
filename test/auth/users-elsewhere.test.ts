/** Sessions in one place and users in another: nobody becomes the user who has the same id in the sessions' own database. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { Database } from '../../src/database.ts'
import { UserExists } from '../../src/errors.ts'
import { createPostern } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import { postern } from '../../src/node.ts'
import { Pbkdf2Hasher } from '../../src/passwords/hashers/pbkdf2.ts'
import type { SessionStore } from '../../src/sessions/session-store.ts'
import { userStoreContract } from '../../src/testing.ts'
import { foldEmail } from '../../src/users/email.ts'
import { User, type UserFields } from '../../src/users/user.ts'
import type { NewUser, UserChanges, UserListing, UserStore } from '../../src/users/user-store.ts'
import { Browser } from '../support/browser.ts'
import { DATABASES } from '../support/databases.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { ALICE, Clock, SECRET_KEY } from '../support/postern.ts'
import { serve } from '../support/serve.ts'
import { site } from '../support/site.ts'

/** A user with something that `auth_user` does not have. */
class Member extends User {
  readonly plan: string
  constructor(fields: UserFields, plan: string) {
    super(fields)
    this.plan = plan
  }
}

const NEW = {
  ...{ email: '', firstName: '', lastName: '', isActive: true, isStaff: false, isSuperuser: false },
  lastLogin: null,
}

/** Members of an application that has its own ways. */
class Members implements UserStore<Member> {
  readonly asked: string[] = []
  readonly #members = new Map<string, UserFields>()
  readonly #newId: (user: NewUser) => string

  constructor(newId: (user: NewUser) => string) {
    this.#newId = newId
  }
  findById(id: string): Member | null {
    this.asked.push(id)
    const fields = this.#members.get(id)
    return fields === undefined ? null : new Member(fields, 'gold')
  }
  findByUsername(username: string): Member | null {
    const found = this.#all().find((fields) => fields.username === username)
    return found === undefined ? null : new Member(found, 'gold')
  }
  hasUsername(username: string): boolean {
    return this.#all().some((fields) => fields.username.toLowerCase() === username.toLowerCase())
  }
  findByEmail(email: string): readonly Member[] {
    if (email === '') return []
    const found = this.#all().filter((fields) => foldEmail(fields.email) === foldEmail(email))
    return found.map((fields) => new Member(fields, 'gold'))
  }
  list({ search = '', after = '', limit }: UserListing): readonly Member[] {
    const lower = search.toLowerCase()
    const has = (text: string): boolean => text.includes(search) || text.toLowerCase().includes(lower)
    return this.#all()
      .filter((user) => [user.username, user.email, user.firstName, user.lastName].some(has))
      .filter(({ username }) => username > after)
      .sort((a, b) => (a.username < b.username ? -1 : 1))
      .slice(0, limit)
      .map((fields) => new Member(fields, 'gold'))
  }
  create(user: NewUser): Member {
    if (this.findByUsername(user.username) !== null) throw new UserExists()
    const fields = { dateJoined: Date.now(), ...NEW, ...user, id: this.#newId(user) }
    this.#members.set(fields.id, fields)
    return new Member(fields, 'gold')
  }
  update(id: string, changes: UserChanges): boolean {
    const before = this.#members.get(id)
    if (before === undefined) return false
    const other = changes.username === undefined ? null : this.findByUsername(changes.username)
    if (other !== null && other.id !== id) throw new UserExists()
    this.#members.set(id, { ...before, ...changes })
    return true
  }
  replacePassword(id: string, from: string, to: string): boolean {
    return this.#members.get(id)?.password === from && this.update(id, { password: to })
  }
  #all(): UserFields[] {
    return [...this.#members.values()]
  }
}

userStoreContract({
  name: "an application's own store",
  create: async () => ({ store: new Members(() => randomUUID()) }),
})

/** Their users, beside an administrator of the sessions' own database who has the same id. */
async function siteOf(t: TestContext, database: Database, members: Members) {
  await database.migrate()
  const clock = new Clock()
  const auth = createPostern<Member>({
    secretKey: SECRET_KEY,
    database: { ...database, users: members },
    development: true,
    passwordHashers: [new Pbkdf2Hasher({ rounds: 1 })],
    now: clock.now,
  })
  const { handler, loginRequired } = postern(auth)
  const member = loginRequired((_req, res, { user }) => res.end(`${user.id} ${user.plan} ${user.isSuperuser}`))
  const base = await serve(t, handler(member))
  return { auth, clock, browser: new Browser(base) }
}

const IDS: ReadonlyMap<string, (user: NewUser) => string> = new Map<string, (user: NewUser) => string>([
  ['an address', ({ username }) => `${username}@site.example`],
  ['a UUID', () => '0b9f3f5e-7d5c-4a56-9d3b-1c2d3e4f5a6b'],
  ['the number of somebody else', () => '1'],
  ['254 characters long', () => 'x'.repeat(254)],
])

for (const [name, open] of DATABASES) {
  for (const [what, newId] of IDS) {
    test(`${name}: a user from elsewhere whose id is ${what} logs in, is seen and listed, and logs out`, async (t) => {
      const database = open(t)
      const members = new Members(newId)
      const { auth, clock, browser } = await siteOf(t, database, members)
      await database.users.create({ username: 'root', password: 'x', isSuperuser: true })
      const { id } = await auth.createUser(ALICE)
      assert.equal((await browser.login()).status, 302)
      const reply = await browser.get('/')
      assert.equal(reply.body, `${id} gold false`)
      assert.ok(members.asked.includes(id as string), 'the store was asked')
      const { store } = auth.sessions
      assert.equal((await store.listForUser(id as string, clock.now())).length, 1)
      const thief = browser.copy()
      assert.equal((await browser.logout()).status, 200)
      assert.equal((await thief.get('/')).status, 302)
      assert.equal((await store.listForUser(id as string, clock.now())).length, 0)
      await browser.login()
      assert.equal(await store.deleteForUser(id as string), 1)
      assert.equal((await browser.get('/')).status, 302)
    })
  }
}

test('who changes in the other store changes at the next request', async (t) => {
  const members = new Members(() => '1')
  const { auth, browser } = await siteOf(t, memory(), members)
  await auth.createUser(ALICE)
  await browser.login()
  assert.equal((await browser.get('/')).body, '1 gold false')
  members.update('1', { isActive: false })
  assert.equal((await browser.get('/')).status, 302)
  members.update('1', { isActive: true })
  assert.equal((await browser.get('/')).status, 302, 'the session has ended')
})

/** A store of sessions that gives users along and says nothing of where they are from. */
function outspoken(database: Database, later: boolean): SessionStore {
  return new Proxy(database.sessions, {
    get: (store, name) => {
      if (name === 'users' || name === 'withoutUsers') return undefined
      const value: unknown = Reflect.get(store, name)
      if (typeof value !== 'function') return value
      const asked = (...given: unknown[]): unknown => Reflect.apply(value, store, given)
      return later ? async (...given: unknown[]) => asked(...given) : asked
    },
  })
}

for (const later of [false, true]) {
  test(`users that come along with sessions from nobody knows where are not taken (${later ? 'later' : 'at once'})`, async (t) => {
    const database = memory()
    const members = new Members(() => '1')
    const { auth, browser } = await siteOf(t, { ...database, sessions: outspoken(database, later) }, members)
    await database.users.create({ username: 'root', password: 'x', isSuperuser: true })
    await auth.createUser(ALICE)
    await browser.login()
    assert.equal((await browser.get('/')).body, '1 gold false')
  })
}

for (const [name, open] of DATABASES) {
  test(`${name}: where sessions and users belong together, a request asks once, and elsewhere once more`, async (t) => {
    const calls: string[] = []
    const database = intercepted(open(t), ({ name, proceed }) => {
      calls.push(name)
      return proceed()
    })
    const browser = await (await site(t, { database })).loggedIn()
    calls.length = 0
    assert.equal((await browser.get('/me')).body, 'alice')
    const together = database.sessions.users !== undefined
    assert.deepEqual(calls, together ? ['sessions.load'] : ['sessions.load', 'users.findById'])
  })
}
