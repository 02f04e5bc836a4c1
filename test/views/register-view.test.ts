import assert from 'node:assert/strict'
import { test } from 'node:test'
import { path } from '../../src/auth/path.ts'
import { StoreUnavailable } from '../../src/errors.ts'
import { memory } from '../../src/memory.ts'
import { UserCreationForm } from '../../src/views/forms/user-creation-form.ts'
import { RegisterView } from '../../src/views/register-view.ts'
import type { Browser, Reply } from '../support/browser.ts'
import { DATABASES } from '../support/databases.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { DONE, errorsOf, linkIn, PASSWORD, REGISTER, registering, signUp } from '../support/registering.ts'
import { listen, site, values } from '../support/site.ts'

const TAKEN = 'A user with that username already exists.'

test('nobody can register where the setting is not there, or false', async (t) => {
  for (const options of [{}, { registration: false }] as const) {
    const browser = (await site(t, options)).visitor()
    for (const path of [REGISTER, DONE, '/accounts/confirm/', '/accounts/confirm/x/']) {
      assert.equal((await browser.get(path)).status, 404)
    }
    assert.doesNotMatch((await browser.get('/accounts/login/')).body, /Create an account/)
  }
})

test('the login page leads to the form, which has what Django’s has and what a password manager needs', async (t) => {
  const browser = (await registering(t, {}, { siteName: 'Shop' })).visitor()
  assert.match((await browser.get('/accounts/login/')).body, /<a href="\/accounts\/register\/">Create an account<\/a>/)
  const { body, headers } = await browser.get(REGISTER)
  assert.match(body, /<title>Create an account \| Shop<\/title>/)
  assert.match(
    body,
    /<input type="text" name="username" id="id_username" value="" autocomplete="username" required maxlength="150" autofocus autocapitalize="none" aria-describedby="id_username_helptext">/,
  )
  assert.match(body, /Required\. 150 characters or fewer\. Letters, digits and @\/\.\/\+\/-\/_ only\./)
  assert.equal(body.match(/type="password"[^>]*autocomplete="new-password" required/g)?.length, 2)
  assert.match(body, /Enter the same password as before, for verification\./)
  assert.match(body, /<a href="\/accounts\/login\/">You have an account already\? Log in<\/a>/)
  assert.doesNotMatch(body, /name="email"/)
  assert.equal(headers['cache-control'], 'max-age=0, no-cache, no-store, must-revalidate, private')
})

test('a name and a password make an account that can be used at once', async (t) => {
  const world = await registering(t)
  const registered = listen(t, 'user_registered')
  const browser = world.visitor()
  const reply = await signUp(browser, { username: 'zoe' })
  assert.deepEqual([reply.status, reply.headers.location], [302, DONE])
  assert.match((await browser.get(DONE)).body, /Your account has been made\. You can log in now\./)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
  assert.equal((await browser.login('zoe', PASSWORD)).status, 302)
  const zoe = await world.auth.users.findByUsername('zoe')
  assert.deepEqual(
    [zoe?.email, zoe?.isActive, zoe?.isStaff, zoe?.isSuperuser, zoe?.dateJoined.getTime()],
    ['', true, false, false, world.clock.now()],
  )
  assert.deepEqual(
    registered.map(({ user, incoming }) => [user.id, incoming?.url]),
    [[zoe?.id, REGISTER]],
  )
  assert.deepEqual(await world.mailed(), [])
})

