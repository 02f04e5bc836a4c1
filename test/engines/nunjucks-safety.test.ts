/** What a template cannot reach, and what is said of one that is mistaken, fails or never ends. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  type AuthRequest,
  createPostern,
  html,
  NoReverseMatch,
  path,
  render,
  StoreUnavailable,
  TemplateError,
} from '../../src/index.ts'
import type { IncomingRequest } from '../../src/kernel/incoming-request.ts'
import { memory } from '../../src/memory.ts'
import { nunjucks } from '../../src/nunjucks.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { templates } from '../support/templates.ts'

const INCOMING = {
  method: 'GET',
  url: '/?page=../secret.html&name=constructor',
  prefix: '/shop',
  scheme: 'https',
  host: 'localhost',
  header: () => undefined,
} as unknown as IncomingRequest

async function open(folder: string, settings: object = {}): Promise<AuthRequest> {
  const auth = createPostern({
    secretKey: SECRET_KEY,
    database: memory(),
    development: true,
    templates: nunjucks({ paths: folder, ...settings }),
    urls: [path('post/<int:id>/', { name: 'post' })],
  })
  return auth.open(INCOMING)
}

async function pageOf(
  t: TestContext,
  template: string,
  values: object = {},
  others: Readonly<Record<string, string>> = {},
): Promise<string> {
  const request = await open(templates(t, { 'page.html': template, ...others }))
  return String((await render(request, 'page.html', values as Record<string, unknown>)).body)
}

/** Everything that may be tried to get from a value to a function that runs any text, or to the site's secrets. */
const NO_VALUES = [
  'constructor',
  '__proto__',
  'hasOwnProperty',
  "''.constructor",
  '[].constructor',
  '5.0.constructor',
  'list.constructor',
  'list.map.constructor',
  "list['__proto__']",
  'list[request.GET.name]',
  'object.constructor',
  'object.__proto__',
  'object.has_own_property',
  'object.__define_getter__',
  'greet.constructor',
  'greet.prototype',
  'user.constructor',
  'request.constructor',
  'request.context',
  'request.context.secretKey',
  'request.incoming',
  'request.become',
  'again.context.secretKey',
  'request.session.flush',
  'request.session.cycle_key',
  'request.session.cycleKey',
  'request.session._auth_user_hash',
  'messages.add',
]

for (const expression of NO_VALUES) {
  test(`a template has no ${expression}`, async (t) => {
    const values = { list: [1], object: { a: 1 }, greet: () => 'hello' }
    const request = await open(templates(t, { 'page.html': `{{ ${expression} is defined }}` }))
    request.session.set('_auth_user_hash', 'hash')
    request.messages.add(25, 'hello')
    assert.equal((await render(request, 'page.html', { ...values, again: request })).body, 'False')
  })
}

test('a function is not printed', async (t) => {
  assert.equal(await pageOf(t, '{{ range }}{{ __url }}{{ list.map }}{{ own }}', { list: [1], own: () => 1 }), '')
})

test('a dump of the request shows nothing of it', async (t) => {
  assert.equal(await pageOf(t, '{{ request|dump|safe }}'), '{}')
})

test('what an object really has is shown, whatever its name', async (t) => {
  const values = { given: JSON.parse('{"constructor": "builder", "valueOf": "price", "first_name": "a", "_id": 7}') }
  assert.equal(
    await pageOf(t, '{{ given.constructor }} {{ given.valueOf }} {{ given.first_name }} {{ given._id }}', values),
    'builder price a 7',
  )
})

test('an array, a text and a date keep their own methods', async (t) => {
  const values = { list: [3, 4], name: 'ann', born: new Date(0) }
  assert.equal(
    await pageOf(t, '{{ list.slice(1) }} {{ name.toUpperCase() }} {{ born.toISOString() }} {{ list.length }}', values),
    '4 ANN 1970-01-01T00:00:00.000Z 2',
  )
})

