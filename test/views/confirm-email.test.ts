import assert from 'node:assert/strict'
import { test } from 'node:test'
import { path } from '../../src/auth/path.ts'
import { confirmationToken } from '../../src/auth/registration.ts'
import { StoreUnavailable } from '../../src/errors.ts'
import { memory } from '../../src/memory.ts'
import type { RegistrationOptions } from '../../src/options.ts'
import type { User } from '../../src/users/user.ts'
import { ConfirmEmailView } from '../../src/views/confirm-email-view.ts'
import type { Browser, Reply } from '../support/browser.ts'
import { DATABASES } from '../support/databases.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { followLink, linkIn, PASSWORD, type RegisteringSite, registering, signUp } from '../support/registering.ts'
import { listen, stored } from '../support/site.ts'

type Ends = Parameters<typeof registering>[0]

const WITH_LINK = { confirmEmail: true } as const
const PAGE = '/accounts/confirm/address/'
const USED = /This link has been used already\. You can log in\./
const INVALID = /This link is not good, or not any more/

/** zoe, who has registered, and the link that she was sent. */
async function waiting(
  t: Ends,
  options: Parameters<typeof registering>[2] = {},
  registration: RegistrationOptions = WITH_LINK,
): Promise<{ world: RegisteringSite; link: string; browser: Browser; zoe: () => Promise<User> }> {
  const world = await registering(t, registration, options)
  const browser = world.visitor()
  await signUp(browser, { username: 'zoe', email: 'zoe@site.example' })
  const link = linkIn((await world.mailed())[0])
  const zoe = async (): Promise<User> => {
    const user = await world.auth.users.findByUsername('zoe')
    assert.ok(user)
    return user
  }
  return { world, link, browser, zoe }
}

test('the link leads to a page with a button, without the token in its address, and the button confirms', async (t) => {
  const { world, link, browser, zoe } = await waiting(t)
  const confirmed = listen(t, 'email_confirmed')
  const opened = await browser.get(link)
  assert.deepEqual([opened.status, opened.headers.location], [302, PAGE])
  assert.equal(opened.headers['referrer-policy'], 'no-referrer')
  assert.match(String(opened.headers['cache-control']), /no-store.*private/)
  const { body } = await browser.get(PAGE)
  assert.match(
    body,
    /Is zoe@site\.example your address, and did you ask for an account\? If not, just close this page\./,
  )
  assert.match(body, /<button type="submit">Yes, confirm it<\/button>/)
  assert.ok(!body.includes(link.split('/')[3] ?? '?'), 'the token is not in the page')
  assert.equal((await zoe()).isActive, false)
  const reply = await browser.post(PAGE, { password: PASSWORD })
  assert.deepEqual([reply.status, reply.headers.location], [302, '/accounts/login/'])
  assert.equal((await zoe()).isActive, true)
  assert.equal((await world.auth.accounts.get(String((await zoe()).id))).emailConfirmed, world.clock.now())
  assert.deepEqual(
    confirmed.map(({ user }) => user.username),
    ['zoe'],
  )
  assert.match((await browser.get('/accounts/login/')).body, /Your email address is confirmed\. You can log in now\./)
  assert.equal((await browser.login('zoe', PASSWORD)).status, 302)
})

test('programs that check mails look at the link as often as they like: only the button uses it up', async (t) => {
  const { world, link, browser, zoe } = await waiting(t)
  for (let times = 0; times < 3; times++) {
    const scanner = world.visitor()
    for (const method of ['GET', 'HEAD', 'OPTIONS']) await scanner.send(link, { method })
    await scanner.get((await scanner.get(link)).headers.location ?? '')
  }
  assert.equal((await zoe()).isActive, false)
  assert.equal((await followLink(browser, link)).status, 302)
  assert.equal((await zoe()).isActive, true)
})

test('the link works in another browser than the one that registered', async (t) => {
  const { world, link, zoe } = await waiting(t)
  const phone = world.visitor()
  assert.equal((await followLink(phone, link)).headers.location, '/accounts/login/')
  assert.equal((await zoe()).isActive, true)
  assert.equal((await phone.get('/me')).body, 'AnonymousUser', 'the link logs nobody in')
})

test('a link that was used says so, and to whoever had the page open', async (t) => {
  const { world, link, browser } = await waiting(t)
  const confirmed = listen(t, 'email_confirmed')
  const other = world.visitor()
  await other.get(link)
  await followLink(browser, link)
  const late = await other.post(PAGE, { password: PASSWORD })
  assert.equal(late.status, 200)
  assert.match(late.body, USED)
  for (const one of [browser, other, world.visitor()]) {
    const again = await one.get(link)
    assert.equal(again.status, 200)
    assert.match(again.body, USED)
    assert.match(again.body, /href="\/accounts\/login\/">Log in</)
    assert.doesNotMatch(again.body, /<form/)
  }
  assert.equal(confirmed.length, 1)
})

