/** The application's own templates in the place of the ready-made pages, over HTTP, and `render` in a view. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ConfigurationError,
  LoginView,
  type LoginViewOptions,
  LogoutView,
  loginRequired,
  logout,
  messages,
  path,
  render,
  type TemplateEngine,
  TemplateError,
  type TemplateValues,
  type UrlPattern,
  type View,
} from '../../src/index.ts'
import { nunjucks } from '../../src/nunjucks.ts'
import { ALICE, testPostern } from '../support/postern.ts'
import { site, stored } from '../support/site.ts'
import { templates } from '../support/templates.ts'

type World = Parameters<typeof site>[0]

const BASE = `<!doctype html><title>{{ title }} | {{ site_name }}</title>
{% if messages %}<ul>{% for message in messages %}<li class="{{ message.tags }}">{{ message }}</li>{% endfor %}</ul>{% endif %}
{% block content %}{% endblock %}`

const LOGIN = `{% extends "base.html" %}{% load i18n %}
{% block content %}
{% if form.errors %}<p>That was not right.</p>{{ form.non_field_errors }}{% endif %}
{% if next %}<p>{% if user.is_authenticated %}Not for you.{% else %}Please log in to see this page.{% endif %}</p>{% endif %}
<form method="post" action="{% url 'login' %}">
{% csrf_token %}
{{ form.username.errors }}{{ form.username.label_tag }} {{ form.username }}
{{ form.password.errors }}<label for="{{ form.password.id_for_label }}">Secret</label> {{ form.password }}
<input type="hidden" name="next" value="{{ next }}">
</form>
{% endblock %}`

const LOGGED_OUT = `{% extends "base.html" %}
{% block content %}<p>Goodbye{% if user.is_authenticated %}, {{ user.username }}{% endif %}.</p>
<a href="{% url 'login' %}">Again</a>{% endblock %}`

const SITE = { 'base.html': BASE, 'registration/login.html': LOGIN, 'registration/logged_out.html': LOGGED_OUT }

function siteWith(t: World, files: Readonly<Record<string, string>>, urls: readonly UrlPattern<View>[] = []) {
  return site(t, { templates: nunjucks(templates(t, files)), urls, siteName: 'Shop & Co' })
}

function tokenIn(body: string): string {
  return /name="csrfmiddlewaretoken" value="([A-Za-z0-9]{64})"/.exec(body)?.[1] ?? ''
}

test('templates under the names of Django replace the login and the logged-out page, which work as before', async (t) => {
  const world = await siteWith(t, SITE)
  const browser = world.visitor()
  const form = await browser.get('/accounts/login/?next=/me')
  assert.match(form.body, /<title>Log in \| Shop &amp; Co<\/title>/)
  assert.match(form.body, /<p>Please log in to see this page\.<\/p>/)
  assert.match(form.body, /<form method="post" action="\/accounts\/login\/">/)
  const fields = { csrfmiddlewaretoken: tokenIn(form.body), next: '/me', ...ALICE }
  const entered = await browser.send('/accounts/login/', { method: 'POST', form: fields })
  assert.deepEqual([entered.status, entered.headers.location], [302, '/me'])
  assert.equal((await browser.get('/me')).body, 'alice')

  const left = await browser.logout()
  assert.equal(left.status, 200)
  assert.match(left.body, /<title>Logged out \| Shop &amp; Co<\/title>/)
  assert.match(left.body, /<p>Goodbye\.<\/p>\n<a href="\/accounts\/login\/">Again<\/a>/)
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('a form that was refused comes back in the template, the name escaped and the password left out', async (t) => {
  const browser = (await siteWith(t, SITE)).visitor()
  const wrong = await browser.login(`"><b>`, 'hunter<2')
  assert.equal(wrong.status, 200)
  assert.match(
    wrong.body,
    /<p>That was not right\.<\/p><ul class="errorlist nonfield"><li>Please enter a correct username/,
  )
  assert.match(wrong.body, /name="username" value="&quot;&gt;&lt;b&gt;"/)
  assert.doesNotMatch(wrong.body, /hunter|<b>/)
  const empty = await browser.login('alice', '')
  assert.match(
    empty.body,
    /<ul class="errorlist" id="id_password_error"><li>This field is required\.<\/li><\/ul><label/,
  )
})

test('the page of a template has the headers that keep it from caches, frames and guesses', async (t) => {
  const { headers } = await (await siteWith(t, SITE)).visitor().get('/accounts/login/')
  assert.equal(headers['content-type'], 'text/html; charset=utf-8')
  assert.equal(headers['cache-control'], 'max-age=0, no-cache, no-store, must-revalidate, private')
  assert.equal(headers.vary, 'Cookie')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['x-frame-options'], 'DENY')
  assert.equal(headers['referrer-policy'], 'same-origin')
  assert.equal(headers['content-security-policy'], undefined, 'what the template loads is its own')
})

test('a page that has no template of its own stays as it was', async (t) => {
  const browser = (
    await siteWith(t, { 'registration/login.html': 'mine{# {% csrf_token %} #}{{ csrf_token|length }}' })
  ).visitor()
  assert.equal((await browser.get('/accounts/login/')).body, 'mine64')
  await browser.post('/accounts/login/', ALICE)
  assert.match((await browser.logout()).body, /You are logged out on this device/)
})

test('a login view gives its template what Django gives it, and extraContext goes before all of it', async (t) => {
  const files = {
    'a.html':
      '{{ title }}|{{ site.domain }}|{{ site.name }}|{{ site_name }}|{{ next }}|{{ to }}|{{ extra }}|{% if form %}form{% endif %}',
  }
  const options: LoginViewOptions = {
    templateName: 'a.html',
    redirectFieldName: 'to',
    extraContext: { title: '<T>', extra: 1 },
  }
  const world = await siteWith(t, files, [path('in/', LoginView.asView(options))])
  const host = new URL(world.base).host
  const page = await world.visitor().get('/in/?next=/no&to=/yes')
  assert.equal(page.body, `&lt;T&gt;|${host}|Shop &amp; Co|Shop &amp; Co||/yes|1|form`)
  assert.match((await world.visitor().get('/in/?to=//evil.example')).body, /\|\|\|1\|form$/)
})

test('a subclass chooses templates and gives them more', async (t) => {
  class Mine extends LogoutView {
    override getTemplateNames(): readonly string[] {
      return ['absent.html', 'bye.html', 'registration/logged_out.html']
    }
    override async getContextData(given: TemplateValues = {}): Promise<TemplateValues> {
      return { ...(await super.getContextData(given)), more: 'more' }
    }
  }
  const world = await siteWith(t, { 'bye.html': '{{ title }} {{ more }}' }, [path('bye/', Mine.asView())])
  assert.equal((await (await world.loggedIn()).post('/bye/')).body, 'Logged out more')
})

test('a template that there is not is an error that lists where it was looked for', async (t) => {
  const folder = templates(t, {})
  const view = LoginView.asView({ templateName: 'shop/in.html' })
  const world = await site(t, { templates: nunjucks(folder), urls: [path('in/', view)] })
  assert.equal((await world.visitor().get('/in/')).status, 500)
  const [error] = world.errors
  assert.ok(error instanceof TemplateError)
  const { message } = error
  const built =
    "There is no template 'shop/in.html'. Built-in pages: registration/login.html, registration/logged_out.html,"
  assert.ok(message.startsWith(built), message)
  assert.ok(message.endsWith(`. Looked for in: ${folder}.`), message)
})

test('without an engine the error says how to get one', async (t) => {
  const world = await site(t, { urls: [path('about/', (request) => render(request, ['about.html', 'info.html']))] })
  assert.equal((await world.visitor().get('/about/')).status, 500)
  assert.match(
    String(world.errors[0]),
    /^TemplateError: There is no template 'about\.html' or 'info\.html'\. .* Templates of your own need an engine: templates: nunjucks\('templates'\) from 'postern\/nunjucks'\.$/,
  )
})

const FAILING: readonly (readonly [what: string, view: View])[] = [
  ['a template that throws', LogoutView.asView({ templateName: 'throws.html' })],
  ['a template that there is not', LogoutView.asView({ templateName: 'absent.html' })],
  ['a template without end', LogoutView.asView({ templateName: 'endless.html' })],
  [
    'getTemplateNames',
    class extends LogoutView {
      override getTemplateNames(): never {
        throw new Error('thrown')
      }
    }.asView(),
  ],
  [
    'getContextData',
    class extends LogoutView {
      override getContextData(): never {
        throw new Error('thrown')
      }
    }.asView(),
  ],
]

for (const [what, view] of FAILING) {
  test(`a logout stands although its page fails: ${what}`, async (t) => {
    const files = { 'throws.html': 'Goodbye {{ nobody() }}', 'endless.html': "Goodbye {% include 'endless.html' %}" }
    const world = await siteWith(t, files, [path('out/', view)])
    const browser = await world.loggedIn()
    const thief = browser.copy()
    const key = browser.cookies.get('sessionid')
    const reply = await browser.post('/out/')
    assert.equal(reply.status, 500)
    assert.doesNotMatch(reply.body, /Goodbye/, 'no half of a page')
    assert.equal(world.errors.length, 1)
    assert.equal(await stored(world, key), null)
    assert.equal((await thief.get('/me')).body, 'AnonymousUser')
    assert.equal((await browser.get('/me')).body, 'AnonymousUser')
  })
}

test("a logout view of one's own shows a page of one's own", async (t) => {
  const goodbye: View = async (request) => {
    await logout(request)
    return render(request, 'goodbye.html', { mood: '<sad>' })
  }
  const files = { 'goodbye.html': 'Goodbye, {{ mood }}. <a href="{% url \'login\' %}">Again</a>{{ user }}' }
  const world = await siteWith(t, files, [path('goodbye/', goodbye)])
  const browser = await world.loggedIn()
  const reply = await browser.post('/goodbye/')
  assert.equal(reply.body, 'Goodbye, &lt;sad&gt;. <a href="/accounts/login/">Again</a>AnonymousUser')
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

const PAGES: readonly (readonly [what: string, template: string, isPrivate: boolean])[] = [
  [
    'nothing of the visitor',
    '<a href="{% url \'login\' %}">{{ request.path }} {{ request.GET.a }} {{ site_name }}</a>',
    false,
  ],
  ['the user', '{% if user.is_authenticated %}x{% endif %}', true],
  ['the user of the request', '{{ request.user.username }}', true],
  ['the session', '{{ request.session.cart }}', true],
  ['the messages', '{% if messages %}x{% endif %}', true],
  ['a token', '{% csrf_token %}', true],
]

for (const [what, template, isPrivate] of PAGES) {
  test(`a page that asks for ${what} ${isPrivate ? 'is private' : 'may be kept by caches'}, also for the logged in`, async (t) => {
    const about = path('about/', (request) => render(request, 'about.html'))
    const world = await siteWith(t, { 'about.html': template }, [about])
    for (const browser of [world.visitor(), await world.loggedIn()]) {
      const { headers, setCookies } = await browser.get('/about/?a=1')
      assert.equal(headers['cache-control'], isPrivate ? 'private, no-store' : undefined)
      assert.equal(headers.vary, isPrivate ? 'Cookie' : undefined)
      assert.equal(setCookies.length > 0, what === 'a token')
    }
  })
}

test('messages wait for a template that shows them, and are shown once', async (t) => {
  const world = await siteWith(
    t,
    { 'blind.html': 'blind', 'shows.html': '{% for m in messages %}<{{ m.tags }}>{{ m }}{% endfor %}' },
    [
      path('say/', (request) => {
        messages.success(request, 'a <b>')
        return render(request, 'blind.html')
      }),
      path('blind/', (request) => render(request, 'blind.html')),
      path('shows/', (request) => render(request, 'shows.html')),
    ],
  )
  const browser = world.visitor()
  await browser.get('/say/')
  assert.equal((await browser.get('/blind/')).body, 'blind')
  assert.equal((await browser.get('/shows/')).body, '<success>a &lt;b&gt;')
  assert.equal((await browser.get('/shows/')).body, '')
})

test('a guarded page shows who is there', async (t) => {
  const home = path(
    'home/',
    loginRequired((request) => render(request, 'home.html')),
  )
  const world = await siteWith(t, { 'home.html': '{{ user.get_username }} {{ user.email }} {{ user.is_staff }}' }, [
    home,
  ])
  assert.equal((await world.visitor().get('/home/')).status, 302)
  assert.equal((await (await world.loggedIn()).get('/home/')).body, 'alice alice@site.example False')
})

test('render shows a ready-made page where the engine has no template of its name', async (t) => {
  const world = await siteWith(t, {}, [
    path('bye/', (request) => render(request, 'registration/logged_out.html', { title: 'Bye' }, 410)),
  ])
  const reply = await world.visitor().get('/bye/')
  assert.equal(reply.status, 410)
  assert.match(reply.body, /<h1>Bye<\/h1>/)
})

test("an engine of one's own may take its time, and sees Django's names", async (t) => {
  const seen: string[] = []
  const templatesOf: TemplateEngine = {
    lookedIn: [],
    has: (name) => name === 'slow.html',
    render: async (name, context) => {
      seen.push(name, ...Object.keys(context))
      await null
      return `${context.given} ${context.request.path} ${context.user} ${context.messages.length} ${context.csrf_token.length}`
    },
  }
  const world = await site(t, {
    templates: templatesOf,
    urls: [path('slow/', (request) => render(request, 'slow.html', { given: 1 }))],
  })
  assert.equal((await world.visitor().get('/slow/')).body, '1 /slow/ AnonymousUser 0 64')
  assert.deepEqual(seen, ['slow.html', 'given'])
})

test('an engine that fails late is an error like any other', async (t) => {
  const failing: TemplateEngine = { lookedIn: [], has: () => true, render: () => Promise.reject(new Error('late')) }
  const world = await site(t, { templates: failing })
  assert.equal((await world.visitor().get('/accounts/login/')).status, 500)
  assert.match(String(world.errors[0]), /late/)
})

test('what is no engine is refused at start', async () => {
  for (const wrong of ['templates', null, {}, { has: () => true }]) {
    await assert.rejects(testPostern({ templates: wrong as never }), (error: unknown) => {
      assert.ok(error instanceof ConfigurationError)
      assert.match(error.message, /templates is no engine: .* nunjucks\('templates'\)/)
      return true
    })
  }
})

test('render without a request says what to pass', () => {
  assert.throws(() => render(undefined as never, 'a.html'), /render\(request\) needs the request/)
})

test('a template tells messages apart by the names of their levels, as in the documentation of Django', async (t) => {
  const template = `{% for message in messages %}<li class="{{ message.tags }}">
{% if message.level == DEFAULT_MESSAGE_LEVELS.ERROR %}Important: {% endif %}{{ message }}</li>{% endfor %}`
  const view: View = (request) => {
    messages.error(request, 'no')
    messages.info(request, 'so')
    return render(request, 'messages.html')
  }
  const world = await siteWith(t, { 'messages.html': template }, [path('both/', view)])
  assert.equal(
    (await world.visitor().get('/both/')).body.replaceAll('\n', ''),
    '<li class="error">Important: no</li><li class="info">so</li>',
  )
})