test('globals and filters of the application are there, and what they return is escaped unless it is HTML', async (t) => {
  const folder = templates(t, {
    'page.html': "{{ brand }} {{ 'x'|loud }} {{ 'x'|loud:'?' }} {{ 'x'|bold }} {{ 'x'|bold|upper }} {{ make() }}",
  })
  const request = await open(folder, {
    globals: { brand: 'A&B', make: () => html`<i>` },
    filters: { loud: (value: string, mark = '!') => value + mark, bold: (value: string) => html`<b>${value}</b>` },
  })
  assert.equal((await render(request, 'page.html')).body, 'A&amp;B x! x? <b>x</b> &lt;B&gt;X&lt;/B&gt; <i>')
})

test('what the view gives goes before what is always there, and before globals', async (t) => {
  const folder = templates(t, { 'page.html': '{{ user }} {{ messages }} {{ brand }} {{ csrf_token }}' })
  const request = await open(folder, { globals: { brand: 'global', user: 'global' } })
  const values = { user: 'given', messages: 'own', brand: 'mine', csrf_token: 'none' }
  assert.equal((await render(request, 'page.html', values)).body, 'given own mine none')
  assert.equal(request.wasRead, false)
})

test('a URL has the mount prefix, and one with a value that is not there is none', async (t) => {
  assert.equal(await pageOf(t, "{% url 'post' 5 %} {% url 'login' %}"), '/shop/post/5/ /shop/accounts/login/')
  await assert.rejects(
    pageOf(t, "{% url 'post' absent %}"),
    /In the template 'page\.html': There is no URL named 'post' that takes the arguments ''\./,
  )
})

const OUTSIDE = [
  '../secret.html',
  '/etc/passwd',
  'a/../../secret.html',
  './../secret.html',
  'a//page.html',
  '..\\secret.html',
  'page.html\0',
  '',
  '.',
  'constructor',
  '__proto__',
]

for (const name of OUTSIDE) {
  test(`the name ${JSON.stringify(name)} leads to no template`, async (t) => {
    const folder = templates(t, { 'in/page.html': '{% include name %}', 'secret.html': 'secret', 'in/a/page.html': '' })
    const engine = nunjucks(`${folder}/in`)
    assert.equal(engine.has(name), false)
    const request = await open(`${folder}/in`)
    await assert.rejects(async () => render(request, 'page.html', { name }), TemplateError)
  })
}

test('a folder beside whose name begins alike is another folder', async (t) => {
  const folder = templates(t, { 'in/page.html': '', 'in-secret/page.html': 'secret' })
  assert.equal(nunjucks(`${folder}/in`).has('../in-secret/page.html'), false)
})

const MISTAKES: readonly (readonly [what: string, template: string, message: RegExp])[] = [
  [
    'an unknown tag',
    'a\n\n{% nonsense %}',
    /^The template 'page\.html' has a mistake in line 3: unknown block tag: nonsense$/,
  ],
  [
    'a tag behind comments of several lines',
    '{% comment %}\n\n{% endcomment %}\n{% nonsense %}',
    /in line 4: unknown block tag/,
  ],
  [
    'a tag that is not closed',
    '{% if user %}',
    /^The template 'page\.html' has a mistake: parseIf: expected elif, else, or endif, got end of file$/,
  ],
  ['an unknown filter', '{{ x|nofilter }}', /^The template 'page\.html' failed: filter not found: nofilter$/],
  [
    'a call of what is not there',
    '\n\n{{ x() }}',
    /^The template 'page\.html' \(line 3 or behind it\) failed: Unable to call `x`/,
  ],
  ['a getter that throws', '{{ bomb.now }}', /^The template 'page\.html' failed: bang$/],
  ['something thrown that is no error', '{{ bomb.odd }}', /^The template 'page\.html' failed: odd$/],
  ['a promise', '{{ later }}', /A promise was given to the template: await it in the view\./],
  [
    'an included template that is not there',
    "{% include 'gone.html' %}",
    /^There is no template 'gone\.html', which 'page\.html' asks for\. Looked for in: .*postern-templates-/,
  ],
  [
    'a parent that is not there',
    "{% extends 'gone.html' %}",
    /^There is no template 'gone\.html', which 'page\.html' asks for\./,
  ],
  [
    'a mistake in an included template',
    "{% include 'bad.html' %}",
    /^The template 'bad\.html' has a mistake in line 2/,
  ],
  ['an included template that fails', "a{% include 'throws.html' %}b", /^The template 'throws\.html' failed: bang$/],
  [
    'a block that fails in a template with a parent',
    "{% extends 'base.html' %}{% block main %}{{ bomb.now }}{% endblock %}",
    /^The template 'page\.html' failed: bang$/,
  ],
  [
    'a URL without a name',
    '{% url absent %}',
    /\{% url %\} needs the name of a URL; the variable that should have it is empty\./,
  ],
  ['a URL with both kinds of arguments', "{% url 'post' 1 id=1 %}", /has arguments with names and arguments without/],
  [
    'templates that include one another',
    "{% include 'loop.html' %}",
    /^Templates include or extend one another without end: … → .*'page\.html' → 'loop\.html'/,
  ],
  ['a template that includes itself twice', "{% include 'page.html' %}{% include 'page.html' %}", /without end/],
  ['a template that is its own parent', "{% extends 'page.html' %}", /without end/],
  [
    'a macro that calls itself',
    '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}',
    /^The template 'page\.html' calls itself without end\.$/,
  ],
]

