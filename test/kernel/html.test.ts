import assert from 'node:assert/strict'
import { test } from 'node:test'
import { escapeHtml, html, markSafe, SafeHtml } from '../../src/kernel/html.ts'

test('text is escaped as Django escapes it', () => {
  assert.equal(
    escapeHtml(`<a href="x" title='y'>&amp;</a>`),
    '&lt;a href=&quot;x&quot; title=&#x27;y&#x27;&gt;&amp;amp;&lt;/a&gt;',
  )
  assert.equal(escapeHtml('zoë `/=`'), 'zoë `/=`')
  assert.equal(escapeHtml(''), '')
})

test('everything put into a template is escaped', () => {
  const name = '"><script>alert(1)</script>'
  assert.equal(
    html`<input value="${name}">`.toString(),
    '<input value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">',
  )
  assert.equal(html`${1}${2n}${true}${0}${''}`.toString(), '12true0')
})

test('HTML in HTML stays as it is', () => {
  const inner = html`<b>${'<'}</b>`
  assert.ok(inner instanceof SafeHtml)
  assert.equal(html`<p>${inner}${markSafe('<br>')}</p>`.toString(), '<p><b>&lt;</b><br></p>')
  assert.equal(`${html`<p>`}`, '<p>')
})

test('arrays are joined, each item escaped or not on its own', () => {
  assert.equal(html`<ul>${['<', html`<li>`, [1, ['&', null]]]}</ul>`.toString(), '<ul>&lt;<li>1&amp;</ul>')
  assert.equal(html`${[]}`.toString(), '')
})

test('null, undefined and false are nothing', () => {
  assert.equal(html`[${null}${undefined}${false}${[null, false]}]`.toString(), '[]')
})

test('an object that looks like HTML is text', () => {
  const fake = JSON.parse('{"text":"<b>"}') as string
  assert.equal(html`${fake}`.toString(), '[object Object]')
  assert.equal(html`${{ toString: () => '<b>' } as unknown as string}`.toString(), '&lt;b&gt;')
})

test('a template without values is the text between its ticks', () => {
  assert.equal(html`a\n<b>`.toString(), 'a\n<b>')
})
