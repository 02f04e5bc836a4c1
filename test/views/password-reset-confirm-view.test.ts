/** Following a link: the second half of Django's `PasswordResetTest`, and links that are nobody's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ModelBackend } from '../../src/auth/model-backend.ts'
import { uid64Encode } from '../../src/kernel/bytes.ts'
import { path } from '../../src/kernel/urls.ts'
import { SetPasswordForm } from '../../src/views/forms/set-password-form.ts'
import { PasswordResetConfirmView } from '../../src/views/password-reset-confirm-view.ts'
import { STRICT, setPolicy } from '../support/form-request.ts'
import { ALICE } from '../support/postern.ts'
import { holdPasswordWrites, NEW_PASSWORD, NEW_PASSWORDS, open, resetSite } from '../support/reset-site.ts'
import { listen, values } from '../support/site.ts'

const NEVER = 'max-age=0, no-cache, no-store, must-revalidate, private'
const UNSUCCESSFUL = /<title>Password reset unsuccessful<\/title>[\s\S]*The password reset link was invalid/
const FORM = '/accounts/reset/MQ/set-password/'

test('a link leads to a form at an address without the token, which is in the session then', async (t) => {
  const world = await resetSite(t)
  const browser = world.visitor()
  const link = await world.link()
  const reply = await browser.get(link)
  assert.equal(reply.status, 302)
  assert.equal(reply.headers.location, FORM)
  assert.equal(reply.headers['referrer-policy'], 'no-referrer')
  assert.equal(reply.headers['cache-control'], NEVER)
  assert.deepEqual(await values(world, browser.cookies.get('sessionid')), {
    _password_reset_token: link.split('/').at(-2),
  })
  const form = await browser.get(FORM)
  assert.equal(form.status, 200)
  assert.match(form.body, /<title>Enter new password<\/title>/)
  assert.match(form.body, /name="new_password1"[\s\S]*name="new_password2"/)
  assert.match(form.body, /autocomplete="username" value="alice" readonly hidden/)
  assert.doesNotMatch(form.body, new RegExp(link.split('/').at(-2) ?? ''))
  assert.equal(form.headers['cache-control'], NEVER)
  // With no-referrer a browser would post with `Origin: null`, which is refused.
  assert.equal(form.headers['referrer-policy'], 'same-origin')
})

test('the new password opens the account, the token leaves the session, and the link is dead', async (t) => {
  const world = await resetSite(t)
  const heard = listen(t, 'password_changed')
  const browser = world.visitor()
  const link = await world.link()
  const reply = await browser.post(await open(browser, link), NEW_PASSWORDS)
  assert.equal(reply.status, 302)
  assert.equal(reply.headers.location, '/accounts/reset/done/')
  assert.equal(reply.headers['cache-control'], NEVER)
  const done = await browser.get('/accounts/reset/done/')
  assert.match(
    done.body,
    /<title>Password reset complete<\/title>[\s\S]*<a class="button" href="\/accounts\/login\/">Log in</,
  )
  assert.equal(await world.opens('alice', NEW_PASSWORD), true)
  assert.equal(await world.opens('alice', ALICE.password), false)
  assert.deepEqual(await values(world, browser.cookies.get('sessionid')), {})
  assert.equal((await browser.get('/me')).body, 'AnonymousUser', 'a reset logs nobody in')
  assert.deepEqual(
    heard.map(({ user, by }) => [user.username, by]),
    [['alice', 'reset']],
  )
  for (const at of [link, FORM]) assert.match((await browser.get(at)).body, UNSUCCESSFUL)
  assert.match((await world.visitor().get(link)).body, UNSUCCESSFUL)
})

test('a reset ends every session of the user', async (t) => {
  const world = await resetSite(t)
  const before = await world.loggedIn()
  // The login has killed older links: this one is new.
  const browser = world.visitor()
  await browser.post(await open(browser, await world.link()), NEW_PASSWORDS)
  assert.equal((await before.get('/me')).body, 'AnonymousUser')
})

test('a link may be opened twice, and in another browser, until it is used', async (t) => {
  const world = await resetSite(t)
  const link = await world.link()
  const [one, other] = [world.visitor(), world.visitor()]
  await open(one, link)
  await open(one, link)
  const form = await open(other, link)
  assert.equal((await other.post(form, NEW_PASSWORDS)).status, 302)
  const late = await one.post(form, { new_password1: 'Later-Pw-99', new_password2: 'Later-Pw-99' })
  assert.equal(late.status, 200)
  assert.match(late.body, UNSUCCESSFUL)
  assert.equal(await world.opens('alice', NEW_PASSWORD), true)
})

test('the form alone, without having followed the link, is of no use', async (t) => {
  const world = await resetSite(t)
  await world.link()
  const stranger = world.visitor()
  assert.match((await stranger.get(FORM)).body, UNSUCCESSFUL)
  assert.match((await stranger.post(FORM, NEW_PASSWORDS)).body, UNSUCCESSFUL)
  assert.equal(await world.opens('alice', ALICE.password), true)
})

test('of fifty uses of one link at once one comes through, and all others are told that the link is used up', async (t) => {
  const world = await resetSite(t)
  const browser = world.visitor()
  const form = await open(browser, await world.link())
  await browser.get('/csrf')
  const words = Array.from({ length: 50 }, (_, at) => `Brand-new-Pw-${at}`)
  holdPasswordWrites(t, world, words.length)
  const heard = listen(t, 'password_changed')
  const replies = await Promise.all(
    words.map((word) => browser.copy().post(form, { new_password1: word, new_password2: word })),
  )
  const won = replies.filter(({ status }) => status === 302)
  assert.equal(won.length, 1)
  assert.equal(heard.length, 1)
  for (const reply of replies) {
    if (reply === won[0]) continue
    assert.equal(reply.status, 200)
    assert.match(reply.body, UNSUCCESSFUL)
  }
  const winner = words[replies.indexOf(won[0] as (typeof replies)[0])] ?? ''
  assert.equal(await world.opens('alice', winner), true)
})

test('a POST to the link itself changes nothing, and leads to the form', async (t) => {
  const world = await resetSite(t)
  const link = await world.link()
  const reply = await world.visitor().post(link, NEW_PASSWORDS)
  assert.equal(reply.status, 302)
  assert.equal(reply.headers.location, FORM)
  assert.equal(await world.opens('alice', ALICE.password), true)
})

test('HEAD is as GET, for the scanners that follow links in mails: nothing is used up', async (t) => {
  const world = await resetSite(t)
  const link = await world.link()
  const scanner = await world.visitor().send(link, { method: 'HEAD' })
  assert.equal(scanner.status, 302)
  assert.equal(scanner.body, '')
  const browser = world.visitor()
  assert.equal((await browser.post(await open(browser, link), NEW_PASSWORDS)).status, 302)
})

test('the form needs its token, and may not come from another site', async (t) => {
  const world = await resetSite(t)
  const browser = world.visitor()
  const form = await open(browser, await world.link())
  assert.equal((await browser.send(form, { method: 'POST', form: NEW_PASSWORDS })).status, 403)
  assert.equal((await browser.post(form, NEW_PASSWORDS, { origin: 'null' })).status, 403)
  assert.equal((await browser.post(form, NEW_PASSWORDS, { origin: 'https://evil.example' })).status, 403)
  assert.equal(await world.opens('alice', ALICE.password), true)
})

test('passwords that differ, that are missing or that the policy refuses show the form again, without them', async (t) => {
  const world = await resetSite(t)
  setPolicy(world.auth, STRICT)
  const browser = world.visitor()
  const form = await open(browser, await world.link())
  for (const [one, other, wrong] of [
    [NEW_PASSWORD, 'x-y-z', 'The two password fields didn’t match.'],
    ['', '', 'This field is required.'],
    ['81726354', '81726354', 'This password is entirely numeric.'],
  ] as const) {
    const reply = await browser.post(form, { new_password1: one, new_password2: other })
    assert.equal(reply.status, 200)
    assert.ok(reply.body.includes(wrong), wrong)
    assert.doesNotMatch(reply.body, /Brand|x-y-z|8172/)
    assert.match(reply.body, /<title>Enter new password<\/title>/)
  }
  assert.equal((await browser.post(form, NEW_PASSWORDS)).status, 302, 'the link was not used up')
})

test('a password of megabytes is refused before anybody hashes it', async (t) => {
  const world = await resetSite(t)
  const browser = world.visitor()
  const form = await open(browser, await world.link())
  const huge = 'x'.repeat(5_000_000)
  const made = t.mock.method(world.auth.passwords, 'make')
  assert.equal((await browser.post(form, { new_password1: huge, new_password2: huge })).status, 413)
  assert.equal(made.mock.callCount(), 0)
})

for (const [what, happens] of [
  ['a login', async (world) => void (await world.loggedIn())],
  [
    'another password',
    async ({ auth, alice }) =>
      void (await auth.users.update(String(alice.id), { password: await auth.passwords.make('Else-Where-123') })),
  ],
  ['another address', async ({ auth, alice }) => void (await auth.users.update(String(alice.id), { email: 'a@b.co' }))],
  ['three days', async ({ clock }) => clock.pass(259_201)],
] as const satisfies readonly (readonly [string, (world: Awaited<ReturnType<typeof resetSite>>) => Promise<void>])[]) {
  test(`${what} kills the link, and the form that it had led to`, async (t) => {
    const world = await resetSite(t)
    const link = await world.link()
    const browser = world.visitor()
    const form = await open(browser, link)
    await happens(world)
    assert.match((await world.visitor().get(link)).body, UNSUCCESSFUL)
    const late = await browser.post(form, NEW_PASSWORDS)
    assert.match(late.body, UNSUCCESSFUL)
    assert.equal(await world.opens('alice', NEW_PASSWORD), false)
  })
}

test('the setting says how long a link is good', async (t) => {
  const world = await resetSite(t, { passwordResetTimeout: 600 })
  const link = await world.link()
  world.clock.pass(600)
  await open(world.visitor(), link)
  world.clock.pass(1)
  assert.match((await world.visitor().get(link)).body, UNSUCCESSFUL)
})

test('one’s own token with the name of another user opens nothing', async (t) => {
  const world = await resetSite(t)
  const bob = await world.auth.createUser({ username: 'bob', password: 'x', email: 'bob@site.example' })
  const link = await world.link()
  const others = link.replace('/MQ/', `/${uid64Encode(String(bob.id))}/`)
  assert.match((await world.visitor().get(others)).body, UNSUCCESSFUL)
  const browser = world.visitor()
  const form = (await open(browser, link)).replace('/MQ/', `/${uid64Encode(String(bob.id))}/`)
  assert.match((await browser.post(form, NEW_PASSWORDS)).body, UNSUCCESSFUL)
  assert.equal(await world.opens('bob', NEW_PASSWORD), false)
})

test('a link that is none says so, with 200 as Django, and asks no store for what cannot be an id (CVE-2010-4535)', async (t) => {
  const world = await resetSite(t)
  const good = await world.link()
  const token = good.split('/').at(-2) ?? ''
  const uids = [
    '123456',
    'zzzzzzzzzzzzz',
    'OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5',
    'JUUx',
    '-',
    'MQ==',
    'MQ',
    'LTE',
    'MQA',
  ]
  const long = [
    uid64Encode('9'.repeat(6000)),
    uid64Encode('1 OR 1=1'),
    uid64Encode('1e3'),
    uid64Encode(' 1'),
    uid64Encode('None'),
  ]
  const tokens = [
    '1-1',
    'x'.repeat(4000),
    `${token}0`,
    token.toUpperCase(),
    'set-password',
    '%00',
    '%FF-%FE',
    'é-é',
    '-',
  ]
  for (const uid of [...uids, ...long]) {
    for (const one of [token, ...tokens]) {
      if (one === token && (uid === 'MQ' || uid === 'MQ==')) continue
      const reply = await world.visitor().get(`/accounts/reset/${uid}/${encodeURI(one)}/`)
      assert.equal(reply.status, 200, `${uid} ${one}`)
      assert.match(reply.body, UNSUCCESSFUL)
      assert.equal(reply.headers['referrer-policy'], 'no-referrer')
      assert.deepEqual(reply.setCookies, [], 'no session begins')
    }
  }
  assert.deepEqual(world.errors, [])
})

test('the page of a link that is none leads to where one can ask again', async (t) => {
  const world = await resetSite(t)
  const { body } = await world.visitor().get('/accounts/reset/MQ/1-1/')
  assert.match(body, /<a class="button" href="\/accounts\/password_reset\/">Request a new link<\/a>/)
})

test('a token that is written in escapes is the same link, and the address is clean behind it', async (t) => {
  const world = await resetSite(t)
  const link = await world.link()
  const escaped = link.replace('-', '%2D')
  assert.equal(await open(world.visitor(), escaped), FORM)
})

test('whoever is set to be logged in is, under a new key; by default nobody is', async (t) => {
  const urls = [
    path('r/<uidb64>/<token>/', PasswordResetConfirmView.asView({ postResetLogin: true, successUrl: '/me' })),
  ]
  const world = await resetSite(t, { urls })
  const browser = world.visitor()
  const form = await open(browser, (await world.link()).replace('/accounts/reset/', '/r/'))
  const key = browser.cookies.get('sessionid')
  const reply = await browser.post(form, NEW_PASSWORDS)
  assert.equal(reply.headers.location, '/me')
  assert.notEqual(browser.cookies.get('sessionid'), key)
  assert.equal((await browser.get('/me')).body, 'alice')
  assert.equal((await values(world, browser.cookies.get('sessionid')))?._password_reset_token, undefined)
})

test('the inactive may choose a password, as in Django, and are not logged in by it', async (t) => {
  const urls = [path('r/<uidb64>/<token>/', PasswordResetConfirmView.asView({ postResetLogin: true }))]
  const world = await resetSite(t, { urls })
  const heard = listen(t, 'user_logged_in')
  const link = (await world.link()).replace('/accounts/reset/', '/r/')
  await world.auth.users.update(String(world.alice.id), { isActive: false })
  const browser = world.visitor()
  assert.equal((await browser.post(await open(browser, link), NEW_PASSWORDS)).status, 302)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
  assert.deepEqual(heard, [])
})

test('somebody who is logged in as another stays who they are, or becomes who the link is for', async (t) => {
  const urls = [path('r/<uidb64>/<token>/', PasswordResetConfirmView.asView({ postResetLogin: true }))]
  const world = await resetSite(t, { urls })
  await world.auth.createUser({ username: 'bob', password: 'builder-Yes-77' })
  const bob = await world.loggedIn('bob', 'builder-Yes-77')
  const link = await world.link()
  await bob.post(await open(bob, link), NEW_PASSWORDS)
  assert.equal((await bob.get('/me')).body, 'bob')
  const next = { new_password1: `${NEW_PASSWORD}!`, new_password2: `${NEW_PASSWORD}!` }
  await bob.post(await open(bob, (await world.link()).replace('/accounts/reset/', '/r/')), next)
  assert.equal((await bob.get('/me')).body, 'alice')
})

test('where several backends are set up, one is named for the login', async (t) => {
  class Second extends ModelBackend {
    override readonly path: string = 'shop.backends.Second'
  }
  const urls = [
    path(
      'r/<uidb64>/<token>/',
      PasswordResetConfirmView.asView({ postResetLogin: true, postResetLoginBackend: 'shop.backends.Second' }),
    ),
  ]
  const world = await resetSite(t, {
    urls,
    backends: [(context) => new ModelBackend(context), (context) => new Second(context)],
  })
  const browser = world.visitor()
  await browser.post(await open(browser, (await world.link()).replace('/accounts/reset/', '/r/')), NEW_PASSWORDS)
  assert.equal((await values(world, browser.cookies.get('sessionid')))?._auth_user_backend, 'shop.backends.Second')
})

test('the word in the address, the page behind and the form are options', async (t) => {
  class Greeting extends SetPasswordForm {
    override get nonFieldErrors(): readonly string[] {
      return [`Hello, ${this.user.getUsername()}.`]
    }
  }
  const urls = [
    path(
      'r/<uidb64>/<token>/',
      PasswordResetConfirmView.asView({
        resetUrlToken: 'set-$&-password',
        successUrl: 'password_reset',
        formClass: Greeting,
        title: 'New one',
      }),
    ),
  ]
  const world = await resetSite(t, { urls })
  const browser = world.visitor()
  const form = await open(browser, (await world.link()).replace('/accounts/reset/', '/r/'))
  assert.equal(form, '/r/MQ/set-$&-password/')
  const page = await browser.get(form)
  assert.match(page.body, /<title>New one<\/title>[\s\S]*Hello, alice\./)
  assert.equal((await browser.post(form, NEW_PASSWORDS)).headers.location, '/accounts/password_reset/')
  assert.match((await browser.get(form)).body, /<title>Password reset unsuccessful<\/title>/)
})

test('a pattern without the two parameters is a mistake that says what is missing', async (t) => {
  const view = PasswordResetConfirmView.asView()
  const world = await resetSite(t, { urls: [path('a/<token>/', view), path('b/<uidb64>/', view)] })
  for (const at of ['/a/1-1/', '/b/MQ/']) assert.equal((await world.visitor().get(at)).status, 500)
  for (const error of world.errors) {
    assert.match(String(error), /The URL path must contain 'uidb64' and 'token' parameters/)
  }
  assert.equal(world.errors.length, 2)
})

test('a program is told that a link is none, and where to go behind one that is', async (t) => {
  const world = await resetSite(t)
  const browser = world.visitor()
  const json = { accept: 'application/json' }
  const none = await browser.get('/accounts/reset/MQ/1-1/', json)
  assert.equal(none.status, 400)
  assert.equal(JSON.parse(none.body).error.code, 'invalid_link')
  const reply = await browser.post(await open(browser, await world.link()), NEW_PASSWORDS, json)
  assert.deepEqual([reply.status, JSON.parse(reply.body)], [200, { redirect: '/accounts/reset/done/' }])
})

test('an account that goes while its password is written is told as a link that is none', async (t) => {
  const world = await resetSite(t)
  const browser = world.visitor()
  const form = await open(browser, await world.link())
  const find = world.auth.users.findById.bind(world.auth.users)
  let asked = 0
  t.mock.method(world.auth.users, 'findById', async (id: string) => {
    asked += 1
    return asked > 1 ? null : find(id)
  })
  assert.match((await browser.post(form, NEW_PASSWORDS)).body, UNSUCCESSFUL)
})
