/** Forms as Django 5.2 shows them, in django-forms.json: blanks between tags left out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthRequest } from '../../../src/auth/auth-request.ts'
import { sentence } from '../../../src/kernel/text.ts'
import type { User } from '../../../src/users/user.ts'
import { BaseForm } from '../../../src/views/forms/base-form.ts'
import { BoundForm } from '../../../src/views/forms/bound-form.ts'
import type { FieldDeclarations } from '../../../src/views/forms/fields.ts'
import { PasswordChangeForm } from '../../../src/views/forms/password-change-form.ts'
import { PasswordResetForm } from '../../../src/views/forms/password-reset-form.ts'
import { SetPasswordForm } from '../../../src/views/forms/set-password-form.ts'
import { fields, formRequest, STRICT, setPolicy } from '../../support/form-request.ts'
import { testPostern } from '../../support/postern.ts'
import { read } from '../../support/project-files.ts'

type Part = 'as_p' | 'as_div' | 'as_table' | 'as_ul'
type Golden = Readonly<Record<Part, string>> & { readonly errors: object }

const DJANGO = JSON.parse(read('test/views/forms/django-forms.json')) as Readonly<Record<string, Golden>>

class Mixed extends BaseForm {
  protected override declareFields(): FieldDeclarations {
    return {
      a: { type: 'hidden', maxLength: 3 },
      nick_name: { required: false, helpText: sentence('At most 3.'), maxLength: 3 },
      e: { type: 'email', maxLength: 20, label: sentence('Where?') },
      c: { type: 'hidden', required: false, initial: 'seed' },
    }
  }
}

class Hidden extends BaseForm {
  protected override declareFields(): FieldDeclarations {
    return { a: { type: 'hidden' } }
  }
}

class Quiet extends BaseForm {
  protected override declareFields(): FieldDeclarations {
    return { a: { type: 'hidden' }, b: { label: sentence(''), autofocus: false } }
  }
}

type Make = (request: AuthRequest, user: User) => BaseForm
const two = (one: string, other: string) => ({ new_password1: one, new_password2: other })

const FORMS: Readonly<Record<string, Make>> = {
  reset_empty: (request) => new PasswordResetForm(request, null),
  reset_wrong: (request) => new PasswordResetForm(request, fields({ email: '<a>"' })),
  set_empty: (request, user) => new SetPasswordForm(request, user, null),
  set_missing: (request, user) => new SetPasswordForm(request, user, fields({})),
  set_mismatch: (request, user) => new SetPasswordForm(request, user, fields(two('Brand-new-Pw-88', 'x'))),
  set_short: (request, user) => new SetPasswordForm(request, user, fields(two('1234', '1234'))),
  change_empty: (request, user) => new PasswordChangeForm(request, user, null),
  change_wrong: (request, user) =>
    new PasswordChangeForm(request, user, fields({ old_password: 'no', ...two('Brand-new-Pw-88', 'Brand-new-Pw-88') })),
  mixed_empty: (request) => new Mixed(request, null),
  mixed_wrong: (request) => new Mixed(request, fields({ a: 'abcdé', nick_name: '12345', e: `a@b@c${'x'.repeat(40)}` })),
  hidden_empty: (request) => new Hidden(request, null),
  hidden_missing: (request) => new Hidden(request, fields({})),
  quiet_empty: (request) => new Quiet(request, null),
}

const PARTS: Readonly<Record<Part, (form: BoundForm) => unknown>> = {
  as_p: (form) => form.asP(),
  as_div: (form) => form.asDiv(),
  as_table: (form) => form.asTable(),
  as_ul: (form) => form.asUl(),
}

for (const [name, golden] of Object.entries(DJANGO)) {
  test(`${name} has Django's HTML and its errors`, async () => {
    const { auth, alice } = await testPostern()
    setPolicy(auth, STRICT)
    const form = FORMS[name]?.(await formRequest(auth), alice)
    assert.ok(form)
    await form.isValid()
    for (const [part, show] of Object.entries(PARTS)) {
      const html: string = String(show(new BoundForm(form)))
      assert.equal(html.replace(/>\s+</g, '><').trim(), golden[part as Part], part)
    }
    assert.deepEqual({ ...form.errorMessages() }, golden.errors)
  })
}

test('every form of the file is here', () => {
  assert.deepEqual(Object.keys(FORMS), Object.keys(DJANGO))
})