test('only the fields of the form become part of an account', async (t) => {
  const world = await registering(t)
  const hostile = {
    username: 'eve',
    is_superuser: '1',
    isSuperuser: 'true',
    is_staff: 'on',
    isStaff: '1',
    is_active: '0',
    id: '1',
    pk: '1',
    email: 'alice@site.example',
    password: 'pbkdf2_sha256$1$a$b',
    first_name: 'Root',
    last_login: '2026-01-01',
    groups: '1',
    user_permissions: '1',
    ['__proto__']: 'x',
    'constructor.prototype.isSuperuser': '1',
    'user[isSuperuser]': '1',
  }
  assert.equal((await signUp(world.visitor(), hostile)).headers.location, DONE)
  const body = `{"username":"mallory","password1":"${PASSWORD}","password2":"${PASSWORD}","isSuperuser":true,"__proto__":{"isSuperuser":true,"isStaff":true}}`
  assert.equal((await sendJson(world.visitor(), body)).status, 200)
  for (const name of ['eve', 'mallory']) {
    const user = await world.auth.users.findByUsername(name)
    assert.ok(user)
    const { isSuperuser, isStaff, isActive, email, firstName, lastLogin } = user
    assert.deepEqual(
      { isSuperuser, isStaff, isActive, email, firstName, lastLogin },
      { isSuperuser: false, isStaff: false, isActive: true, email: '', firstName: '', lastLogin: null },
    )
    assert.notEqual(user.id, 1)
  }
  assert.equal((await world.visitor().login()).status, 302, 'alice is who she was')
  assert.equal(({} as { isSuperuser?: boolean }).isSuperuser, undefined)
})

async function sendJson(browser: Browser, body: string): Promise<Reply> {
  await browser.get('/accounts/login/')
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    'x-csrftoken': browser.cookies.get('csrftoken') ?? '',
  }
  return browser.send(REGISTER, { method: 'POST', body, headers })
}

test('a program registers in JSON and gets the errors in it, with their codes', async (t) => {
  const world = await registering(t)
  const right = await sendJson(
    world.visitor(),
    JSON.stringify({ username: 'zoe', password1: PASSWORD, password2: PASSWORD }),
  )
  assert.deepEqual([right.status, JSON.parse(right.body)], [200, { redirect: DONE }])
  const wrong = await sendJson(world.visitor(), JSON.stringify({ username: 'ALICE', password1: 'a', password2: 'b' }))
  assert.equal(wrong.status, 400)
  assert.deepEqual(JSON.parse(wrong.body).error.fields, {
    username: [{ code: 'unique', message: TAKEN }],
    password2: [{ code: 'password_mismatch', message: 'The two password fields didn’t match.' }],
  })
  for (const odd of ['[]', 'null', '"x"', '{"username":{"a":1},"password1":["x"]}', '{"username":null}']) {
    assert.equal((await sendJson(world.visitor(), odd)).status, 400, odd)
  }
  assert.equal((await sendJson(world.visitor(), '{')).status, 400)
})

for (const [name, open] of DATABASES) {
  test(`of 50 who register one name at once one gets the account, and the others are told: ${name}`, async (t) => {
    const world = await registering(t, {}, { database: open(t) })
    const registered = listen(t, 'user_registered')
    const replies = await Promise.all(
      Array.from({ length: 50 }, async (_, number) =>
        signUp(world.visitor(), {
          username: 'zoe',
          password1: `${PASSWORD}${number}`,
          password2: `${PASSWORD}${number}`,
        }),
      ),
    )
    const winners = replies.filter(({ status }) => status === 302)
    assert.equal(winners.length, 1)
    for (const reply of replies.filter(({ status }) => status !== 302)) assert.deepEqual(errorsOf(reply), [TAKEN])
    assert.equal(registered.length, 1)
    const won = replies.indexOf(winners[0] as Reply)
    assert.equal((await world.visitor().login('zoe', `${PASSWORD}${won}`)).status, 302)
  })
}

test('who has registered is logged in where the settings say so, under a key of their own', async (t) => {
  const world = await registering(t, { loginAfter: true }, { loginRedirectUrl: '/home/' })
  const browser = world.visitor()
  await browser.get('/set?cart=full')
  const before = browser.cookies.get('sessionid')
  const reply = await signUp(browser, { username: 'zoe' })
  assert.equal(reply.headers.location, '/home/')
  assert.equal((await browser.get('/me')).body, 'zoe')
  assert.notEqual(browser.cookies.get('sessionid'), before)
  assert.equal((await browser.get('/get')).body, '{"cart":"full"}')
  assert.equal((await values(world, before)) === null, true)
})

