/**
 * The form says what Django's says, code by code and word by word. The cases are what `UserCreationForm` of Django 5.2 made of
 * them on SQLite without password validators, with the accounts `alice` and `Zoë`.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthRequest } from '../../../src/auth/auth-request.ts'
import { Fields } from '../../../src/kernel/forms.ts'
import { memory } from '../../../src/memory.ts'
import type { RegistrationOptions } from '../../../src/options.ts'
import type { PasswordPolicy } from '../../../src/passwords/password-policy.ts'
import { UserCreationForm } from '../../../src/views/forms/user-creation-form.ts'
import { DATABASES } from '../../support/databases.ts'
import { intercepted } from '../../support/intercepted-database.ts'
import { testPostern } from '../../support/postern.ts'
import cases from './user-creation-cases.json' with { type: 'json' }

type Options = Parameters<typeof testPostern>[0]
type Sent = Readonly<Record<string, string>>

const GOOD = { password1: 'a-Good-one-4711', password2: 'a-Good-one-4711' }

/** A form that was sent to a site with these settings. */
async function sent(data: Sent, options: Options = {}): Promise<UserCreationForm> {
  const { auth } = await testPostern(options)
  return formFor(auth, data)
}

function formFor(auth: Awaited<ReturnType<typeof testPostern>>['auth'], data: Sent): UserCreationForm {
  const fields = new Fields()
  for (const [name, value] of Object.entries(data)) fields.append(name, value)
  const incoming = { method: 'POST', url: '/', prefix: '', scheme: 'https', host: 'localhost', header: () => undefined }
  return new UserCreationForm(new AuthRequest(auth, incoming as never, undefined), fields)
}

async function outcome(form: UserCreationForm): Promise<unknown> {
  const valid = await form.isValid()
  const errors = { ...form.errorMessages() }
  return valid ? { errors, username: (await form.registrant()).username } : { errors }
}

for (const [name, open] of DATABASES) {
  test(`every case comes out as in Django: ${name}`, async (t) => {
    const { auth } = await testPostern({ database: open(t) })
    await auth.createUser({ username: 'Zoë', password: 'x' })
    assert.ok(cases.length > 50)
    for (const { data, ...expected } of cases) {
      // SQLite's LIKE knows the case of ASCII alone, as Django says of it; here such a name is taken on every database.
      if (data.username === 'ZOË') continue
      assert.deepEqual(await outcome(formFor(auth, data)), expected, JSON.stringify(data).slice(0, 100))
    }
    const stricter = formFor(auth, { username: 'ZOË', ...GOOD })
    assert.deepEqual(await stricter.isValid(), false)
    assert.equal(stricter.hasError('username', 'unique'), true)
  })
}

test('a name that is taken is not judged any further, and a bad one is looked up once', async () => {
  const asked: string[] = []
  const database = intercepted(memory(), ({ name, args, proceed }) => {
    if (name === 'users.hasUsername') asked.push(String(args[0]))
    return proceed()
  })
  const form = await sent({ username: 'bob!', ...GOOD }, { database })
  await form.isValid()
  await form.isValid()
  assert.deepEqual(asked, ['bob!'])
})

test('an overlong name or address is looked up nowhere, and costs nothing', async () => {
  const database = intercepted(memory(), ({ name, proceed }) => {
    assert.notEqual(name, 'users.hasUsername')
    return proceed()
  })
  const { auth } = await testPostern({ database })
  const began = performance.now()
  const form = formFor(auth, { username: 'ﷺ'.repeat(800_000), ...GOOD })
  assert.equal(await form.isValid(), false)
  assert.equal(form.hasError('username', 'max_length'), true)
  const byEmail = await sent({ email: 'ﷺ'.repeat(800_000), ...GOOD }, { registration: { identify: 'email' } })
  assert.equal(await byEmail.isValid(), false)
  assert.ok(performance.now() - began < 2000)
})

const POLICY = {
  validatePassword: async (password: string, owner: unknown) => [
    { code: 'seen', text: { id: '%(what)s', params: { what: JSON.stringify([password, owner]) } } },
  ],
  helpTexts: () => [{ id: 'At least this.' }, { id: 'And that.' }],
  passwordChanged: async () => {},
} as unknown as PasswordPolicy

/** A form of a site with another policy for passwords. */
async function withPolicy(data: Sent, registration: RegistrationOptions): Promise<UserCreationForm> {
  const { auth } = await testPostern({ registration })
  Object.defineProperty(auth, 'passwordPolicy', { value: POLICY })
  return formFor(auth, data)
}

test('the site’s policy judges the password, and knows whose it is to be', async () => {
  const byName = await withPolicy({ username: 'ｚoe', ...GOOD }, {})
  assert.equal(await byName.isValid(), false)
  assert.deepEqual(byName.errorMessages().password2, [
    { code: 'seen', message: JSON.stringify([GOOD.password1, { username: 'zoe', email: '' }]) },
  ])
  const byEmail = await withPolicy({ email: 'Zoe@Site.Example', ...GOOD }, { identify: 'email' })
  await byEmail.isValid()
  assert.deepEqual(byEmail.errorMessages().password2, [
    {
      code: 'seen',
      message: JSON.stringify([GOOD.password1, { username: 'Zoe@site.example', email: 'Zoe@site.example' }]),
    },
  ])
  const wrong = await withPolicy({ username: 'alice', ...GOOD }, {})
  await wrong.isValid()
  assert.equal(
    wrong.errorMessages().password2?.[0]?.message,
    JSON.stringify([GOOD.password1, { username: '', email: '' }]),
  )
})

test('what the policy wants is said with the field', async () => {
  const form = await withPolicy({}, {})
  const help = form.fields.find(({ name }) => name === 'password1')?.helpText
  assert.equal(String(help), '<ul><li>At least this.</li><li>And that.</li></ul>')
})

test('the fields are those that the settings want', async () => {
  const names = async (registration: RegistrationOptions): Promise<string[]> =>
    (await sent({}, { registration })).fields.map(({ name, autocomplete }) => `${name} ${autocomplete}`)
  const passwords = ['password1 new-password', 'password2 new-password']
  assert.deepEqual(await names({}), ['username username', ...passwords])
  assert.deepEqual(await names({ confirmEmail: true }), ['username username', 'email email', ...passwords])
  assert.deepEqual(await names({ identify: 'email' }), ['email username', ...passwords])
})

test('what is typed comes back, but for passwords', async () => {
  const form = await sent({ username: 'bob!', password1: 'secret-1', password2: 'secret-2' })
  await form.isValid()
  assert.deepEqual(
    form.fields.map(({ value }) => value),
    ['bob!', '', ''],
  )
})

test('nobody is made of a form that is not valid', async () => {
  const form = await sent({ username: 'alice', ...GOOD })
  await assert.rejects(form.registrant(), /registrant\(\) is for a form that is valid/)
  await form.isValid()
  await assert.rejects(form.registrant(), /registrant\(\) is for a form that is valid/)
})

test('whoever registers gets a hash and no password', async () => {
  const form = await sent({ email: 'Zoe@SITE.example', ...GOOD }, { registration: { identify: 'email' } })
  await form.isValid()
  const { username, email, password } = await form.registrant()
  assert.deepEqual([username, email], ['zoe@site.example', 'Zoe@site.example'])
  assert.match(password, /^pbkdf2_sha256\$1\$/)
})
