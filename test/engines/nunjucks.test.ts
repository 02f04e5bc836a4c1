/** What templates become; the expected pages were made by Django 5.2 of the same templates and values. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AuthRequest, createPostern, markSafe, messages, path, render, User } from '../../src/index.ts'
import type { IncomingRequest } from '../../src/kernel/incoming-request.ts'
import { memory } from '../../src/memory.ts'
import { nunjucks } from '../../src/nunjucks.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { templates } from '../support/templates.ts'

type Row = readonly [name: string, template: string, page: string]

/** The templates of the tutorials, letter for letter; in brackets the section. */
const TUTORIALS: readonly Row[] = [
  [
    'a link to the logout view (4)',
    `<a href="{% url 'logout' %}">Logout</a>`,
    '<a href="/accounts/logout/">Logout</a>',
  ],
  [
    'a logout button (7)',
    `<form action="{% url 'logout' %}" method="post">
{% csrf_token %}
<button type="submit">Logout</button>
</form>`,
    `<form action="/accounts/logout/" method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="TOKEN">
<button type="submit">Logout</button>
</form>`,
  ],
  [
    'messages after a logout (9)',
    `{% if messages %}
<ul>
{% for message in messages %}
<li>{{ message }}</li>
{% endfor %}
</ul>
{% endif %}`,
    `
<ul>

<li>You have been logged out &lt;successfully&gt;.</li>

<li><b>Mind</b></li>

</ul>
`,
  ],
  [
    'nothing to say (9)',
    `{% if messages %}
<ul>
{% for message in messages %}
<li>{{ message }}</li>
{% endfor %}
</ul>
{% endif %}`,
    '',
  ],
  [
    "a page of one's own (14)",
    `<h2>You have successfully logged out.</h2>
<p>Thank you for visiting our site. Click below to log in again.</p>
<a href="{% url 'login' %}">Login again</a>`,
    `<h2>You have successfully logged out.</h2>
<p>Thank you for visiting our site. Click below to log in again.</p>
<a href="/accounts/login/">Login again</a>`,
  ],
  [
    'the whole workflow, with messages (17)',
    `<form action="{% url 'logout' %}" method="post">
{% csrf_token %}
<button type="submit">Logout</button>
</form>
{% if messages %}
<ul>
{% for message in messages %}
<li>{{ message }}</li>
{% endfor %}
</ul>
{% endif %}`,
    `<form action="/accounts/logout/" method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="TOKEN">
<button type="submit">Logout</button>
</form>

<ul>

<li>You have been logged out &lt;successfully&gt;.</li>

<li><b>Mind</b></li>

</ul>
`,
  ],
]

