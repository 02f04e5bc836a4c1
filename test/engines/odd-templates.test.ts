/** Templates that are mistaken or unusual, and values of every kind: a page, or an error that says which template and why. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AuthRequest, createPostern, markSafe, path, text, User } from '../../src/index.ts'
import type { IncomingRequest } from '../../src/kernel/incoming-request.ts'
import { memory } from '../../src/memory.ts'
import { nunjucks } from '../../src/nunjucks.ts'
import { TableUser } from '../../src/stores/sql/table-user.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { templates } from '../support/templates.ts'

const FIELDS = {
  ...{ id: 7, username: 'ada', password: 'x', email: 'ada@site.example', firstName: 'Ada', lastName: 'L' },
  ...{ isActive: true, isStaff: false, isSuperuser: false, lastLogin: null, dateJoined: 0 },
}

function request(url = '/'): AuthRequest {
  const incoming = { method: 'GET', url, prefix: '', scheme: 'http', host: 'localhost', header: () => undefined }
  const urls = [path('posts/<int:id>/', () => text(''), { name: 'post' })]
  const auth = createPostern({ secretKey: SECRET_KEY, database: memory(), urls })
  return auth.open(incoming as unknown as IncomingRequest) as AuthRequest
}

/** The page of one template. */
function made(
  t: TestContext,
  template: string,
  values: Record<string, unknown> = {},
  others: Record<string, string> = {},
) {
  const engine = nunjucks(templates(t, { 'page.html': template, ...others }))
  return engine.render('page.html', { request: request(), ...values } as never)
}

/** What is wrong with one. */
function mistake(...given: Parameters<typeof made>): string {
  try {
    return `a page: ${made(...given)}`
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    assert.match(String(code), /^ERR_(TEMPLATE|NO_REVERSE_MATCH)$/, message)
    return message
  }
}

test('a tag without what it needs is a mistake in this template', (t) => {
  for (const template of ['{% if %}x{% endif %}', '{%  %}', '{% for %}x{% endfor %}', '{% nothing %}']) {
    assert.match(mistake(t, template), /^The template 'page\.html' has a mistake in line \d+: /, template)
  }
  assert.match(mistake(t, '{% url %}'), /^\{% url %\} needs the name of a URL/)
  assert.match(mistake(t, '{% include %}'), /'page\.html'/)
})

test('{% url %} says what it was given when nothing fits: with names, without, or nothing', (t) => {
  assert.match(mistake(t, "{% url 'post' id='seven' %}"), /id='seven'/)
  assert.match(mistake(t, "{% url 'post' 'seven' missing %}"), /'seven', ''/)
  assert.match(
    mistake(t, "{% url 'post' %}"),
    /^In the template 'page\.html': The URL named 'post' takes other parameters, /,
  )
  assert.equal(made(t, "{% url 'post' id=7 %}"), '/posts/7/')
  assert.equal(made(t, "{% url 'post' 7 %}"), '/posts/7/')
  assert.equal(made(t, "{% url 'post' 'seven' as address %}[{{ address }}]"), '[]')
})

test('conditions with brackets are the engine’s own, and those without are as Django has them', (t) => {
  const values = { empty: [], full: [1], yes: true }
  assert.equal(made(t, '{% if (yes and full) or empty %}a{% endif %}', values), 'a')
  assert.equal(made(t, '{% if empty %}a{% elif "(" == "(" %}b{% endif %}', values), 'b')
  assert.equal(made(t, '{% if not empty and full %}a{% endif %}', values), 'a')
  assert.equal(made(t, '{% if yes is True and no is not False %}a{% endif %}', { ...values, no: true }), 'a')
  assert.equal(made(t, '{% if no is False %}a{% endif %}{% if nothing is None %}b{% endif %}', { no: false }), 'ab')
})

test('what counts as empty, and how much there is of it', (t) => {
  const rows: [value: unknown, isTrue: boolean, length: number][] = [
    ['', false, 0],
    ['abc', true, 3],
    [[], false, 0],
    [[1, 2], true, 2],
    [new Map(), false, 0],
    [new Map([['a', 1]]), true, 1],
    [new Set([1, 2]), true, 2],
    [{}, false, 0],
    [{ a: 1, b: 2 }, true, 2],
    [0, false, 0],
    [7, true, 0],
    [null, false, 0],
    [new Date(0), true, 0],
    [
      {
        *[Symbol.iterator]() {
          yield 1
        },
      },
      true,
      1,
    ],
    [new User(FIELDS), true, 11],
  ]
  for (const [value, isTrue, length] of rows) {
    const page = made(t, '{% if value %}yes{% else %}no{% endif %}', { value })
    assert.equal(page, isTrue ? 'yes' : 'no', JSON.stringify(value))
    if (!(value instanceof User)) assert.equal(made(t, '{{ value|length }}', { value }), String(length))
  }
})

test('a value is shown as text, and only what says that it is HTML is HTML', (t) => {
  const html = { toHtml: () => markSafe('<b>bold</b>') }
  const liar = { toHtml: () => '<b>bold</b>', toString: () => '<i>' }
  assert.equal(
    made(t, '{{ a }}{{ b }}{{ c }}{{ d }}', { a: html, b: liar, c: markSafe('<u>'), d: [1, '<'] }),
    '<b>bold</b>&lt;i&gt;<u>1,&lt;',
  )
  assert.equal(
    made(t, '{{ a|escape }}{{ b|escape }}{{ a|forceescape }}', { a: markSafe('<u>'), b: '<u>' }),
    '<u>&lt;u&gt;&lt;u&gt;',
  )
  assert.equal(made(t, '[{{ nothing|escape }}{{ nothing|forceescape }}{{ nothing|upper }}]'), '[]')
  assert.equal(
    made(t, '{{ a|upper }}{{ "x"|safe }}{{ b|safe }}', { a: html, b: markSafe('<i>') }),
    '&lt;B&gt;BOLD&lt;/B&gt;x<i>',
  )
  assert.match(
    mistake(t, '{{ a }}', { a: Promise.resolve(1) }),
    /A promise was given to the template: await it in the view/,
  )
})