test('somebody who is logged in and makes another account leaves the first one', async (t) => {
  const world = await registering(t, { loginAfter: true })
  const browser = await world.loggedIn()
  const thief = browser.copy()
  await browser.get('/set?cart=full')
  await signUp(browser, { username: 'zoe' })
  assert.equal((await browser.get('/me')).body, 'zoe')
  assert.equal((await browser.get('/get')).body, '{}')
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')
})

test('where to go is a setting, or an option of the view', async (t) => {
  const world = await registering(
    t,
    { redirectUrl: 'hello' },
    {
      urls: [
        path('hello/', { name: 'hello' }),
        path('join/', RegisterView.asView({ successUrl: '/there/', title: 'Join us', extraContext: { a: 1 } })),
      ],
    },
  )
  assert.equal((await signUp(world.visitor(), { username: 'zoe' })).headers.location, '/hello/')
  const browser = world.visitor()
  assert.match((await browser.get('/join/')).body, /<h1>Join us<\/h1>/)
  const fields = { username: 'bob', password1: PASSWORD, password2: PASSWORD }
  assert.equal((await browser.post('/join/', fields)).headers.location, '/there/')
  const loggedIn = await registering(t, { redirectUrl: '/in/', loginAfter: true })
  assert.equal((await signUp(loggedIn.visitor(), { username: 'zoe' })).headers.location, '/in/')
})

test('with several backends the view says which one vouches for the login after it', async (t) => {
  const { ModelBackend } = await import('../../src/auth/model-backend.ts')
  class Other extends ModelBackend {
    override readonly path = 'other.Backend'
  }
  const view = RegisterView.asView({ loginBackend: 'other.Backend' })
  const world = await registering(
    t,
    { loginAfter: true },
    {
      backends: [(context) => new ModelBackend(context), (context) => new Other(context)],
      urls: [path('join/', view)],
    },
  )
  const browser = world.visitor()
  await browser.post('/join/', { username: 'zoe', password1: PASSWORD, password2: PASSWORD })
  assert.equal((await values(world, browser.cookies.get('sessionid')))?._auth_user_backend, 'other.Backend')
})

test('an own form asks for more, or refuses', async (t) => {
  class InvitedForm extends UserCreationForm {
    protected override declareFields(): ReturnType<UserCreationForm['declareFields']> {
      return { ...super.declareFields(), invitation: { maxLength: 10 } }
    }
    protected override async cleanField(name: string, value: string): Promise<string> {
      if (name === 'invitation' && value !== 'please') {
        this.addError(name, { code: 'invitation', text: { id: 'That is no invitation.' } })
      }
      return super.cleanField(name, value)
    }
  }
  const world = await registering(
    t,
    {},
    { urls: [path('join/', RegisterView.asView({ formClass: InvitedForm }), { name: 'register' })] },
  )
  const browser = world.visitor()
  const fields = { username: 'zoe', password1: PASSWORD, password2: PASSWORD }
  assert.deepEqual(errorsOf(await browser.post('/join/', fields)), ['This field is required.'])
  assert.deepEqual(errorsOf(await browser.post('/join/', { ...fields, invitation: 'now' })), ['That is no invitation.'])
  assert.equal((await browser.post('/join/', { ...fields, invitation: 'please' })).status, 302)
  assert.equal((await browser.get(REGISTER)).status, 404, 'the built-in view of that name is not mounted')
})

test('a subclass may refuse too many requests before anything is made', async (t) => {
  class Limited extends RegisterView {
    protected override async limitRequests(): Promise<void> {
      throw new StoreUnavailable('Not so fast.')
    }
  }
  const world = await registering(t, {}, { urls: [path('join/', Limited.asView())] })
  const fields = { username: 'zoe', password1: PASSWORD, password2: PASSWORD }
  assert.equal((await world.visitor().post('/join/', fields)).status, 503)
  assert.equal(await world.auth.users.findByUsername('zoe'), null)
})