for (const [what, template, message] of MISTAKES) {
  test(`${what} is an error that says where`, async (t) => {
    const bomb = {
      get now(): never {
        throw new Error('bang')
      },
      get odd(): never {
        // biome-ignore lint/style/useThrowOnlyError: what a library may do
        throw 'odd'
      },
    }
    const others = {
      'bad.html': '\n{% nonsense %}',
      'throws.html': '{{ bomb.now }}',
      'loop.html': "{% include 'page.html' %}",
      'base.html': '<{% block main %}{% endblock %}>',
    }
    await assert.rejects(pageOf(t, template, { bomb, later: Promise.resolve(1) }, others), (error: unknown) => {
      assert.ok(error instanceof TemplateError)
      assert.match(error.message, message)
      return true
    })
  })
}

test('the cause of a failure is kept', async (t) => {
  const cause = new Error('bang')
  const bomb = {
    get now(): never {
      throw cause
    },
  }
  await assert.rejects(pageOf(t, '{{ bomb.now }}', { bomb }), (error: Error) => error.cause === cause)
})

test('an unknown name of a URL is told with the template and the names that there are', async (t) => {
  await assert.rejects(pageOf(t, "{% include 'a.html' %}", {}, { 'a.html': "{% url 'nope' %}" }), (error: unknown) => {
    assert.ok(error instanceof NoReverseMatch)
    assert.match(
      error.message,
      /^In the template 'a\.html'.*: There is no URL named 'nope'\. Names: post, login, logout\b/,
    )
    return true
  })
})

test('a store that is down is told as such by a template that asks for the user', async (t) => {
  const request = await open(templates(t, { 'page.html': "{% include 'a.html' %}", 'a.html': '{{ user.username }}' }))
  const down = new StoreUnavailable()
  request.fail(down)
  await assert.rejects(async () => render(request, 'page.html'), down)
})

test('an engine goes on after a failure', async (t) => {
  const request = await open(templates(t, { 'bad.html': '{{ x() }}', 'good.html': 'good {{ request.path }}' }))
  await assert.rejects(async () => render(request, 'bad.html'), TemplateError)
  assert.equal((await render(request, 'good.html')).body, 'good /')
})

test('a page within a page sees its own values, and the outer one its own again', async (t) => {
  const folder = templates(t, { 'outer.html': '{{ name }} {{ inner() }} {{ user }}', 'inner.html': '[{{ name }}]' })
  const request = await open(folder)
  const inner = (): unknown =>
    html`${String((render(request, 'inner.html', { name: 'in', user: 'x' }) as { body: string }).body)}`
  assert.equal((await render(request, 'outer.html', { name: 'out', inner })).body, 'out [in] AnonymousUser')
})

test('three hundred includes in a row are no loop', async (t) => {
  const template = "{% include 'a.html' %}".repeat(300)
  assert.equal(await pageOf(t, template, {}, { 'a.html': '.' }), '.'.repeat(300))
})