test('a link that was used stays used when the account is told to wait again', async (t) => {
  const { world, link, browser, zoe } = await waiting(t)
  await followLink(browser, link)
  await world.auth.accounts.awaitConfirmation(String((await zoe()).id), 1)
  assert.match((await browser.get(link)).body, USED)
  assert.equal((await zoe()).isActive, true)
})

test('the link ends with its time, and can be asked for again', async (t) => {
  const { world, link, browser } = await waiting(t, {}, { confirmEmail: true, confirmTimeout: 3600 })
  await browser.get(link)
  world.clock.pass(3599)
  assert.match((await browser.get(PAGE)).body, /Yes, confirm it/)
  world.clock.pass(1)
  for (const reply of [
    await browser.get(PAGE),
    await browser.post(PAGE, { password: PASSWORD }),
    await browser.get(link),
  ]) {
    assert.match(reply.body, INVALID)
    assert.match(reply.body, /href="\/accounts\/confirm\/">Send the link again</)
  }
  const asked = await browser.post('/accounts/confirm/', { email: 'ZOE@site.example' })
  assert.equal(asked.headers.location, '/accounts/login/')
  assert.match((await browser.get('/accounts/login/')).body, /an email with a new link is on its way/)
  const [, again] = await world.mailed()
  assert.equal((await followLink(browser, linkIn(again))).status, 302)
  assert.equal((await browser.login('zoe', PASSWORD)).status, 302)
})

test('the link ends with the address that it was sent to', async (t) => {
  const { world, link, browser, zoe } = await waiting(t)
  await browser.get(link)
  await world.auth.users.update(String((await zoe()).id), { email: 'other@site.example' })
  for (const reply of [await browser.post(PAGE, { password: PASSWORD }), await world.visitor().get(link)])
    assert.match(reply.body, INVALID)
  assert.equal((await zoe()).isActive, false)
})

test('a link switches no account on that somebody has switched off', async (t) => {
  const { world, link, browser, zoe } = await waiting(t)
  const { id } = await zoe()
  const second = `/accounts/confirm/${confirmationToken(world.auth, await zoe(), 'confirm_email')}/`
  const claim = `/accounts/confirm/${confirmationToken(world.auth, await zoe(), 'claim_account')}/`
  await followLink(browser, link)
  const before = (await zoe()).password
  for (const other of [second, claim]) assert.match((await browser.get(other)).body, USED)
  await world.auth.users.update(String(id), { isActive: false })
  for (const other of [link, second, claim]) {
    assert.match((await browser.get(other)).body, INVALID)
    assert.match((await browser.post(other)).body, INVALID)
  }
  assert.deepEqual([(await zoe()).isActive, (await zoe()).password], [false, before])
})

test('the link of somebody who is gone is no good', async (t) => {
  const { world, link, browser } = await waiting(t)
  t.mock.method(world.auth.users, 'findById', () => null)
  assert.match((await browser.get(link)).body, INVALID)
})

test('what is no link of ours is no good, and begins no session', async (t) => {
  const { world, link } = await waiting(t)
  const token = link.split('/')[3] ?? ''
  for (const other of [
    'x',
    'address',
    `${token}x`,
    token.toUpperCase(),
    '%00',
    '%ff',
    'a'.repeat(10_000),
    '__proto__',
  ]) {
    const browser = world.visitor()
    const reply = await browser.get(`/accounts/confirm/${other}/`)
    assert.equal(reply.status, 200, other.slice(0, 20))
    assert.match(reply.body, INVALID)
    assert.equal(browser.cookies.has('sessionid'), false)
    assert.match((await browser.post(`/accounts/confirm/${other}/`)).body, INVALID)
  }
  assert.equal(world.errors.length, 0)
})

for (const [name, open] of DATABASES) {
  test(`of 50 who press the button at once exactly one confirms, with one event: ${name}`, async (t) => {
    const { world, link, zoe } = await waiting(t, { database: open(t) })
    const confirmed = listen(t, 'email_confirmed')
    const browsers = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const browser = world.visitor()
        await browser.get(link)
        await browser.get(PAGE)
        return browser
      }),
    )
    const replies = await Promise.all(browsers.map((browser) => browser.post(PAGE, { password: PASSWORD })))
    assert.equal(replies.filter(({ status }) => status === 302).length, 1)
    // Between its two steps the account does not wait any more and is not active yet.
    const late = new RegExp(`${USED.source}|${INVALID.source}`)
    for (const reply of replies.filter(({ status }) => status !== 302)) assert.match(reply.body, late)
    assert.equal(confirmed.length, 1)
    assert.equal((await zoe()).isActive, true)
  })
}