test('an address is asked for where it is to be confirmed, and may belong to several accounts', async (t) => {
  const world = await registering(t, { confirmEmail: true })
  const browser = world.visitor()
  assert.match(
    (await browser.get(REGISTER)).body,
    /<input type="email" name="email" id="id_email" value="" autocomplete="email" required maxlength="254">/,
  )
  const reply = await signUp(browser, { username: 'zoe', email: 'alice@site.example' })
  assert.equal(reply.headers.location, DONE)
  const [mail] = await world.mailed()
  assert.equal(mail?.to, 'alice@site.example')
  assert.match(mail?.text ?? '', /Your username: zoe\n/)
  assert.ok(linkIn(mail))
  assert.equal((await browser.login('zoe', PASSWORD)).status, 200, 'not before it is confirmed')
  assert.equal((await world.visitor().login()).status, 302, 'alice is who she was')
})

test('a name that was taken in the meantime sends no mail', async (t) => {
  const database = intercepted(memory(), ({ name, proceed }) => (name === 'users.hasUsername' ? false : proceed()))
  const world = await registering(t, { confirmEmail: true }, { database })
  const reply = await signUp(world.visitor(), { username: 'alice', email: 'eve@site.example' })
  assert.deepEqual(errorsOf(reply), [TAKEN])
  assert.deepEqual(await world.mailed(), [])
})

test('a store that fails makes no account, sends no mail, and the answer is 503', async (t) => {
  let armed = false
  const database = intercepted(memory(), ({ name, proceed }) => {
    if (armed && name === 'users.create') throw new StoreUnavailable()
    return proceed()
  })
  for (const confirmEmail of [true, false]) {
    armed = false
    const world = await registering(t, { confirmEmail }, { database, secretKey: SECRET_KEY })
    armed = true
    const fields = { username: 'zoe', email: 'zoe@site.example' }
    assert.equal((await signUp(world.visitor(), fields)).status, 503)
    assert.deepEqual(await world.mailed(), [])
  }
})

test('where no more mails can wait no account is made that could not be confirmed', async (t) => {
  const world = await registering(t, { confirmEmail: true })
  const { Overloaded } = await import('../../src/errors.ts')
  t.mock.method(world.auth.postponed, 'begin', () => {
    throw new Overloaded('Too many mails are waiting.', 60)
  })
  const reply = await signUp(world.visitor(), { username: 'zoe', email: 'zoe@site.example' })
  assert.deepEqual([reply.status, reply.headers['retry-after']], [503, '60'])
  assert.equal(await world.auth.users.findByUsername('zoe'), null)
})

test('fields of megabytes are refused, or cost no more than others, and none is an error page', async (t) => {
  const world = await registering(t, { confirmEmail: true })
  const huge = 'x'.repeat(5_000_000)
  assert.equal((await signUp(world.visitor(), { username: huge })).status, 413)
  const large = 'x'.repeat(2_400_000)
  for (const field of ['username', 'email', 'password1', 'password2']) {
    const reply = await signUp(world.visitor(), { username: 'zoe', email: 'zoe@site.example', [field]: large })
    assert.equal(reply.status, 200, field)
    assert.notEqual(errorsOf(reply).length, 0, field)
  }
  assert.equal(await world.auth.users.findByUsername('zoe'), null)
  assert.equal(world.errors.length, 0)
})

test('HEAD and OPTIONS make nothing, PUT is an empty form, and another site is refused', async (t) => {
  const world = await registering(t)
  const browser = world.visitor()
  await browser.get(REGISTER)
  const csrf = { 'x-csrftoken': browser.cookies.get('csrftoken') ?? '' }
  assert.equal((await browser.send(REGISTER, { method: 'HEAD' })).status, 200)
  const options = await browser.send(REGISTER, { method: 'OPTIONS' })
  assert.deepEqual([options.status, options.headers.allow], [200, 'GET, POST, PUT, HEAD, OPTIONS'])
  assert.equal(errorsOf(await browser.send(REGISTER, { method: 'PUT', headers: csrf })).length, 3)
  const form = { username: 'zoe', password1: PASSWORD, password2: PASSWORD }
  assert.equal((await browser.send(REGISTER, { method: 'POST', form })).status, 403)
  assert.equal(await world.auth.users.findByUsername('zoe'), null)
})
