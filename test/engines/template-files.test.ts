/** Where templates are found, and when they are read again. */
import assert from 'node:assert/strict'
import { rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { TemplateContext } from '../../src/auth/template-engine.ts'
import { ConfigurationError, TemplateError } from '../../src/index.ts'
import { nunjucks } from '../../src/nunjucks.ts'
import { templates } from '../support/templates.ts'

const NOTHING = {} as TemplateContext

test('the first folder that has a template counts, and all are named', (t) => {
  const mine = templates(t, { 'a.html': 'mine' })
  const theirs = templates(t, { 'a.html': 'theirs', 'b.html': 'theirs too' })
  const engine = nunjucks([mine, theirs])
  assert.equal(engine.render('a.html', NOTHING), 'mine')
  assert.equal(engine.render('b.html', NOTHING), 'theirs too')
  assert.deepEqual(engine.lookedIn, [mine, theirs])
})

test('a folder may be a URL beside the module, and a template in a folder below', (t) => {
  const folder = templates(t, { 'registration/login.html': 'x' })
  const engine = nunjucks(pathToFileURL(folder))
  assert.equal(engine.has('registration/login.html'), true)
  assert.equal(engine.has('registration'), false)
})

test('a folder that is not there is refused at start', (t) => {
  const folder = templates(t, { 'a.html': '' })
  for (const missing of [join(folder, 'nowhere'), join(folder, 'a.html')]) {
    assert.throws(
      () => nunjucks([folder, missing]),
      (error: Error) => {
        assert.ok(error instanceof ConfigurationError)
        assert.ok(error.message.includes(missing))
        return true
      },
    )
  }
})

test('parents, includes and macros are found by name or beside the template, and blocks have their parents', (t) => {
  const folder = templates(t, {
    'base.html': '<title>{% block title %}Site{% endblock %}</title>{% block main %}{% endblock %}',
    'blog/base.html': '{% extends "base.html" %}{% block title %}Blog | {{ block.super }}{% endblock title %}',
    'blog/post.html':
      "{% extends './base.html' %}{% block title %}Post | {{ block.super }}{% endblock %}{% block main %}{% include '../part.html' %}{% import 'macros.html' as m %}{{ m.bold('<x>') }}{% endblock %}",
    'part.html': '({{ name }})',
    'macros.html': '{% macro bold(text) %}<b>{{ text }}</b>{% endmacro %}',
  })
  const page = nunjucks(folder).render('blog/post.html', { name: 'n' } as unknown as TemplateContext)
  assert.equal(page, '<title>Post | Blog | Site</title>(n)<b>&lt;x&gt;</b>')
})

/** Another text under another date, as an editor leaves it. */
function rewrite(file: string, text: string): void {
  writeFileSync(file, text)
  utimesSync(file, new Date(), new Date(Date.now() + 5000))
}

test('a template that has changed is read again, and so is one that it includes', (t) => {
  const folder = templates(t, { 'a.html': "one {% include 'b.html' %}", 'b.html': 'two' })
  const engine = nunjucks({ paths: folder, reload: true })
  assert.equal(engine.render('a.html', NOTHING), 'one two')
  rewrite(join(folder, 'b.html'), 'three')
  assert.equal(engine.render('a.html', NOTHING), 'one three')
  rewrite(join(folder, 'a.html'), '{% nonsense %}')
  assert.throws(() => engine.render('a.html', NOTHING), TemplateError)
  rewrite(join(folder, 'a.html'), 'mended')
  assert.equal(engine.render('a.html', NOTHING), 'mended')
  rmSync(join(folder, 'a.html'))
  assert.equal(engine.has('a.html'), false)
})

test('without reload a template is read once, and one that comes later is found', (t) => {
  const folder = templates(t, { 'a.html': 'one' })
  const engine = nunjucks({ paths: [folder], reload: false })
  assert.equal(engine.has('late.html'), false)
  assert.equal(engine.render('a.html', NOTHING), 'one')
  rewrite(join(folder, 'a.html'), 'two')
  rewrite(join(folder, 'late.html'), 'late')
  assert.equal(engine.render('a.html', NOTHING), 'one')
  assert.equal(engine.render('late.html', NOTHING), 'late')
})

test('an engine that is asked for what it has not says where it looked', (t) => {
  const folder = templates(t, {})
  assert.throws(() => nunjucks(folder).render('a.html', NOTHING), {
    name: 'TemplateError',
    message: `There is no template 'a.html'. Looked for in: ${folder}.`,
  })
})
