/** Django's `AuthenticationFormTest`; without those of user models with another or a numeric name field. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ModelBackend } from '../../../src/auth/model-backend.ts'
import { sentence } from '../../../src/kernel/text.ts'
import type { PosternOptions } from '../../../src/options.ts'
import { AuthenticationForm } from '../../../src/views/forms/authentication-form.ts'
import { BoundForm } from '../../../src/views/forms/bound-form.ts'
import type { FieldDeclarations } from '../../../src/views/forms/fields.ts'
import type { AuthenticationFormType } from '../../../src/views/login-view.ts'
import { fields, formRequest } from '../../support/form-request.ts'
import { ALICE, type TestPostern, testPostern } from '../../support/postern.ts'
import { listen } from '../../support/site.ts'

const INVALID = 'Please enter a correct username and password. Note that both fields may be case-sensitive.'

/** Lets the inactive in, so that the form has to refuse them. */
class Everybody extends ModelBackend {
  protected override userCanAuthenticate(): boolean {
    return true
  }
}

async function world(options: Partial<PosternOptions> = {}): Promise<TestPostern> {
  const made = await testPostern({ backends: [(context) => new Everybody(context)], ...options })
  await made.auth.createUser({ username: 'inactive', password: 'password', isActive: false })
  return made
}

type Form = AuthenticationFormType

async function bound(
  { auth }: TestPostern,
  data: Readonly<Record<string, string>>,
  type: Form = AuthenticationForm,
  language = 'en',
): Promise<AuthenticationForm> {
  const form = new type(await formRequest(auth, { 'accept-language': language }), fields(data))
  await form.isValid()
  return form
}

test('an unknown name is told as a wrong password is', async () => {
  const site = await world()
  for (const data of [
    { username: 'jsmith_does_not_exist', password: 'test123' },
    { username: 'alice', password: 'test123' },
  ]) {
    const form = await bound(site, data)
    assert.equal(await form.isValid(), false)
    assert.deepEqual(form.nonFieldErrors, [INVALID])
    assert.equal(form.hasError('__all__', 'invalid_login'), true)
    assert.equal(form.user, null)
  }
})

test('somebody inactive whose password is right is told so, in their language', async () => {
  const site = await world({
    languages: ['en', 'pt-br'],
    catalogs: { 'pt-br': { 'This account is inactive.': 'Inativo.' } },
  })
  const data = { username: 'inactive', password: 'password' }
  const form = await bound(site, data)
  assert.deepEqual(form.nonFieldErrors, ['This account is inactive.'])
  assert.equal(form.hasError('__all__', 'inactive'), true)
  assert.deepEqual((await bound(site, data, AuthenticationForm, 'pt-BR')).nonFieldErrors, ['Inativo.'])
})

test('a wrong password does not tell that somebody is inactive', async () => {
  const form = await bound(await world(), { username: 'inactive', password: 'incorrect' })
  assert.deepEqual(form.nonFieldErrors, [INVALID])
})

test('a failed login is told with its request', async (t) => {
  const heard = listen(t, 'user_login_failed')
  const form = await bound(await world(), { username: 'alice', password: 'incorrect' })
  assert.equal(heard[0]?.incoming, form.request.incoming)
})

test('who may log in is a matter of the form', async () => {
  class InactiveToo extends AuthenticationForm {
    protected override confirmLoginAllowed(): void {}
  }
  class Picky extends AuthenticationForm {
    protected override async confirmLoginAllowed(user: { username: string }): Promise<void> {
      const inactive = user.username === 'inactive'
      this.addError(null, {
        code: 'no',
        text: inactive ? sentence('This user is disallowed.') : sentence("Sorry, nobody's allowed in."),
      })
    }
  }
  const site = await world()
  const inactive = { username: 'inactive', password: 'password' }
  assert.equal((await bound(site, inactive, InactiveToo)).user?.username, 'inactive')
  assert.deepEqual((await bound(site, inactive, Picky)).nonFieldErrors, ['This user is disallowed.'])
  assert.deepEqual((await bound(site, ALICE, Picky)).nonFieldErrors, ["Sorry, nobody's allowed in."])
})

test('the right name and password are valid, of any script', async () => {
  const site = await world()
  await site.auth.createUser({ username: 'Σαρα', password: 'pwd' })
  for (const data of [ALICE, { username: 'Σαρα', password: 'pwd' }]) {
    const form = await bound(site, data)
    assert.equal(await form.isValid(), true)
    assert.deepEqual(form.nonFieldErrors, [])
    assert.equal(form.user?.username, data.username)
  }
})

test('the label is Django’s, another one, or none', async () => {
  const labelled = (label: string): Form =>
    class extends AuthenticationForm {
      protected override declareFields(): FieldDeclarations {
        const { username = {}, ...others } = super.declareFields()
        return { username: { ...username, label: sentence(label) }, ...others }
      }
    }
  const site = await world()
  assert.equal((await bound(site, {})).fields[0]?.label, 'Username')
  assert.equal((await bound(site, {}, labelled('Name'))).fields[0]?.label, 'Name')
  const none = new BoundForm(await bound(site, {}, labelled('')))
  assert.doesNotMatch(String(none), /<label for="id_username">/)
})

test('the name is not written with a capital by a phone, and both fields say what they are', async () => {
  const [username, password] = (await bound(await world(), {})).fields
  assert.deepEqual(
    [username?.autocapitalize, username?.autocomplete, username?.maxLength, password?.autocomplete],
    ['none', 'username', 150, 'current-password'],
  )
})

test('a password keeps its blanks, and one that is not there is required', async () => {
  const site = await world()
  assert.equal((await bound(site, { username: 'x', password: ' pass ' })).cleanedData.get('password'), ' pass ')
  const missing = await bound(site, { username: 'username' })
  assert.equal(missing.hasError('password', 'required'), true)
  assert.equal(missing.errors.size, 1)
})

test('null characters are refused in both fields, and no password is checked', async (t) => {
  const site = await world()
  const looked = t.mock.method(site.auth.users, 'findByUsername')
  const form = await bound(site, { username: 'a\u0000', password: 'b\u0000' })
  for (const name of ['username', 'password']) assert.equal(form.hasError(name, 'null_characters_not_allowed'), true)
  assert.equal(looked.mock.callCount(), 0)
})
