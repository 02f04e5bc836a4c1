/** Postern and a live Django with one database, one secret key and one visitor: what one does, the other knows at its next request. One suite for all databases. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { User } from '../../src/users/user.ts'
import type { Found } from '../support/requirements.ts'
import { listen, sessionsOf } from '../support/site.ts'
import { PASSWORD, type SharedDatabase, slowPage, type TwoSites, twoSites } from './two-sites.ts'

const NEXT = 'looking-Glass-43'
const change = { old_password: PASSWORD, new_password1: NEXT, new_password2: NEXT }
const chosen = { new_password1: NEXT, new_password2: NEXT }

let both: TwoSites

type Side = 'here' | 'there'
type Case = readonly [title: string, run: (from: Side, to: Side, user: User) => Promise<void>]

/** `here` is Postern, `there` Django: each case is played both ways. */
const CASES: readonly Case[] = [
  [
    'who logs in at one is known at the other',
    async (from, to, user) => {
      const visitor = await both.loggedIn(user, from)
      assert.equal((await visitor[to].get('/me')).body, user.username)
      assert.equal((await visitor[from].get('/me')).body, user.username)
    },
  ],
  [
    'a logout at one ends the session at the other, for a copy of the cookie, too',
    async (from, to, user) => {
      const visitor = await both.loggedIn(user, from)
      const thief = visitor[from].copy()
      await visitor[from].get('/me')
      const reply = await visitor[to].post('/accounts/logout/')
      assert.equal(reply.status, 200)
      assert.match(reply.body, /logged out/)
      assert.equal(visitor[to].cookies.has('sessionid'), false)
      assert.equal((await thief.get('/me')).body, 'AnonymousUser')
      assert.equal(await both.tell('sessions', { id: user.id }), 0)
    },
  ],
  [
    'a logout at one of a session that the other has not seen yet',
    async (from, to, user) => {
      const visitor = await both.loggedIn(user, from)
      const cookies = visitor[to].copy()
      await cookies.post('/accounts/logout/')
      assert.equal((await visitor[from].get('/me')).body, 'AnonymousUser')
    },
  ],
  [
    'a login at one after a logout at the other has nothing of the session before',
    async (from, to, user) => {
      const visitor = await both.loggedIn(user, from)
      await visitor[from].get('/put?cart=3')
      await visitor[to].post('/accounts/logout/')
      await visitor[from].login(user.username, PASSWORD)
      assert.equal((await visitor[to].get('/values')).body, '{}')
    },
  ],
  [
    'what one puts into the session the other reads, and keeps when it writes',
    async (from, to, user) => {
      const visitor = await both.loggedIn(user, from)
      await visitor[from].get('/put?cart=%C3%A9%F0%9F%98%80')
      assert.equal(JSON.parse((await visitor[to].get('/values')).body).cart, 'é😀')
      await visitor[to].get('/put?zoom=2')
      assert.deepEqual(JSON.parse((await visitor[from].get('/values')).body), { cart: 'é😀', zoom: '2' })
    },
  ],
  [
    'the session of an anonymous visitor is one at both, and comes along at a login at the other',
    async (from, to, user) => {
      const visitor = both.visitor()
      await visitor[from].get('/put?cart=3')
      assert.equal((await visitor[to].get('/values')).body, '{"cart":"3"}')
      const before = visitor[to].copy()
      await visitor[to].login(user.username, PASSWORD)
      assert.equal((await visitor[from].get('/values')).body, '{"cart":"3"}')
      assert.equal((await before.get('/values')).body, '{}', 'the key from before the login is dead')
    },
  ],
  [
    'a key that one changes is the key at the other, and the old one is dead',
    async (from, to, user) => {
      const visitor = await both.loggedIn(user, from)
      await visitor[to].get('/me')
      const old = visitor[to].copy()
      await visitor[from].get('/cycle')
      assert.equal((await visitor[to].get('/me')).body, user.username)
      assert.equal((await old.get('/me')).body, 'AnonymousUser')
    },
  ],
  [
    'a request that is at work at one while the other logs out revives nothing',
    async (from, to, user) => {
      const visitor = await both.loggedIn(user, from)
      const step = async (name: 'begin' | 'entered' | 'go'): Promise<void> => {
        if (from === 'here') await slowPage(name)
        else await both.tell('slow_page', { step: name })
      }
      await step('begin')
      const tab = visitor[from].copy()
      const late = tab.get('/slow')
      await step('entered')
      await visitor[to].post('/accounts/logout/')
      await step('go')
      assert.equal((await late).status, 400)
      assert.equal((await tab.get('/me')).body, 'AnonymousUser')
      assert.equal(await both.tell('sessions', { id: user.id }), 0)
    },
  ],
  [
    'a login of somebody else at the other leaves nothing of the first',
    async (from, to, user) => {
      const visitor = await both.loggedIn(user, from)
      await visitor[from].get('/put?cart=3')
      const thief = visitor[from].copy()
      const other = await both.newUser()
      await visitor[to].login(other.username, PASSWORD)
      assert.equal((await visitor[from].get('/me')).body, other.username)
      assert.equal((await visitor[from].get('/values')).body, '{}')
      assert.equal((await thief.get('/me')).body, 'AnonymousUser')
    },
  ],
  [
    'an end of its own that one gives to a session is its end at the other',
    async (from, to, user) => {
      const visitor = await both.loggedIn(user, from)
      await visitor[from].get('/expire?seconds=7200')
      assert.equal((await visitor[to].get('/age')).body, '7200 false')
      await visitor[from].get('/expire?seconds=0')
      assert.match((await visitor[to].get('/age')).body, /^\d+ true$/)
    },
  ],
  [
    'a password that is changed at one ends the other sessions at the other, and this one goes on at both',
    async (from, to, user) => {
      const [visitor, other] = [await both.loggedIn(user, to), await both.loggedIn(user, to)]
      assert.equal((await visitor[from].post('/accounts/password_change/', change)).status, 302)
      assert.equal((await other[to].get('/me')).body, 'AnonymousUser')
      assert.equal((await visitor[to].get('/me')).body, user.username)
      assert.equal((await visitor[from].get('/me')).body, user.username)
      assert.equal((await both.visitor()[to].login(user.username, PASSWORD)).status, 200)
      assert.equal((await both.visitor()[to].login(user.username, NEXT)).status, 302)
    },
  ],
  [
    'a link to choose a new password that one made is good at the other, once',
    async (from, to, user) => {
      const { resetTokens, users } = both.world.auth
      // Before the link: a login voids those that were made before it.
      const signedIn = await both.loggedIn(user, from)
      const uid = Buffer.from(String(user.id)).toString('base64url')
      const now = await users.findById(String(user.id))
      assert.ok(now !== null)
      const link =
        from === 'there'
          ? String(await both.tell('reset_path', { id: user.id }))
          : `/accounts/reset/${uid}/${resetTokens.makeToken(now)}/`
      const visitor = both.visitor()[to]
      const form = (await visitor.get(link)).headers.location ?? ''
      assert.match(form, /set-password\/$/)
      assert.equal((await visitor.post(form, chosen)).status, 302)
      assert.equal(await both.tell('check_password', { id: user.id, password: NEXT }), true)
      assert.equal((await signedIn[from].get('/me')).body, 'AnonymousUser')
      for (const side of [from, to]) assert.equal((await both.visitor()[side].get(link)).status, 200, 'used up')
    },
  ],
  [
    'a CSRF token of one is accepted by the other, and a wrong one is not',
    async (from, to, user) => {
      const visitor = await both.loggedIn(user, from)
      const token = (await visitor[from].get('/csrf')).body
      assert.equal(token.length, 64)
      assert.equal((await visitor[to].post('/write', { csrfmiddlewaretoken: token })).body, 'POST was let in')
      const headers = { 'x-csrftoken': token }
      assert.equal((await visitor[to].send('/write', { method: 'POST', headers })).body, 'POST was let in')
      assert.equal((await visitor[to].post('/write', { csrfmiddlewaretoken: 'x'.repeat(64) })).status, 403)
    },
  ],
  [
    'a message of one shows at the other, once, in its words and tags',
    async (from, to, user) => {
      const visitor = await both.loggedIn(user, from)
      await visitor[from].get('/say?text=%C3%A9t%C3%A9%3B+%22q%22+%3Cb%3E')
      await visitor[from].get('/say?text=two')
      assert.equal((await visitor[to].get('/heard')).body, 'loud warning: été; "q" <b>|loud warning: two')
      assert.equal((await visitor[to].get('/heard')).body, '')
      assert.equal((await visitor[from].get('/heard')).body, '')
    },
  ],
  [
    'messages too long for the cookie show at the other, too',
    async (from, to, user) => {
      const visitor = await both.loggedIn(user, from)
      for (const letter of 'abcd') await visitor[from].get(`/say?text=${letter.repeat(1200)}`)
      const shown = (await visitor[to].get('/heard')).body.split('|').map((text) => text.at(-1))
      assert.equal(shown.join(''), 'abcd')
      assert.equal((await visitor[from].get('/heard')).body, '')
    },
  ],
]

