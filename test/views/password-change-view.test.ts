/** Changing one's own password: Django's `ChangePasswordTest` and `SessionAuthenticationTests`, and what may go wrong. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { path } from '../../src/kernel/urls.ts'
import { PasswordChangeDoneView, PasswordChangeView } from '../../src/views/password-change-view.ts'
import { STRICT, setPolicy } from '../support/form-request.ts'
import { ALICE } from '../support/postern.ts'
import { holdPasswordWrites, NEW_PASSWORD, NEW_PASSWORDS, resetSite } from '../support/reset-site.ts'
import { listen } from '../support/site.ts'

const CHANGE = '/accounts/password_change/'
const RIGHT = { old_password: ALICE.password, ...NEW_PASSWORDS }
const INCORRECT = 'Your old password was entered incorrectly. Please enter it again.'

test('the page is for those who are logged in, and so is the one behind it', async (t) => {
  const world = await resetSite(t)
  for (const at of [CHANGE, `${CHANGE}done/`]) {
    const reply = await world.visitor().get(at)
    assert.equal(reply.status, 302)
    assert.equal(reply.headers.location, `/accounts/login/?next=${at}`)
    const program = await world.visitor().get(at, { accept: 'application/json' })
    assert.equal(program.status, 401)
  }
  assert.equal((await world.visitor().post(CHANGE, RIGHT)).headers.location, `/accounts/login/?next=${CHANGE}`)
  assert.equal(await world.opens('alice', ALICE.password), true)
})

test('the form has its three fields, in this order, with what a password manager needs', async (t) => {
  const world = await resetSite(t)
  setPolicy(world.auth, STRICT)
  const reply = await (await world.loggedIn()).get(CHANGE)
  assert.equal(reply.status, 200)
  assert.match(reply.headers['cache-control'] ?? '', /no-store/)
  const inputs = [...reply.body.matchAll(/<input type="(\w+)"(?: name="(\w+)")?[^>]*autocomplete="([\w-]+)"/g)]
  assert.deepEqual(
    inputs.map(([, type, name, autocomplete]) => [type, name, autocomplete]),
    [
      ['password', 'old_password', 'current-password'],
      ['password', 'new_password1', 'new-password'],
      ['password', 'new_password2', 'new-password'],
      ['text', undefined, 'username'],
    ],
  )
  assert.match(reply.body, /<input type="text" autocomplete="username" value="alice" readonly hidden>/)
  assert.match(
    reply.body,
    /id="id_new_password1_helptext"><ul><li>Your password must contain at least 8 characters\.<\/li>/,
  )
  assert.match(reply.body, /aria-describedby="id_new_password1_helptext"/)
})

test('a change leads to the page that says so, and the new password opens the account', async (t) => {
  const world = await resetSite(t)
  const browser = await world.loggedIn()
  const reply = await browser.post(CHANGE, RIGHT)
  assert.equal(reply.status, 302)
  assert.equal(reply.headers.location, `${CHANGE}done/`)
  const done = await browser.get(`${CHANGE}done/`)
  assert.equal(done.status, 200)
  assert.match(done.body, /<title>Password change successful<\/title>[\s\S]*Your password was changed\./)
  assert.equal(await world.opens('alice', ALICE.password), false)
  assert.equal(await world.opens('alice', NEW_PASSWORD), true)
})

test('this session goes on under a new key, and every other one of the user ends', async (t) => {
  const world = await resetSite(t)
  await world.auth.createUser({ username: 'bob', password: 'builder-Yes-77' })
  const [here, there, bob] = [
    await world.loggedIn(),
    await world.loggedIn(),
    await world.loggedIn('bob', 'builder-Yes-77'),
  ]
  const key = here.cookies.get('sessionid')
  const copy = here.copy()
  await here.post(CHANGE, RIGHT)
  assert.notEqual(here.cookies.get('sessionid'), key)
  assert.equal((await here.get('/me')).body, 'alice')
  assert.equal((await there.get('/me')).body, 'AnonymousUser')
  assert.equal((await copy.get('/me')).body, 'AnonymousUser')
  assert.equal((await bob.get('/me')).body, 'bob')
})

test('a wrong old password changes nothing and says so at its field', async (t) => {
  const world = await resetSite(t)
  const browser = await world.loggedIn()
  const reply = await browser.post(CHANGE, { ...RIGHT, old_password: 'donuts' })
  assert.equal(reply.status, 200)
  assert.match(reply.body, new RegExp(`id="id_old_password_error"><li>${INCORRECT}`))
  assert.equal(await world.opens('alice', ALICE.password), true)
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('two passwords that differ change nothing', async (t) => {
  const world = await resetSite(t)
  const reply = await (await world.loggedIn()).post(CHANGE, { ...RIGHT, new_password2: 'donuts' })
  assert.match(reply.body, /id="id_new_password2_error"><li>The two password fields didn’t match\./)
  assert.equal(await world.opens('alice', ALICE.password), true)
})

test('what the policy has against a password stands at its confirmation, and changes nothing', async (t) => {
  const world = await resetSite(t)
  setPolicy(world.auth, STRICT)
  const reply = await (await world.loggedIn()).post(CHANGE, {
    old_password: ALICE.password,
    new_password1: '1234',
    new_password2: '1234',
  })
  assert.match(
    reply.body,
    /id="id_new_password2_error"><li>This password is too short\. It must contain at least 8 characters\.<\/li><li>This password is entirely numeric\./,
  )
  assert.equal(await world.opens('alice', ALICE.password), true)
})

test('no password comes back into a page, right or wrong', async (t) => {
  const world = await resetSite(t)
  const browser = await world.loggedIn()
  const reply = await browser.post(CHANGE, {
    old_password: 'wrong-Secret-1',
    new_password1: 'wrong-Secret-2',
    new_password2: 'wrong-Secret-3',
  })
  assert.equal(reply.status, 200)
  assert.doesNotMatch(reply.body, /wrong-Secret/)
  assert.doesNotMatch(JSON.stringify(reply.headers), /wrong-Secret/)
})

test('passwords are taken as they are: blanks, other scripts and signs', async (t) => {
  const world = await resetSite(t, { passwordValidators: [] })
  const browser = await world.loggedIn()
  let old: string = ALICE.password
  for (const next of ['   password   ', '密码-🔑-päss', 'a\tb', '\u0301e', '%00"<&\'']) {
    const reply = await browser.post(CHANGE, { old_password: old, new_password1: next, new_password2: next })
    assert.equal(reply.status, 302, next)
    assert.equal(await world.opens('alice', next), true, next)
    old = next
  }
  const nul = { old_password: old, new_password1: 'abc\u0000defghij', new_password2: 'abc\u0000defghij' }
  assert.match((await browser.post(CHANGE, nul)).body, /Null characters are not allowed\./)
  assert.equal(await world.opens('alice', old), true)
})

test('a password of megabytes is refused as a body that is too large, and nothing happens', async (t) => {
  const world = await resetSite(t)
  const browser = await world.loggedIn()
  const huge = 'x'.repeat(5_000_000)
  const reply = await browser.post(CHANGE, { ...RIGHT, new_password1: huge, new_password2: huge })
  assert.equal(reply.status, 413)
  assert.equal(await world.opens('alice', ALICE.password), true)
})

test('the change is told with who did it, without any password in it, and to the policy', async (t) => {
  const world = await resetSite(t)
  const told: unknown[] = []
  setPolicy(world.auth, { passwordChanged: async (password, user) => void told.push([password, String(user)]) })
  const heard = listen(t, 'password_changed')
  await (await world.loggedIn()).post(CHANGE, RIGHT)
  assert.equal(heard.length, 1)
  assert.equal(heard[0]?.user.username, 'alice')
  assert.equal(heard[0]?.by, 'change')
  assert.equal(heard[0]?.incoming?.url, CHANGE)
  assert.doesNotMatch(JSON.stringify(heard[0]?.user), /pbkdf2|Brand|wonder/)
  assert.deepEqual(told, [[NEW_PASSWORD, 'alice']])
})

test('of twenty changes at once one is made, and the others are told that the old password is not right', async (t) => {
  const world = await resetSite(t)
  const browser = await world.loggedIn()
  const words = Array.from({ length: 20 }, (_, at) => `Brand-new-Pw-${at}`)
  await browser.get('/csrf')
  holdPasswordWrites(t, world, words.length)
  const replies = await Promise.all(
    words.map((word) =>
      browser.copy().post(CHANGE, { old_password: ALICE.password, new_password1: word, new_password2: word }),
    ),
  )
  const won = replies.filter(({ status }) => status === 302)
  assert.equal(won.length, 1)
  for (const reply of replies.filter(({ status }) => status !== 302)) {
    assert.equal(reply.status, 200)
    assert.ok(reply.body.includes(INCORRECT))
  }
  const opening = await Promise.all(words.map((word) => world.opens('alice', word)))
  assert.equal(opening.filter(Boolean).length, 1)
  assert.equal(words[opening.indexOf(true)], words[replies.indexOf(won[0] as (typeof replies)[0])])
})

test('a change without a token is refused, and one from another site too', async (t) => {
  const world = await resetSite(t)
  const browser = await world.loggedIn()
  assert.equal((await browser.send(CHANGE, { method: 'POST', form: RIGHT })).status, 403)
  assert.equal((await browser.post(CHANGE, RIGHT, { origin: 'https://evil.example' })).status, 403)
  assert.equal(await world.opens('alice', ALICE.password), true)
})

test('the success page may be another, by path or by name', async (t) => {
  const urls = [
    path('custom/', PasswordChangeView.asView({ successUrl: '/custom/' })),
    path('named/', PasswordChangeView.asView({ successUrl: 'password_reset' })),
    path('wrong/', PasswordChangeView.asView({ successUrl: 'nowhere' })),
  ]
  const world = await resetSite(t, { urls })
  let old: string = ALICE.password
  for (const [at, target] of [
    ['/custom/', '/custom/'],
    ['/named/', '/accounts/password_reset/'],
  ] as const) {
    const next = `${old}!`
    const browser = await world.loggedIn('alice', old)
    const reply = await browser.post(at, { old_password: old, new_password1: next, new_password2: next })
    assert.equal(reply.headers.location, target)
    old = next
  }
  const browser = await world.loggedIn('alice', old)
  const failed = await browser.post('/wrong/', { old_password: old, ...NEW_PASSWORDS })
  assert.equal(failed.status, 500)
  assert.equal(await world.opens('alice', old), true, 'a target that there is not changes nothing')
})

test('title, template and more for the page are options; what there is not is refused', async (t) => {
  const urls = [
    path('mine/', PasswordChangeView.asView({ title: 'Mine' })),
    path('done/', PasswordChangeDoneView.asView({ extraContext: { title: 'All done' } })),
  ]
  const world = await resetSite(t, { urls })
  const browser = await world.loggedIn()
  assert.match((await browser.get('/mine/')).body, /<title>Mine<\/title>/)
  assert.match((await browser.get('/done/')).body, /<title>All done<\/title>/)
  assert.throws(() => PasswordChangeView.asView({ post: null } as never), TypeError)
})

test('a program gets codes and sentences, and where to go', async (t) => {
  const world = await resetSite(t)
  setPolicy(world.auth, STRICT)
  const browser = await world.loggedIn()
  const token = (await browser.get('/csrf')).body
  const send = async (body: object) => {
    const headers = { 'content-type': 'application/json', 'x-csrftoken': token }
    const reply = await browser.send(CHANGE, { method: 'POST', body: JSON.stringify(body), headers })
    assert.equal(reply.headers['content-type'], 'application/json')
    return { status: reply.status, ...JSON.parse(reply.body) }
  }
  assert.deepEqual(await send({ old_password: 'no', new_password1: 'a', new_password2: 'b' }), {
    status: 400,
    error: {
      code: 'invalid',
      message: 'Please correct the errors below.',
      fields: {
        old_password: [{ code: 'password_incorrect', message: INCORRECT }],
        new_password2: [{ code: 'password_mismatch', message: 'The two password fields didn’t match.' }],
      },
    },
  })
  assert.deepEqual(Object.keys((await send([])).error.fields), ['old_password', 'new_password1', 'new_password2'])
  assert.deepEqual(await send(RIGHT), { status: 200, redirect: '/accounts/password_change/done/' })
  assert.equal((await browser.get('/me')).body, 'alice')
})

test('a store that is down at the change is a 503, and the password stays', async (t) => {
  const world = await resetSite(t)
  const browser = await world.loggedIn()
  const replaced = t.mock.method(world.auth.users, 'replacePassword', async () => {
    throw new Error('down')
  })
  assert.equal((await browser.post(CHANGE, RIGHT)).status, 500)
  assert.equal(replaced.mock.callCount(), 1)
  replaced.mock.restore()
  assert.equal(await world.opens('alice', ALICE.password), true)
})
