/** What is read out of a template without running it. */
import assert from 'node:assert/strict'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { askedOf, readCode } from '../../src/engines/template-code.ts'
import { TemplateMentions } from '../../src/engines/template-mentions.ts'
import { nunjucks } from '../../src/nunjucks.ts'
import { templates } from '../support/templates.ts'

const asked = (template: string, word = 'perms'): readonly string[] | undefined =>
  askedOf(word, readCode(template).pieces)

for (const [template, expected] of [
  ['perms.blog', undefined],
  ['{# perms.blog #}', undefined],
  ['{% comment %}{{ perms.blog }}{% endcomment %}', undefined],
  ['{% verbatim %}{{ perms.blog }}{% endverbatim %}{% raw %}{{ perms }}{% endraw %}', undefined],
  ['{{ "perms.blog" }}{{ \'perms\' }}{{ xperms }}{{ perms2 }}', undefined],
  ['{{ perms }}', []],
  ['{{ perms.blog }}', ['blog']],
  ['{{- perms.blog.add_post -}}', ['blog.add_post']],
  ['{% if a and perms.blog.add_post or not perms.shop %}', ['blog.add_post', 'shop']],
  ["{% if 'blog.add_post' in perms %}", ['blog.add_post']],
  ['{% if "blog" not in perms and x %}', ['blog']],
  ["{% if 'it''s' in perms %}", ['s']],
  ['{{ request.perms.blog.x.y }}', ['blog.x']],
  ['{{ perms["blog"] }}', []],
  ['{%\nif\n"a.b"\nin\nperms\n%}', ['a.b']],
] as const) {
  test(`${JSON.stringify(template)} asks ${JSON.stringify(expected)} of perms`, () => {
    assert.deepEqual(asked(template), expected)
  })
}

for (const [template, calls, callsUnknown] of [
  ['{% extends "a.html" %}{% include \'b/c.html\' %}', ['a.html', 'b/c.html'], false],
  [
    '{%- include "./near" ignore missing -%}{% include "x" with a=1 only %}{% include "y" without context %}',
    ['./near', 'x', 'y'],
    false,
  ],
  ['{% import "m" as m %}{% from "n" import a, b %}', ['m', 'n'], false],
  ['{% extends parent %}', [], true],
  ['{% include "a" + b %}{% include ["a", "b"] %}{% include "a" if b else "c" %}{% include "a\\"b" %}', [], true],
  ['{% include %}{% included "x" %}{% if include %}{% endif %}{{ include }}', [], true],
  ['{% for x in from %}{% endfor %}', [], false],
] as const) {
  test(`${template} calls ${calls.join(', ') || 'nothing by name'}${callsUnknown ? ', and what nobody knows' : ''}`, () => {
    const code = readCode(template)
    assert.deepEqual([code.calls, code.callsUnknown], [calls, callsUnknown])
  })
}

test('a template that is there twice on the way, calls itself or is missing is no trouble', () => {
  const files: Readonly<Record<string, string>> = {
    a: '{% include "b" %}{% include "c" %}{% include "gone" %}',
    b: '{% include "a" %}{% include "c" %}',
    c: '{{ perms.x }}',
    broken: '{% include "throws" %}{{ perms.y }}',
  }
  const mentions = new TemplateMentions(
    (name) => {
      if (name === 'throws') throw new Error('a mistake')
      const text = files[name]
      return text === undefined ? undefined : readCode(text)
    },
    (_from, to) => to,
    false,
  )
  assert.deepEqual(mentions.of('a', 'perms'), ['x'])
  assert.deepEqual(mentions.of('broken', 'perms'), ['y'])
  assert.equal(mentions.of('a', 'user'), undefined)
  assert.equal(mentions.of('gone', 'perms'), undefined)
})

test('a long piece of code is read in no time', () => {
  const start = performance.now()
  for (const code of [
    "'a' ".repeat(250_000),
    "'".repeat(1_000_000),
    'perms.'.repeat(150_000),
    'include "'.padEnd(500_000, '\\'),
  ]) {
    askedOf('perms', readCode(`{{ ${code} }}{% ${code} %}`).pieces)
  }
  assert.ok(performance.now() - start < 3000, `${performance.now() - start} ms`)
})

test('an engine that looks for changes sees a mention that is new, and one that does not remembers', (t) => {
  const folder = templates(t, { page: '{{ a }}' })
  mkdirSync(join(folder, 'more'))
  const [looking, keeping] = [nunjucks({ paths: folder, reload: true }), nunjucks({ paths: folder, reload: false })]
  for (const engine of [looking, keeping]) assert.equal(engine.mentions?.('page', 'perms'), undefined)
  writeFileSync(join(folder, 'page'), '{{ perms.blog }}')
  utimesSync(join(folder, 'page'), 1, 1)
  assert.deepEqual(looking.mentions?.('page', 'perms'), ['blog'])
  assert.equal(keeping.mentions?.('page', 'perms'), undefined)
})