test('{% set %} and {% filter %} around HTML keep it, and escape what comes from outside once', (t) => {
  const values = { bad: '<script>', parts: ['<', markSafe('<br>')] }
  assert.equal(made(t, '{% set a %}<b>{{ bad }}</b>{% endset %}{{ a }}', values), '<b>&lt;script&gt;</b>')
  assert.equal(made(t, '{% filter upper %}<b>{{ bad }}</b>{% endfilter %}', values), '<B>&LT;SCRIPT&GT;</B>')
  assert.equal(made(t, '{% filter replace("b", bad) %}ab{% endfilter %}', values), 'a&lt;script&gt;')
  assert.equal(made(t, '{% filter wordcount %}one two{% endfilter %}', values), '2')
  assert.equal(made(t, '{{ parts|join("<") }}', values), '&lt;&lt;&lt;br&gt;')
})

test('filters for texts and lists take what they are not made for', (t) => {
  const values = { one: 'x', users: [{ name: 'ada' }, { name: 'bob' }], pattern: /b/g, made: { toString: () => '!' } }
  assert.equal(made(t, '{{ one|join("-") }}{{ 7|join("-") }}{{ nothing|join("-") }}', values), 'x7')
  assert.equal(made(t, '{{ users|join(", ", "name") }}{{ users|join(nothing, "name") }}', values), 'ada, bobadabob')
  assert.equal(made(t, '{{ "abab"|replace(pattern, made) }}', values), 'a!a!')
  assert.equal(made(t, '{{ nothing|wordcount }}[{{ ""|wordcount }}]{{ "a b"|wordcount }}', values), '[]2')
  assert.equal(made(t, '{{ nothing|first }}{{ 5|last }}{{ users|length }}', values), '2')
})

test('a text is cut with an end that is a text, HTML or not', (t) => {
  const values = {
    plain: 'a < b and more',
    html: markSafe('<b>bold</b> and more'),
    end: '<…>',
    htmlEnd: markSafe('<…>'),
  }
  assert.equal(made(t, '{{ plain|truncate(5) }}', values), 'a &lt; b...')
  assert.equal(made(t, '{{ plain|truncate(3, true, end) }}', values), 'a &lt;&lt;…&gt;')
  assert.equal(made(t, '{{ html|truncate(11, true, end) }}', values), '<b>bold</b>&lt;…&gt;')
  assert.equal(made(t, '{{ html|truncate(11, true, htmlEnd) }}', values), '<b>bold</b><…>')
})

test('the loop that a template is in has Django’s names, and the one around it', (t) => {
  const rows = [['a', 'b'], ['c']]
  const template =
    '{% for row in rows %}{% for x in row %}{{ forloop.parentloop.counter }}.{{ forloop.counter0 }}{{ x }}{% if not forloop.last %},{% endif %}{% endfor %};{% endfor %}'
  assert.equal(made(t, template, { rows }), '1.0a,1.1b;2.0c;')
  assert.equal(made(t, '[{{ forloop.counter }}]'), '[]')
  assert.equal(made(t, '{% for x in rows %}[{{ forloop.parentloop.counter }}]{% endfor %}', { rows }), '[][]')
})

test('an included template gets names, what is around it, or nothing else', (t) => {
  const part = { 'part.html': '{{ a }}{{ b }}' }
  const values = { a: 1, b: 2, name: 'part.html' }
  assert.equal(made(t, '{% include "part.html" %}', values, part), '12')
  assert.equal(made(t, '{% include name with b=3 %}', values, part), '13')
  assert.equal(made(t, '{% include "part.html" with b=3 only %}', values, part), '3')
  assert.equal(made(t, '{% include "gone.html" ignore missing %}', values, part), '')
  assert.match(mistake(t, '{% include nothing %}', values, part), /'page\.html'/)
})

test('further columns of a user are there under user.extra', (t) => {
  const user = new TableUser(FIELDS, { phone: '+44 <1>' })
  assert.equal(made(t, '{{ user.extra.phone }}{{ user.extra.street }}', { user }), '+44 &lt;1&gt;')
})

test('a name that is an index, a number or a method leads to what is there and nowhere else', (t) => {
  const values = {
    list: ['a', 'b'],
    map: new Map([['items', 'x']]),
    object: { a: 1, items: undefined },
    user: new User(FIELDS),
  }
  assert.equal(made(t, '{{ list[0] }}{{ list[9] }}{{ list["1"] }}', values), 'ab')
  assert.equal(made(t, '{{ map.items }}{{ object.constructor }}{{ object.__proto__ }}', values), 'x')
  assert.equal(made(t, '{% for k, v in object.items %}{{ k }}={{ v }};{% endfor %}', values), 'a=1;items=;')
  assert.equal(
    made(t, '{{ user.get_full_name }}|{{ user.constructor }}|{{ user._secret }}|{{ user.is_authenticated }}', values),
    'Ada L|||True',
  )
  assert.equal(made(t, '{{ list.items }}{{ 5|int }}{{ (5).items }}', values), '5')
})

test('with templates that are not looked at again, one that was found is found', (t) => {
  const folder = templates(t, { 'page.html': 'page' })
  const engine = nunjucks({ paths: folder, reload: false })
  assert.deepEqual([engine.has('page.html'), engine.has('page.html'), engine.has('../page.html')], [true, true, false])
  assert.equal(engine.render('page.html', { request: request() } as never), 'page')
})
