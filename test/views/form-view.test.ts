/** Views with forms and pages of an application's own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ViewAnswer } from '../../src/auth/view.ts'
import { text } from '../../src/auth/view.ts'
import type { FormFields } from '../../src/kernel/incoming-request.ts'
import { sentence } from '../../src/kernel/text.ts'
import { path } from '../../src/kernel/urls.ts'
import { nunjucks } from '../../src/nunjucks.ts'
import { FormView } from '../../src/views/form-view.ts'
import { AuthenticationForm } from '../../src/views/forms/authentication-form.ts'
import { BaseForm } from '../../src/views/forms/base-form.ts'
import type { FieldDeclarations } from '../../src/views/forms/fields.ts'
import { LoginView } from '../../src/views/login-view.ts'
import { TemplateView } from '../../src/views/template-view.ts'
import { ALICE } from '../support/postern.ts'
import { site } from '../support/site.ts'
import { templates } from '../support/templates.ts'

class NickForm extends BaseForm {
  protected override declareFields(): FieldDeclarations {
    return { nick: { maxLength: 5, helpText: sentence('Five letters.') }, trap: { type: 'hidden', required: false } }
  }
}

class NickView extends FormView {
  override templateName = 'nick.html'
  override title = sentence('Log in')
  getForm(data: FormFields | null): NickForm {
    return new NickForm(this.request, data)
  }
}

class Kept extends NickView {
  override formValid(form: BaseForm): ViewAnswer {
    return text(`kept ${form.cleanedData.get('nick')}`)
  }
}

const FILES = {
  'nick.html':
    '<title>{{ title }}</title>{{ form.as_p }}[{{ form.nick.help_text }}|{% for f in form.hidden_fields %}{{ f.name }}{% endfor %}]',
  'about.html': '<h1 lang="{{ request.LANGUAGE_CODE }}">{{ title }}</h1>{{ more }}',
}

function world(t: Parameters<typeof site>[0]): ReturnType<typeof site> {
  return site(t, {
    templates: nunjucks(templates(t, FILES)),
    languages: ['en', 'de'],
    urls: [
      path('nick/', NickView.asView({ successUrl: 'login' })),
      path('kept/', Kept.asView()),
      path('nowhere/', NickView.asView({ title: 'Nowhere' })),
      path('about/', TemplateView.asView.call(About as never, { extraContext: { more: 'More.' } }), { name: 'about' }),
      path('plain/', TemplateView.asView.call(Untitled as never)),
    ],
  })
}

class About extends TemplateView {
  override templateName = 'about.html'
  override title = sentence('Logged out')
}
class Untitled extends TemplateView {
  override templateName = 'about.html'
}

test('a form of one’s own is shown, shown again with what is wrong, and leads on', async (t) => {
  const browser = (await world(t)).visitor()
  const empty = await browser.get('/nick/')
  assert.match(empty.body, /<title>Log in<\/title>.*name="nick"/s)
  assert.match(empty.body, /<span class="helptext" id="id_nick_helptext">Five letters\.<\/span>/)
  assert.match(empty.body, /\[Five letters\.\|trap\]$/)
  const wrong = await browser.post('/nick/', { nick: 'too long' })
  assert.equal(wrong.status, 200)
  assert.match(wrong.body, /value="too long".*|at most 5 characters \(it has 8\)/s)
  const right = await browser.post('/nick/', { nick: 'ada' })
  assert.equal(right.status, 302)
  assert.equal(right.headers.location, '/accounts/login/')
  assert.equal((await browser.post('/kept/', { nick: 'ada' })).body, 'kept ada')
})

test('a PUT is a form without fields, as in Django', async (t) => {
  const visitor = (await world(t)).visitor()
  const token = (await visitor.get('/csrf')).body
  const sent = { method: 'PUT', form: { nick: 'ada' }, headers: { 'x-csrftoken': token } }
  assert.match((await visitor.send('/nick/', sent)).body, /This field is required\./)
})

test('a view that leads nowhere is a mistake that says what is missing', async (t) => {
  const shop = await world(t)
  assert.match((await shop.visitor().get('/nowhere/')).body, /<title>Nowhere<\/title>/)
  assert.equal((await shop.visitor().post('/nowhere/', { nick: 'ada' })).status, 500)
  assert.match(String(shop.errors[0]), /NickView: no URL to redirect to\. Provide a successUrl\./)
})

test('a page of one’s own has its title in the visitor’s language, and what more there is', async (t) => {
  const browser = (await world(t)).visitor()
  assert.equal((await browser.get('/about/')).body, '<h1 lang="en">Logged out</h1>More.')
  assert.equal((await browser.get('/about/', { 'accept-language': 'de' })).body, '<h1 lang="de">Abgemeldet</h1>More.')
  assert.equal((await browser.get('/plain/')).body, '<h1 lang="en"></h1>')
})

test('a login form of one’s own may refuse those whose password is right', async (t) => {
  class Picky extends AuthenticationForm {
    protected override confirmLoginAllowed(): void {
      this.addError(null, { code: 'closed', text: sentence('Sorry, nobody is let in.') })
    }
  }
  class Named extends AuthenticationForm {
    protected override declareFields(): FieldDeclarations {
      const { username, password } = super.declareFields()
      return { username: { ...username, label: sentence('Name') }, password: { ...password } }
    }
    protected override getInvalidLoginError(): { code: string; text: ReturnType<typeof sentence> } {
      return { code: 'no', text: sentence('No.') }
    }
  }
  const shop = await site(t, {
    urls: [
      path('picky/', LoginView.asView({ formClass: Named, authenticationForm: Picky })),
      path('named/', LoginView.asView({ formClass: Named })),
    ],
  })
  const browser = shop.visitor()
  const refused = await browser.post('/picky/', { username: 'alice', password: ALICE.password })
  assert.match(refused.body, /Sorry, nobody is let in\./)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
  assert.match((await browser.get('/named/')).body, /<label for="id_username">Name<\/label>/)
  assert.match((await browser.post('/named/', { username: 'alice', password: 'x' })).body, /<li>No\.<\/li>/)
})

test('whom a backend lets in although they are inactive is told so by the form', async (t) => {
  const { ModelBackend } = await import('../../src/auth/model-backend.ts')
  class Everybody extends ModelBackend {
    protected override userCanAuthenticate(): boolean {
      return true
    }
  }
  const shop = await site(t, { backends: [(context) => new Everybody(context)] })
  await shop.auth.createUser({ username: 'gone', password: 'right-One-1', isActive: false })
  const right = await shop.visitor().login('gone', 'right-One-1')
  assert.match(right.body, /This account is inactive\./)
  assert.match((await shop.visitor().login('gone', 'wrong')).body, /Please enter a correct username/)
})
