/** The ready-made pages by their names, with as little as a view of an application's own may give them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messages } from '../../src/auth/messages.ts'
import { path } from '../../src/auth/path.ts'
import type { FormFields } from '../../src/kernel/incoming-request.ts'
import { sentence } from '../../src/kernel/text.ts'
import { FormView } from '../../src/views/form-view.ts'
import { BaseForm } from '../../src/views/forms/base-form.ts'
import { BoundForm } from '../../src/views/forms/bound-form.ts'
import type { FieldDeclarations } from '../../src/views/forms/fields.ts'
import { isForm } from '../../src/views/forms/form.ts'
import { PasswordResetForm } from '../../src/views/forms/password-reset-form.ts'
import { SetPasswordForm } from '../../src/views/forms/set-password-form.ts'
import { BUILT_IN_PAGES } from '../../src/views/pages/built-in-pages.ts'
import { PasswordResetConfirmView } from '../../src/views/password-reset-confirm-view.ts'
import { render } from '../../src/views/render.ts'
import { fields, formRequest } from '../support/form-request.ts'
import { testPostern } from '../support/postern.ts'
import { resetSite } from '../support/reset-site.ts'

const TITLES: Readonly<Record<string, string>> = {
  'registration/login.html': 'Log in',
  'registration/logged_out.html': 'Logged out',
  'registration/password_change_form.html': 'Password change',
  'registration/password_change_done.html': 'Password change successful',
  'registration/password_reset_form.html': 'Password reset',
  'registration/password_reset_done.html': 'Password reset sent',
  'registration/password_reset_confirm.html': 'Password reset unsuccessful',
  'registration/password_reset_complete.html': 'Password reset complete',
}

for (const [name, title] of Object.entries(TITLES)) {
  test(`${name} is a page by itself`, async (t) => {
    const world = await resetSite(t, { urls: [path('page/', (request) => render(request, name))] })
    const { status, body } = await world.visitor().get('/page/')
    assert.equal(status, 200)
    assert.match(body, new RegExp(`<title>${title}</title>[\\s\\S]*<h1>${title}</h1>`))
    assert.doesNotMatch(body, /undefined|null|\[object/)
  })
}

test('every page of Django’s names is among them', () => {
  for (const name of Object.keys(TITLES)) assert.ok(BUILT_IN_PAGES.includes(name), name)
})

test('where nobody can ask for a reset, the page of a dead link leads nowhere', async (t) => {
  const name = 'registration/password_reset_confirm.html'
  const world = await resetSite(t, { accountsPrefix: false, urls: [path('page/', (request) => render(request, name))] })
  assert.doesNotMatch((await world.visitor().get('/page/')).body, /class="button"/)
})

class Odd extends BaseForm {
  protected override declareFields(): FieldDeclarations {
    return {
      wish: { required: false, helpText: sentence('What you like.') },
      mail: { type: 'email', helpText: sentence('Yours.') },
      from: { type: 'hidden', required: false },
    }
  }
}

class OddView extends FormView {
  override templateName = 'registration/password_change_form.html'
  getForm(data: FormFields | null): Odd {
    return new Odd(this.request, data)
  }
}

test('a form of an application’s own shows its hidden fields, what helps and what is wrong on a ready-made page', async (t) => {
  const world = await resetSite(t, { urls: [path('odd/', OddView.asView())] })
  const { body } = await world.visitor().post('/odd/', { wish: '"tea"', mail: 'x', from: '<here>' })
  assert.match(
    body,
    /<input type="text" name="wish" id="id_wish" value="&quot;tea&quot;" autocapitalize="none" aria-describedby="id_wish_helptext">\n<div class="helptext" id="id_wish_helptext">What you like\.<\/div>/,
  )
  assert.match(body, /required aria-invalid="true" aria-describedby="id_mail_helptext id_mail_error">/)
  assert.match(body, /<input type="hidden" name="from" value="&lt;here&gt;">/)
})

test('a field tells templates its names and its label', async () => {
  const { auth } = await testPostern()
  const form = new BoundForm(new Odd(await formRequest(auth), null))
  const [wish] = form
  assert.deepEqual([wish?.htmlName, wish?.label, wish?.autoId, wish?.isHidden], ['wish', 'Wish', 'id_wish', false])
  assert.equal(String(wish?.asWidget()), String(wish))
  assert.equal(form.get('from')?.isHidden, true)
})

test('messages stand on every page, and are gone by the next', async (t) => {
  const urls = [
    path('say/', (request) => {
      messages.success(request, 'Well done.')
      return { status: 204, headers: [] }
    }),
  ]
  const world = await resetSite(t, { urls })
  const browser = world.visitor()
  await browser.get('/say/')
  assert.match((await browser.get('/accounts/password_reset/')).body, /<li class="success">Well done\.<\/li>/)
  assert.doesNotMatch((await browser.get('/accounts/password_reset/')).body, /Well done/)
})

test('only what has fields and errors is a form', () => {
  for (const value of [null, undefined, 'form', 1, {}, { fields: [] }, { nonFieldErrors: [] }]) {
    assert.equal(isForm(value), false)
  }
  assert.equal(isForm({ fields: [], nonFieldErrors: [] }), true)
})

test('a form that is not valid saves nothing, and a link that is none has no form', async () => {
  const { auth, alice } = await testPostern()
  const request = await formRequest(auth)
  const form = new SetPasswordForm(request, alice, fields({ new_password1: 'a', new_password2: 'b' }))
  await assert.rejects(form.save(), TypeError)
  await form.isValid()
  await assert.rejects(form.save(), TypeError)
  const view = new PasswordResetConfirmView(request, {})
  assert.equal(view.validLink, false)
  assert.throws(() => view.getForm(null), TypeError)
  const asking = new PasswordResetForm(request, fields({ email: 'x' }))
  const mails = { subjectTemplateName: 'x', emailTemplateName: 'x', tokenGenerator: auth.resetTokens }
  await asking.save(mails)
})
