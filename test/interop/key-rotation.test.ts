/** A secret key that is replaced at Postern and at Django, one after the other, with the old one as a fallback: nobody is logged out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SECRET_KEY, testPostern } from '../support/postern.ts'
import { django } from '../support/requirements.ts'
import { openSite, startDjango, twoSites, visitorOf } from './two-sites.ts'

const found = django()
const NEW_KEY = 'a-newer-secret-key-of-the-tests-9876543210-zyxwvutsrqponm'

for (const where of ['here', 'there'] as const) {
  test(`who logged in ${where === 'here' ? 'at Postern' : 'at Django'} under the old key stays logged in at both under the new one`, {
    skip: found.skip,
  }, async (t) => {
    if (found.skip !== undefined) return
    const both = await twoSites(t, found.path)
    const user = await both.newUser()
    const visitor = await both.loggedIn(user, where)
    await visitor[where].get('/put?cart=3')
    await visitor[where].get('/say?text=old')

    const renewed = await testPostern({
      database: both.place.open(),
      secretKey: NEW_KEY,
      secretKeyFallbacks: [SECRET_KEY],
      interop: 'django',
      now: Date.now,
    })
    const [here, there] = [
      await openSite(t, renewed),
      await startDjango(t, found.path, both.place, [NEW_KEY, SECRET_KEY]),
    ]
    const after = visitorOf(here.base, there.base)
    for (const [name, value] of visitor.here.cookies) after.here.cookies.set(name, value)
    const other = where === 'here' ? 'there' : 'here'
    assert.equal((await after[other].get('/heard')).body, 'loud warning: old')
    assert.equal((await after[other].get('/me')).body, user.username)
    assert.equal((await after[where].get('/me')).body, user.username)
    assert.equal((await after[where].get('/values')).body, '{"cart":"3"}')

    const last = await startDjango(t, found.path, both.place, [NEW_KEY])
    const without = visitorOf(here.base, last.base)
    for (const [name, value] of after.here.cookies) without.here.cookies.set(name, value)
    assert.equal((await without.there.get('/me')).body, user.username, 'the hash was renewed under the new key')
    await without.there.post('/accounts/logout/')
    assert.equal((await after.here.get('/me')).body, 'AnonymousUser')
  })
}