const DJANGO: readonly Row[] = [
  [
    'tags of messages',
    '{% for message in messages %}<li{% if message.tags %} class="{{ message.tags }}"{% endif %}>{{ message.level }} {{ message.level_tag }} {{ message.extra_tags }} {{ message.message }}</li>{% endfor %}{{ messages|length }}',
    '<li class="success">25 success  You have been logged out &lt;successfully&gt;.</li><li class="urgent warning">30 warning urgent <b>Mind</b></li>2',
  ],
  [
    'messages twice on one page',
    '{% for m in messages %}{{ m }}{% endfor %}{% for m in messages %}{{ m }}{% endfor %}',
    'You have been logged out &lt;successfully&gt;.<b>Mind</b>You have been logged out &lt;successfully&gt;.<b>Mind</b>',
  ],
  [
    'user',
    '{% if user.is_authenticated %}{{ user.username }}|{{ user.get_username }}|{{ user.get_full_name }}|{{ user.get_short_name }}|{{ user.email }}|{{ user.first_name }}|{{ user }}{% else %}nobody{% endif %}',
    '&lt;al&#x27;ice&gt;|&lt;al&#x27;ice&gt;|Alice O&quot;Neill|Alice|alice@site.example|Alice|&lt;al&#x27;ice&gt;',
  ],
  [
    'anonymous user',
    '{% if user.is_authenticated %}{{ user.username }}{% else %}nobody{% endif %}{{ user.username }}{% if user.is_anonymous %}!{% endif %}{% if not user.is_staff %}?{% endif %}{{ user }}',
    'nobody!?AnonymousUser',
  ],
  [
    'request',
    '{{ request.method }} {{ request.path }} {{ request.path_info }} {{ request.scheme }} {{ request.get_host }} {{ request.get_full_path }} {{ request.GET.next }} {{ request.user.username }}{% if request.is_secure %}secure{% endif %}',
    'GET /a/b /a/b http site.example /a/b?next=/x%22%3C&amp;e= /x&quot;&lt; &lt;al&#x27;ice&gt;',
  ],
  [
    'a hidden field with a default',
    `<input type="hidden" name="next" value="{{ request.GET.next|default:'/cadmin/' }}"><input value="{{ request.GET.e|default:"/cadmin/" }}">{{ request.GET.absent|default:"-" }}`,
    '<input type="hidden" name="next" value="/x&quot;&lt;"><input value="/cadmin/">-',
  ],
  [
    'session',
    '{% for item in request.session.cart %}{{ item }},{% endfor %}{{ request.session.n }}{{ request.session.absent }}',
    '&lt;tea&gt;,milk,0',
  ],
  [
    'url with arguments in order',
    "{% url 'post' post.id slug %} {% url 'post' 3 'x-y' %}",
    '/post/7/abc/ /post/3/x-y/',
  ],
  ['url with arguments by name', "{% url 'post' slug=slug|upper id=post.id %}", '/post/7/ABC/'],
  [
    'url as a variable',
    `{% url 'post' id=1 slug='a' as address %}<a href="{{ address }}">{% url 'absent' as missing %}[{{ missing }}]`,
    '<a href="/post/1/a/">[]',
  ],
  [
    'url of hostile text',
    `{% url 'd' hostile %}|{% url 'd' name="a b'c" %}`,
    '/d/%3C&#x27;%22&amp;%5C%3E%60/|/d/a%20b&#x27;c/',
  ],
  [
    'escaping',
    '{{ hostile }}|{{ hostile|safe }}|{{ hostile|escape }}|{{ hostile|upper }}|{{ hostile|force_escape }}',
    `&lt;&#x27;&quot;&amp;\\&gt;\`|<'"&\\>\`|&lt;&#x27;&quot;&amp;\\&gt;\`|&lt;&#x27;&quot;&amp;\\&gt;\`|&lt;&#x27;&quot;&amp;\\&gt;\``,
  ],
  [
    'safe values',
    '{{ safe }}|{{ safe|escape }}|{{ safe|upper }}|{{ safe|safe }}',
    '<b>x</b>|<b>x</b>|&lt;B&gt;X&lt;/B&gt;|<b>x</b>',
  ],
  [
    'truth',
    "{% if empty %}a{% endif %}{% if post.empty_map %}b{% endif %}{% if nothing %}c{% endif %}{% if zero %}d{% endif %}{% if absent %}e{% endif %}{% if not empty %}f{% endif %}{% if xs and not empty %}g{% endif %}{% if empty or xs %}h{% endif %}{% if text == 'x' and xs %}i{% endif %}{% if xs|length > 1 %}j{% endif %}{% if 2 in xs %}k{% endif %}{% if 3 not in xs %}l{% endif %}{% if nothing is None %}m{% endif %}{% if zero == 0 %}n{% endif %}{% if 'and' == text or text %}o{% endif %}{% if text != 'and or not' %}p{% endif %}",
    'fghijklmnop',
  ],
  ['elif', '{% if empty %}a{% elif xs %}b{% else %}c{% endif %}', 'b'],
  [
    'loops',
    '{% for x in xs %}{{ forloop.counter }}{{ forloop.counter0 }}{{ forloop.revcounter }}{{ forloop.revcounter0 }}{% if forloop.first %}first{% endif %}{% if forloop.last %}last{% endif %}{% for t in post.tags %}{{ forloop.parentloop.counter }}{{ t }}{% endfor %}{% endfor %}',
    '1021first1a1b2110last2a2b',
  ],
  [
    'empty',
    '{% for x in empty %}{{ x }}{% empty %}none{% endfor %}{% for x in xs %}{{ x }}{% empty %}none{% endfor %}{% for x in absent %}x{% empty %}absent{% endfor %}',
    'none12absent',
  ],
  ['items', '{% for key, value in post.items %}{{ key }}{% endfor %}', 'idtagsempty_map'],
  [
    'comments',
    `a{# {{ hostile }} #}b{% comment %}{% url 'absent' %}{{ x }}{% endcomment %}c{% comment 'why' %}
{% endcomment %}d`,
    'abcd',
  ],
  ['load', '{% load static i18n %}x', 'x'],
  ['what is not there', '[{{ absent }}{{ absent.more }}{{ post.absent }}{{ user.absent }}{{ request.absent }}]', '[]'],
  ['verbatim', "{% verbatim %}{{ x }}{% url 'y' %}{% endverbatim %}", "{{ x }}{% url 'y' %}"],
  [
    'default',
    `{{ empty|default:'none' }}{{ zero|default:5 }}{{ text|default:"no" }}{{ nothing|default_if_none:'None!' }}`,
    'none5xNone!',
  ],
  ['more filters', "{{ xs|join:', ' }} {{ xs|first }} {{ xs|length }} {{ text|title }}", '1, 2 1 2 X'],
]

