/** Django's `SetPasswordFormTest`, `PasswordChangeFormTest` and `PasswordResetFormTest`. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PosternOptions } from '../../../src/options.ts'
import { MinimumLengthValidator } from '../../../src/passwords/validators/minimum-length.ts'
import { UserAttributeSimilarityValidator } from '../../../src/passwords/validators/user-attribute-similarity.ts'
import { type Outbox, outbox } from '../../../src/testing/outbox.ts'
import { BoundForm } from '../../../src/views/forms/bound-form.ts'
import { PasswordChangeForm } from '../../../src/views/forms/password-change-form.ts'
import { PasswordResetForm } from '../../../src/views/forms/password-reset-form.ts'
import { SetPasswordForm } from '../../../src/views/forms/set-password-form.ts'
import { fields, formRequest } from '../../support/form-request.ts'
import { ALICE, type TestPostern, testPostern } from '../../support/postern.ts'
import { listen } from '../../support/site.ts'

interface MailWorld extends TestPostern, Pick<Outbox, 'messages'> {}

async function world(options: Partial<PosternOptions> = {}): Promise<MailWorld> {
  const { sendMail, messages } = outbox()
  return { ...(await testPostern({ passwordValidators: [], sendMail, ...options })), messages }
}

const two = (one: string, other: string) => ({ new_password1: one, new_password2: other })
const STRICT = {
  passwordValidators: [new UserAttributeSimilarityValidator(), new MinimumLengthValidator({ minLength: 12 })],
}

describe('setting a password', () => {
  async function form(
    site: TestPostern,
    data: Readonly<Record<string, string>> | null,
    language = 'en',
  ): Promise<SetPasswordForm> {
    const request = await formRequest(site.auth, { 'accept-language': language })
    const made = new SetPasswordForm(request, site.alice, data === null ? null : fields(data))
    await made.isValid()
    return made
  }

  test('two that differ are told at the second', async () => {
    const made = await form(await world(), two('abc123', 'abc'))
    assert.equal(made.hasError('new_password2', 'password_mismatch'), true)
    assert.deepEqual(made.fields[1]?.errors, ['The two password fields didn’t match.'])
  })

  test('two that are the same are saved, and the validators told once', async () => {
    const told: string[] = []
    const remember = {
      validate: () => null,
      helpText: () => ({ id: '' }),
      passwordChanged: (password: string) => void told.push(password),
    }
    const site = await world({ passwordValidators: [remember] })
    const made = await form(site, two('abc123', 'abc123'))
    assert.equal(await made.isValid(), true)
    assert.deepEqual(told, [])
    const saved = await made.save()
    assert.equal((await site.auth.passwords.check('abc123', saved?.password ?? null)).correct, true)
    assert.deepEqual(told, ['abc123'])
  })

  test('the site’s validators know whose it is to be, and all of them say what they have against it', async () => {
    const made = await form(await world(STRICT), two('alice', 'alice'))
    assert.deepEqual(made.fields[1]?.errors, [
      'The password is too similar to the username.',
      'This password is too short. It must contain at least 12 characters.',
    ])
  })

  test('none at all is required, and nobody judges it', async () => {
    const made = await form(await world(STRICT), two('', ''))
    assert.deepEqual(
      [made.errors.get('new_password1'), made.errors.get('new_password2')].map((errors) =>
        errors?.map(({ code }) => code),
      ),
      [['required'], ['required']],
    )
    const half = await form(await world(STRICT), { new_password2: 'long-enough-Pw-9' })
    assert.deepEqual([...half.errors.keys()], ['new_password1'])
  })

  test('blanks at its ends are part of it', async () => {
    const made = await form(await world(), two('   password   ', '   password   '))
    assert.equal(await made.isValid(), true)
    assert.deepEqual([...made.cleanedData.values()], ['   password   ', '   password   '])
  })

  test('what helps is in the visitor’s language', async () => {
    const made = await form(await world({ ...STRICT, languages: ['en', 'de'] }), null, 'de')
    const html = String(new BoundForm(made).asP())
    assert.match(html, /Das Passwort darf nicht zu ähnlich zu anderen persönlichen Informationen sein\./)
    assert.match(html, /Das Passwort muss mindestens 12 Zeichen enthalten\./)
  })

  test('both fields ask for a new password', async () => {
    const made = await form(await world(), null)
    assert.deepEqual(
      made.fields.map(({ autocomplete }) => autocomplete),
      ['new-password', 'new-password'],
    )
  })
})

describe('changing a password', () => {
  async function form(site: TestPostern, data: Readonly<Record<string, string>> | null): Promise<PasswordChangeForm> {
    const made = new PasswordChangeForm(await formRequest(site.auth), site.alice, data === null ? null : fields(data))
    await made.isValid()
    return made
  }

  test('a wrong old one is told at its field', async () => {
    const made = await form(await world(), { old_password: 'test', ...two('abc123', 'abc123') })
    assert.equal(made.hasError('old_password', 'password_incorrect'), true)
    assert.deepEqual([...made.errors.keys()], ['old_password'])
  })

  test('two that differ are told at the second', async () => {
    const made = await form(await world(), { old_password: ALICE.password, ...two('abc123', 'abc') })
    assert.deepEqual([...made.errors.keys()], ['new_password2'])
  })

  test('the right one is saved', async () => {
    const site = await world()
    const made = await form(site, { old_password: ALICE.password, ...two('abc123', 'abc123') })
    assert.equal((await site.auth.passwords.check('abc123', (await made.save())?.password ?? null)).correct, true)
  })

  test('the old one is asked for first, as what it is', async () => {
    const { fields: shown } = await form(await world(), null)
    assert.deepEqual(
      shown.map(({ name }) => name),
      ['old_password', 'new_password1', 'new_password2'],
    )
    assert.equal(shown[0]?.autocomplete, 'current-password')
  })

  test('blanks at their ends are part of all three', async () => {
    const site = await world()
    const password = await site.auth.passwords.make('   old   ')
    await site.auth.users.update(String(site.alice.id), { password })
    const alice = await site.auth.users.findByUsername('alice')
    assert.ok(alice)
    const made = await form({ ...site, alice }, { old_password: '   old   ', ...two(' pass ', ' pass ') })
    assert.deepEqual([...made.cleanedData.values()], ['   old   ', ' pass ', ' pass '])
  })

  test('an empty old one is required, and no hash is made for it', async (t) => {
    const site = await world()
    const checked = t.mock.method(site.auth.passwords, 'check')
    assert.equal((await form(site, {})).hasError('old_password', 'required'), true)
    assert.equal(checked.mock.callCount(), 0)
  })
})

describe('asking for a reset', () => {
  async function send(site: MailWorld, email: string, more: object = {}): Promise<PasswordResetForm> {
    const form = new PasswordResetForm(await formRequest(site.auth), fields({ email }))
    if (await form.isValid()) {
      await form.save({
        subjectTemplateName: 'registration/password_reset_subject.txt',
        emailTemplateName: 'registration/password_reset_email.html',
        tokenGenerator: site.auth.resetTokens,
        ...more,
      })
    }
    return form
  }

  test('what is no address is told', async () => {
    const form = await send(await world(), 'not valid')
    assert.deepEqual(form.fields[0]?.errors, ['Enter a valid email address.'])
    assert.equal(form.fields[0]?.autocomplete, 'email')
  })

  for (const [ascii, odd] of [
    ['mike@example.org', 'mıke@example.org'],
    ['mike@ixample.org', 'mike@ıxample.org'],
  ] as const) {
    test(`${odd} gets its own mail, and none of ${ascii}’s`, async () => {
      const site = await world()
      await site.auth.createUser({ username: 'mike123', password: 'x', email: ascii })
      await send(site, odd)
      assert.deepEqual(site.messages, [])
      await site.auth.createUser({ username: 'mike456', password: 'x', email: odd })
      await send(site, odd)
      assert.deepEqual(
        site.messages.map(({ to }) => to),
        [odd],
      )
    })
  }

  test('an address that nobody has is valid, and mailed to nobody', async () => {
    const site = await world()
    const form = await send(site, 'foo@bar.com')
    assert.equal(await form.isValid(), true)
    assert.deepEqual(site.messages, [])
  })

  test('the mail names another host where one is given, and the address stays as it was typed', async () => {
    const site = await world()
    const form = await send(site, ` ${ALICE.email} `, { domainOverride: 'example.com' })
    assert.equal(form.cleanedData.get('email'), ALICE.email)
    assert.equal(site.messages[0]?.subject, 'Password reset on example.com')
    assert.match(site.messages[0]?.text ?? '', /\nhttp:\/\/example\.com\/accounts\/reset\//)
    assert.equal(site.messages[0]?.html, undefined)
  })

  test('the inactive and those without a password that can be used get none', async () => {
    const site = await world()
    await site.auth.users.update(String(site.alice.id), { isActive: false })
    await site.auth.createUser({ username: 'nopass', password: null, email: 'test@example.com' })
    await send(site, ALICE.email)
    await send(site, 'test@example.com')
    assert.deepEqual(site.messages, [])
  })

  test('a mail that cannot be sent is no error of the form', async (t) => {
    const heard = listen(t, 'mail_failed')
    const site = await world({ sendMail: () => Promise.reject(new Error('FailingEmailBackend is doing its job.')) })
    await send(site, ALICE.email)
    assert.match(String(heard[0]?.error), /doing its job/)
  })

  test('a subclass may choose who gets a link', async () => {
    const site = await world()
    class Nobody extends PasswordResetForm {
      override async getUsers(): Promise<readonly []> {
        return []
      }
    }
    const form = new Nobody(await formRequest(site.auth), fields({ email: ALICE.email }))
    await form.isValid()
    await form.save({ subjectTemplateName: 'x', emailTemplateName: 'x', tokenGenerator: site.auth.resetTokens })
    assert.deepEqual(site.messages, [])
  })
})