for (const failing of ['users.update', 'accounts.confirmEmail', 'tokens.redeem', 'accounts.get', 'tokens.isRedeemed']) {
  test(`where ${failing} fails the answer is 503, and pressing the button again confirms`, async (t) => {
    let armed = false
    const database = intercepted(memory(), ({ name, proceed }) => {
      if (armed && name === failing) throw new StoreUnavailable()
      return proceed()
    })
    const { world, link, browser, zoe } = await waiting(t, { database })
    const confirmed = listen(t, 'email_confirmed')
    await browser.get(link)
    armed = true
    assert.equal((await browser.post(PAGE, { password: PASSWORD })).status, 503)
    armed = false
    const again = await browser.post(PAGE, { password: PASSWORD })
    assert.equal(again.status, failing === 'tokens.redeem' ? 200 : 302)
    if (failing === 'tokens.redeem') assert.match(again.body, USED, 'the address is confirmed by then')
    assert.equal(confirmed.length, 1)
    assert.equal((await zoe()).isActive, true)
    assert.notEqual((await world.auth.accounts.get(String((await zoe()).id))).emailConfirmed, null)
  })
}

test('another site cannot press the button', async (t) => {
  const { link, browser, zoe } = await waiting(t)
  await browser.get(link)
  assert.equal((await browser.send(PAGE, { method: 'POST', form: {} })).status, 403)
  const csrf = { csrfmiddlewaretoken: browser.cookies.get('csrftoken') ?? '' }
  const foreign = await browser.send(PAGE, { method: 'POST', form: csrf, headers: { origin: 'https://evil.example' } })
  assert.equal(foreign.status, 403)
  assert.equal((await zoe()).isActive, false)
})

test('a program posts to the link itself, and is told what came of it', async (t) => {
  const { world, link, browser } = await waiting(t)
  await browser.get('/accounts/login/')
  const send = (to: string, password = PASSWORD): Promise<Reply> =>
    browser.send(to, {
      method: 'POST',
      body: JSON.stringify({ password }),
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'x-csrftoken': browser.cookies.get('csrftoken') ?? '',
      },
    })
  const invalid = await send('/accounts/confirm/nonsense/')
  assert.deepEqual([invalid.status, JSON.parse(invalid.body).error.code], [400, 'invalid_link'])
  const wrong = await send(link, 'x')
  assert.deepEqual([wrong.status, JSON.parse(wrong.body).error.code], [400, 'wrong_password'])
  const right = await send(link)
  assert.deepEqual([right.status, JSON.parse(right.body)], [200, { redirect: '/accounts/login/' }])
  const used = await send(link)
  assert.deepEqual([used.status, JSON.parse(used.body).error.code], [400, 'used_link'])
  assert.equal((await world.visitor().login('zoe', PASSWORD)).status, 302)
})

test('the token is in the session and gone from it afterwards', async (t) => {
  const { world, link, browser } = await waiting(t)
  await browser.get(link)
  const key = browser.cookies.get('sessionid')
  const data = (): Promise<string | undefined> =>
    stored(world, key).then((session) => session && world.auth.sessions.payloads.decode(session.data)?.json) as never
  assert.match((await data()) ?? '', /_postern_confirm/)
  await browser.post(PAGE, { password: PASSWORD })
  assert.doesNotMatch((await data()) ?? '', /_postern_confirm/)
})

test('where to go afterwards is a setting, or an option of the view', async (t) => {
  const set = await waiting(
    t,
    { urls: [path('hello/', { name: 'hello' })] },
    { confirmEmail: true, redirectUrl: 'hello' },
  )
  assert.equal((await followLink(set.browser, set.link)).headers.location, '/hello/')
  const view = ConfirmEmailView.asView({ successUrl: '/there/', urlToken: 'here', title: 'Is it you?' })
  const own = await waiting(t, { urls: [path('mine/<token>/', view)] })
  const link = own.link.replace('/accounts/confirm/', '/mine/')
  assert.equal((await own.browser.get(link)).headers.location, '/mine/here/')
  assert.match((await own.browser.get('/mine/here/')).body, /<h1>Is it you\?<\/h1>/)
  assert.equal((await own.browser.post('/mine/here/', { password: PASSWORD })).headers.location, '/there/')
})

test('a view on a route without a token is a mistake that says so', async (t) => {
  const world = await registering(t, WITH_LINK, { urls: [path('confirm/', ConfirmEmailView.asView())] })
  assert.equal((await world.visitor().get('/confirm/')).status, 500)
  assert.match(String(world.errors[0]), /The URL path must contain a 'token' parameter/)
})