/**
 * Registers the cases for one kind of database.
 * @param database where both keep what they have
 * @param found the folder of a Django that can open it
 */
export function interop(database: SharedDatabase, found: Found): void {
  const ends: (() => unknown)[] = []
  if (found.skip === undefined) {
    before(async () => {
      both = await twoSites({ after: (end) => ends.push(end as () => unknown) }, found.path, database)
    })
    after(async () => {
      for (const end of ends.reverse()) await end()
    })
  }

  for (const [title, run] of CASES) {
    for (const [from, to] of [
      ['here', 'there'],
      ['there', 'here'],
    ] as const) {
      const way = from === 'here' ? 'Postern, then Django' : 'Django, then Postern'
      test(`${way}: ${title}`, { skip: found.skip }, async (t) => {
        t.diagnostic(`Django ${both.version}`)
        await run(from, to, await both.newUser())
      })
    }
  }

  test('an account that Django made logs in at Postern', { skip: found.skip }, async () => {
    const name = 'made-there'
    await both.tell('create_user', { username: name, password: PASSWORD })
    const visitor = both.visitor()
    assert.equal((await visitor.here.login(name, PASSWORD)).status, 302)
    assert.equal((await visitor.there.get('/me')).body, name)
  })

  test('an account that is made here logs in at Django', { skip: found.skip }, async () => {
    const user = await both.newUser()
    const visitor = both.visitor()
    assert.equal((await visitor.there.login(user.username, PASSWORD)).status, 302)
    assert.equal((await visitor.here.get('/me')).body, user.username)
  })

  test('who is deleted at Django is nobody here', { skip: found.skip }, async () => {
    const user = await both.newUser()
    const visitor = await both.loggedIn(user, 'here')
    await both.tell('delete_user', { id: user.id })
    assert.equal((await visitor.here.get('/me')).body, 'AnonymousUser')
    assert.equal(await both.tell('sessions', { id: user.id }), 0)
  })

  test('a password that Django’s code sets ends the sessions here', { skip: found.skip }, async () => {
    const user = await both.newUser()
    const visitor = await both.loggedIn(user, 'here')
    await both.tell('set_password', { id: user.id, password: NEXT })
    assert.equal((await visitor.here.get('/me')).body, 'AnonymousUser')
    assert.equal((await visitor.here.login(user.username, NEXT)).status, 302)
  })

  test('who is made inactive at Django is signed out here, for good', { skip: found.skip }, async () => {
    const user = await both.newUser()
    const visitor = await both.loggedIn(user, 'there')
    assert.equal((await visitor.here.get('/me')).body, user.username)
    await both.tell('set_active', { id: user.id, active: false })
    assert.equal((await visitor.here.get('/me')).body, 'AnonymousUser')
    await both.tell('set_active', { id: user.id, active: true })
    assert.equal((await visitor.there.get('/me')).body, 'AnonymousUser')
  })

  test('who is made inactive here has no session left in Django’s table, also of those never seen here', {
    skip: found.skip,
  }, async () => {
    const user = await both.newUser()
    const seen = await both.loggedIn(user, 'here')
    const unseen = await both.loggedIn(user, 'there')
    assert.equal(await both.tell('sessions', { id: user.id }), 2)
    await both.world.auth.users.update(String(user.id), { isActive: false })
    assert.equal(await both.tell('sessions', { id: user.id }), 0)
    await both.tell('set_active', { id: user.id, active: true })
    for (const { there } of [seen, unseen]) assert.equal((await there.get('/me')).body, 'AnonymousUser')
  })

  test('a right that Django gives or takes counts here at the next request', { skip: found.skip }, async () => {
    const user = await both.newUser()
    const { here } = await both.loggedIn(user, 'there')
    const may = async (): Promise<string> => (await here.get('/may?what=auth.change_group')).body
    assert.equal(await may(), 'no')
    await both.tell('give', { id: user.id, codename: 'change_group' })
    assert.equal(await may(), 'yes')
    await both.tell('take', { id: user.id, codename: 'change_group' })
    assert.equal(await may(), 'no')
    await both.tell('join', { id: user.id, name: 'there', codename: 'change_group' })
    assert.equal(await may(), 'yes')
  })

  test('a right that is given or taken here counts at Django at the next request', { skip: found.skip }, async () => {
    const user = await both.newUser()
    const { there } = await both.loggedIn(user, 'here')
    const { permissions, groups } = both.world.auth
    const may = async (): Promise<string> => (await there.get('/may?what=auth.view_user')).body
    assert.equal(await may(), 'no')
    await permissions.grant(user, 'auth.view_user')
    assert.equal(await may(), 'yes')
    await permissions.revoke(user, 'auth.view_user')
    assert.equal(await may(), 'no')
    await groups.create('here', ['auth.view_user'])
    await groups.add(user, 'here')
    assert.equal(await may(), 'yes')
  })

  test('a logout everywhere here finds the sessions that Django made and nobody has seen here', {
    skip: found.skip,
  }, async (t) => {
    const [user, bystander] = [await both.newUser(), await both.newUser()]
    const unseen = [await both.loggedIn(user, 'there'), await both.loggedIn(user, 'there')]
    const seen = await both.loggedIn(user, 'there')
    await seen.here.get('/me')
    const other = await both.loggedIn(bystander, 'there')
    const nobody = both.visitor()
    await nobody.there.get('/put?cart=3')
    const heard = listen(t, 'session_ended')
    assert.equal(await both.world.auth.logoutUser(user.id), 3)
    for (const { there } of [...unseen, seen]) assert.equal((await there.get('/me')).body, 'AnonymousUser')
    assert.equal(await both.tell('sessions', { id: user.id }), 0)
    assert.equal((await other.there.get('/me')).body, bystander.username)
    assert.equal((await nobody.there.get('/values')).body, '{"cart":"3"}')
    assert.equal(await sessionsOf(both.world, bystander), 0, 'who is not asked for is not put on a list')
    const [told] = heard
    assert.deepEqual([told?.reason, told?.sessions], ['revoked', 3])
    // The two that nobody has seen, the bystander's and nobody's; what other tests left may be there, too.
    assert.ok((told?.scanned ?? 0) >= 4, `${told?.scanned} scanned`)
  })

  test('a new password here ends the sessions that Django made, and leaves this one', {
    skip: found.skip,
  }, async () => {
    const user = await both.newUser()
    const unseen = await both.loggedIn(user, 'there')
    const visitor = await both.loggedIn(user, 'there')
    assert.equal((await visitor.here.post('/accounts/password_change/', change)).status, 302)
    assert.equal(await both.tell('sessions', { id: user.id }), 1)
    assert.equal((await unseen.there.get('/me')).body, 'AnonymousUser')
    assert.equal((await visitor.there.get('/me')).body, user.username)
  })

  test('Django’s clearsessions leaves what is alive here', { skip: found.skip }, async () => {
    const user = await both.newUser()
    const visitor = await both.loggedIn(user, 'here')
    await both.tell('clear_sessions')
    assert.equal((await visitor.here.get('/me')).body, user.username)
  })
}