const INCOMING: IncomingRequest = {
  method: 'GET',
  url: '/a/b?next=/x%22%3C&e=',
  prefix: '',
  scheme: 'http',
  host: 'site.example',
  header: () => undefined,
  form: () => Promise.reject(new Error('no form')),
  json: () => Promise.reject(new Error('no JSON')),
}

const VALUES = {
  slug: 'abc',
  xs: [1, 2],
  empty: [],
  nothing: null,
  hostile: '<\'"&\\>`',
  safe: markSafe('<b>x</b>'),
  zero: 0,
  post: { id: 7, tags: ['a', 'b'], empty_map: {} },
  text: 'x',
}

const USER = new User({
  id: 1,
  username: "<al'ice>",
  password: '!',
  email: 'alice@site.example',
  firstName: 'Alice',
  lastName: 'O"Neill',
  isActive: true,
  isStaff: true,
  isSuperuser: false,
  lastLogin: null,
  dateJoined: 0,
})

/** A request that a template is shown for. */
async function requestFor(folder: string, name = ''): Promise<AuthRequest> {
  const auth = createPostern({
    secretKey: SECRET_KEY,
    database: memory(),
    development: true,
    templates: nunjucks(folder),
    urls: [path('post/<int:id>/<slug:slug>/', { name: 'post' }), path('d/<name>/', { name: 'd' })],
  })
  const request = await auth.open(INCOMING)
  if (name.includes('session')) {
    request.session.set('cart', ['<tea>', 'milk'])
    request.session.set('n', 0)
  }
  if (!name.startsWith('anonymous')) request.become(USER)
  if (name.includes('message')) {
    messages.success(request, 'You have been logged out <successfully>.')
    messages.warning(request, markSafe('<b>Mind</b>'), { extraTags: 'urgent' })
  }
  return request
}

async function pageOf(t: TestContext, template: string, name?: string, values: object = VALUES): Promise<string> {
  const request = await requestFor(templates(t, { 'page.html': template }), name)
  const { body } = await render(request, 'page.html', values as typeof VALUES)
  return String(body).replace(/[A-Za-z0-9]{64}/, 'TOKEN')
}

for (const [name, template, page] of TUTORIALS) {
  test(`the tutorial's template becomes Django's page: ${name}`, async (t) => {
    assert.equal(await pageOf(t, template, name), page)
  })
}

for (const [name, template, page] of DJANGO) {
  test(`a template becomes Django's page: ${name}`, async (t) => {
    assert.equal(await pageOf(t, template, name), page)
  })
}

const PARTS = {
  'part.html': '[{{ name }}{{ slug }}{% for x in xs %}{{ x }}{% endfor %}]',
  'includes.html': `{% include 'part.html' %}{% include 'part.html' with name='n' slug=text|upper %}{% include 'part.html' with name='o' only %}{% for name in xs %}{% include 'part.html' %}{% include "part.html" with name=slug %}{% endfor %}{% include which %}`,
  'base.html': '<title>{% block title %}Site{% endblock %}</title>{% block main %}{% endblock %}',
  'child.html': "{% extends 'base.html' %}{% block title %}Blog | {{ block.super }}{% endblock title %}",
  'grandchild.html':
    "{% extends parent %}ignored{% block title %}Post | {{ block.super }}{% endblock %}{% block main %}{% for x in xs %}{{ x }}{% include 'part.html' with name=x only %}{% endfor %}{% endblock %}",
}

const OF_PARTS: readonly (readonly [name: string, page: string])[] = [
  ['includes.html', '[abc12][nX12][o][1abc12][abcabc12][2abc12][abcabc12][abc12]'],
  ['grandchild.html', '<title>Post | Blog | Site</title>1[1]2[2]'],
]

for (const [name, page] of OF_PARTS) {
  test(`a template of several becomes Django's page: ${name}`, async (t) => {
    const request = await requestFor(templates(t, PARTS))
    const { body } = await render(request, name, { ...VALUES, which: 'part.html', parent: 'child.html' })
    assert.equal(body, page)
  })
}

test('the page says that it is HTML in UTF-8, with the status of the view', async (t) => {
  const request = await requestFor(templates(t, { 'gone.html': 'gone' }))
  assert.deepEqual(await render(request, 'gone.html', {}, 410), {
    status: 410,
    headers: [['Content-Type', 'text/html; charset=utf-8']],
    body: 'gone',
  })
})
