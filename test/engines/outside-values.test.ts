/** Values that came from outside, as JSON: they can neither break a page, nor hold it up, nor get HTML into it. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createPostern, markSafe, render } from '../../src/index.ts'
import type { IncomingRequest } from '../../src/kernel/incoming-request.ts'
import { memory } from '../../src/memory.ts'
import { nunjucks } from '../../src/nunjucks.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { templates } from '../support/templates.ts'

const INCOMING = {
  method: 'GET',
  url: '/',
  prefix: '',
  scheme: 'https',
  host: 'localhost',
  header: () => undefined,
} as unknown as IncomingRequest

async function pageOf(t: TestContext, template: string, values: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = templates(t, { 'page.html': template })
  const auth = createPostern({
    secretKey: SECRET_KEY,
    database: memory(),
    development: true,
    templates: nunjucks(folder),
  })
  return String((await render(await auth.open(INCOMING), 'page.html', values)).body)
}

const HUGE = JSON.parse('{"length":1000000000}') as object
const BARE = Object.assign(Object.create(null), { a: 1, length: 1_000_000_000 }) as object

const LISTS: readonly (readonly [template: string, v: unknown, page: string])[] = [
  ['{% for x in v %}<{{ x }}>{% endfor %}', HUGE, '<length>'],
  ['{% for x in v %}<{{ x }}>{% endfor %}', BARE, '<a><length>'],
  ['{% for x in v %}<{{ x }}={{ v[x] }}>{% empty %}none{% endfor %}', { a: 1, b: 2 }, '<a=1><b=2>'],
  ['{% for x in v %}<{{ x }}>{% empty %}none{% endfor %}', {}, 'none'],
  ['{% for x in v.a %}{% for y in x %}<{{ y }}>{% endfor %}{% endfor %}', { a: [HUGE, [1]] }, '<length><1>'],
  ['{% for k, x in v %}<{{ k }}={{ x }}>{% endfor %}', HUGE, '<length=1000000000>'],
  ['{% for k, x in v %}<{{ k }}={{ x }}>{% endfor %}', new Map([['a', 1]]), '<a=1>'],
  ['{% for x in v %}<{{ x }}>{% endfor %}', new Set([1, 2]), '<1><2>'],
  ['{% for x in v %}<{{ x }}>{% endfor %}', 'ab', '<a><b>'],
  [
    '{% for x in v %}<{{ x }}>{% empty %}none{% endfor %}',
    new (class Big {
      length = 1e9
    })(),
    'none',
  ],
  ['{{ v|reverse|join(",") }}', HUGE, 'length'],
  ['{{ v|batch(2)|length }}{{ v|select|length }}{{ v|sort|length }}{{ v|groupby("length")|length }}', HUGE, '1111'],
  ['{{ v|first }} {{ v|last }} {{ v|random }}', HUGE, 'length length length'],
  ['{{ v|first }}{{ v|join }}', undefined, ''],
]

for (const [template, v, page] of LISTS) {
  const name = v instanceof Object && !Array.isArray(v) ? v.constructor.name : String(JSON.stringify(v))
  test(`${template} over ${name} counts no length: ${page}`, async (t) => {
    assert.equal(await pageOf(t, template, { v }), page)
  })
}

const nested = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown
const UNPRINTABLE: readonly (readonly [what: string, v: unknown])[] = [
  ['toString', JSON.parse('{"toString":1}')],
  ['toString and valueOf', JSON.parse('{"toString":"x","valueOf":{}}')],
  ['a name beside', JSON.parse('{"__proto__":null,"toString":null}')],
  ['a list of such', [JSON.parse('{"toString":1}')]],
  ['no prototype', Object.create(null)],
  ['Symbol.toPrimitive', { [Symbol.toPrimitive]: 1 }],
  ['Symbol.toPrimitive that gives an object', { [Symbol.toPrimitive]: () => ({}) }],
  ['a list within lists without end', nested],
]

for (const [what, v] of UNPRINTABLE) {
  for (const filters of ['', '|upper', '|safe', '|escape', '|replace("a", v)', '|truncate(3, true, v)', '|string']) {
    test(`a value with ${what} is nothing on a page: {{ v${filters} }}`, async (t) => {
      assert.equal(await pageOf(t, `[{{ v${filters} }}]`, { v }), '[]')
    })
  }
}

test('a value with valueOf alone is shown as any object', async (t) => {
  assert.equal(await pageOf(t, '{{ v }}', { v: JSON.parse('{"valueOf":1}') }), '[object Object]')
})

test('an object of the application that fails to become a text is heard of', async (t) => {
  class Price {
    toString(): string {
      throw new TypeError('no currency')
    }
  }
  await assert.rejects(pageOf(t, '{{ v }}', { v: new Price() }), /no currency/)
})

const X = '<script>'
const ESCAPED = '&lt;script&gt;'
const HTML: readonly (readonly [template: string, page: string])[] = [
  ['{{ safe|replace("a", x) }}', `&lt;i&gt;${ESCAPED}&lt;/i&gt;`],
  ['{{ safe|replace("", x)|length > 20 }}{{ safe|replace(r/a/, x) }}', `True&lt;i&gt;${ESCAPED}&lt;/i&gt;`],
  ['{{ safe|replace("nothing", x) }}', '&lt;i&gt;a&lt;/i&gt;'],
  ['{{ safe|truncate(4, true, x) }}', `<i>a${ESCAPED}`],
  ['{{ x|truncate(1, true, x) }}', `&lt;${ESCAPED}`],
  ['{{ safe|truncate(4, true, other) }}', '<i>a<b>'],
  ['{{ tricky|striptags }}', '&lt;img src=x onerror=alert(1)&gt;"&gt;'],
  ['{{ entity|striptags }} {{ x|striptags }}.', 'a &amp; b .'],
  [
    '{{ safe|upper }}{{ safe|urlize }}{{ safe|reverse|join }}',
    '&lt;I&gt;A&lt;/I&gt;&lt;i&gt;a&lt;/i&gt;&gt;i/&lt;a&gt;i&lt;',
  ],
  ['{{ safe|trim }}{{ safe|title }}{{ safe|indent }}{{ safe|capitalize }}', '<i>a</i><i>a</i><i>a</i><i>a</i>'],
  ['{{ x|trim }}{{ x|title }}{{ x|indent }}{{ x|string }}{{ x|nl2br }}', ESCAPED.repeat(5)],
  ['{{ [safe, x]|join(x) }}', `&lt;i&gt;a&lt;/i&gt;${ESCAPED}${ESCAPED}`],
  ['{% set a %}<b>{{ x }}</b>{% endset %}{{ a }}', `<b>${ESCAPED}</b>`],
  ['{% set a %}{{ x }}{% endset %}{% set b %}[{{ a }}]{% endset %}{{ b }}', `[${ESCAPED}]`],
  ['{% set a %}{{ x }}{% endset %}{{ a + x }}', `&amp;lt;script&amp;gt;${ESCAPED}`],
  ['{% set a %}x{% endset %}{% if a == "x" %}{{ a|length }}{% endif %}', '1'],
  ['{% set a %}{% endset %}{% if a %}full{% else %}empty{% endif %}', 'empty'],
  ['{% filter upper %}<b>{{ x }}</b>{% endfilter %}', '<B>&LT;SCRIPT&GT;</B>'],
  ['{% filter trim %} {% filter lower %}A{{ x }}{% endfilter %} {% endfilter %}', `a${ESCAPED}`],
  ['{% filter replace("b", x) %}b{% endfilter %}', ESCAPED],
  ['{% filter truncate(1, true, x) %}abc{% endfilter %}', `a${ESCAPED}`],
  ['{% filter default(x, true) %}{% endfilter %}', ''],
]

for (const [template, page] of HTML) {
  test(`what is text stays text, and HTML is escaped once: ${template}`, async (t) => {
    const values = {
      x: X,
      safe: markSafe('<i>a</i>'),
      other: markSafe('<b>'),
      entity: markSafe('<p>a &amp; b</p>'),
      tricky: markSafe('<p title="><<b>img src=x onerror=alert(1)>">'),
    }
    assert.equal(await pageOf(t, template, values), page)
  })
}
