/** `perms` and `user.groups` in templates. Mirrors tests/auth_tests/test_context_processors.py (Django 5.2); the pages are Django's. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Backend } from '../../src/auth/backend.ts'
import { ModelBackend } from '../../src/auth/model-backend.ts'
import { AppPerms, Perms } from '../../src/auth/perms.ts'
import { PermissionDenied } from '../../src/errors.ts'
import { path, render, type TemplateEngine, type View } from '../../src/index.ts'
import { nunjucks } from '../../src/nunjucks.ts'
import type { PosternOptions } from '../../src/options.ts'
import type { AnonymousUser, User } from '../../src/users/user.ts'
import { BLOG, counted } from '../support/blog.ts'
import { type Site, site } from '../support/site.ts'
import { templates } from '../support/templates.ts'

type Files = Readonly<Record<string, string>>

const PERMS = `{% if perms.blog %}Has blog permissions{% endif %}
{% if perms.blog.add_post %}Has blog.add_post permissions{% endif %}
{% if perms.nonexistent.add %}nonexistent perm found{% endif %}
{% if perms.nonexistent %}nonexistent app found{% endif %}`
const IN_PERMS = `{% if 'blog' in perms %}Has blog permissions{% endif %}
{% if 'blog.add_post' in perms %}Has blog.add_post permissions{% endif %}
{% if 'nonexistent.add' in perms %}nonexistent perm found{% endif %}
{% if 'nonexistent' in perms %}nonexistent app found{% endif %}`

/** A site with a page for each template, under its name. */
async function withTemplates(
  t: TestContext,
  files: Files,
  options: Partial<PosternOptions> = {},
  values = {},
): Promise<Site> {
  const shows =
    (name: string): View =>
    (request) =>
      render(request, name, values)
  return site(t, {
    ...BLOG,
    templates: nunjucks(templates(t, files)),
    urls: Object.keys(files).map((name) => path(name, shows(name))),
    ...options,
  })
}

for (const [what, template] of [
  ['perms.app.codename', PERMS],
  ["'app.codename' in perms", IN_PERMS],
] as const) {
  test(`${what} is what the user may do, and nothing that does not exist`, async (t) => {
    const world = await withTemplates(t, { page: template })
    const seen = async (): Promise<string> => (await (await world.loggedIn()).get('/page')).body.trim()
    assert.equal(await seen(), '')
    await world.auth.permissions.grant(world.alice, 'blog.add_post')
    assert.equal(await seen(), 'Has blog permissions\nHas blog.add_post permissions')
    await world.auth.permissions.set(world.alice, ['blog.view_post'])
    assert.equal(await seen(), 'Has blog permissions')
    assert.equal((await world.visitor().get('/page')).body.trim(), '', 'the anonymous')
    await world.auth.users.update(String(world.alice.id), { isSuperuser: true })
    assert.match(await seen(), /Has blog\.add_post permissions\n+nonexistent perm found\n+nonexistent app found/)
  })
}

test('perms goes together with everything else that templates do', async (t) => {
  const cases: Files = {
    shown: '{{ perms.blog.add_post }} {{ perms.blog.view_post }}|{{ perms.blog }}|{{ perms }}|{{ perms.nope.such }}',
    both: '{% if perms.blog.add_post and not perms.blog.view_post %}yes{% endif %}',
    brackets: '{% if (perms.blog or perms.shop) and not (perms.shop) %}yes{% endif %}',
    inline: "{{ 'yes' if perms.shop else 'no' }}",
    named: '{% set p = perms %}{% if p.blog.add_post %}yes{% endif %}{% if p.shop %}no{% endif %}',
    looked:
      '{% set what = "add_post" %}{% if perms.blog[what] %}yes{% endif %}{% if perms["blog"]["view_post"] %}no{% endif %}',
    listed: '{% for p in perms %}no{% endfor %}{% for p in perms.blog %}no{% endfor %}',
    absent: "{% if 'blog.view_post' not in perms %}yes{% endif %}",
    dynamic: '{% for name in names %}{{ name in perms }} {% endfor %}',
    inner:
      '{{ perms.get }}{{ perms.has }}{{ perms.constructor }}{{ perms.load }}{{ perms.blog.isTrue }}{{ perms.blog.toString }}{{ perms.__proto__ }}',
  }
  const names = ['blog.add_post', 'blog', 'shop', 'blog.view_post', '', '.', 'constructor', '__proto__.x', 7]
  const world = await withTemplates(t, cases, {}, { names })
  await world.auth.permissions.grant(world.alice, 'blog.add_post')
  const browser = await world.loggedIn()
  for (const [name, body] of [
    ['shown', 'True False|||'],
    ['both', 'yes'],
    ['brackets', 'yes'],
    ['inline', 'no'],
    ['named', 'yes'],
    ['looked', 'yes'],
    ['listed', ''],
    ['absent', 'yes'],
    ['dynamic', 'True True False False False False False False False '],
    ['inner', 'FalseFalse'],
  ] as const) {
    assert.equal((await browser.get(`/${name}`)).body, body, `${name} ${world.errors}`)
  }
})

test('a mention anywhere counts: in parents, includes, imports, and where only a value knows', async (t) => {
  const part = '{% if perms.blog.add_post %}yes{% endif %}'
  const world = await withTemplates(
    t,
    {
      part,
      'folder/near': part,
      'folder/beside': '{% include "./near" %}',
      base: `${part}{% block content %}{% endblock %}`,
      child: '{% extends "base" %}{% block content %}!{% endblock %}',
      including: "{% include 'part' %}{% include 'missing' ignore missing %}",
      alone: '{% include "part" only %}',
      deeper: '{% include "including" with a=1 %}',
      chosen: '{% include chosen %}',
      either: '{% include "p" + "art" %}',
      macros: `{% macro may() %}${part}{% endmacro %}`,
      imports: '{% import "macros" as m %}{{ m.may() }}',
      froms: '{% from "macros" import may %}{{ may() }}',
      round: '{% if never %}{% include "round" %}{% endif %}{% include "part" %}',
    },
    {},
    { chosen: 'part' },
  )
  await world.auth.permissions.grant(world.alice, 'blog.add_post')
  const browser = await world.loggedIn()
  for (const name of [
    'part',
    'child',
    'including',
    'alone',
    'deeper',
    'chosen',
    'either',
    'round',
    'folder/beside',
    'imports',
    'froms',
  ]) {
    assert.match((await browser.get(`/${name}`)).body, /^yes!?$/, name)
  }
})

test('what a view gives under the name of perms goes before it, and costs no look into the store', async (t) => {
  const { database, calls } = counted()
  const world = await withTemplates(t, { page: '{{ perms.blog }}' }, { database }, { perms: { blog: 'mine' } })
  const browser = await world.loggedIn()
  calls.length = 0
  assert.equal((await browser.get('/page')).body, 'mine')
  assert.deepEqual(calls, ['sessions.load'])
})

test('a page that looks at perms is private; one that mentions nothing, or does not look, may be cached', async (t) => {
  const world = await withTemplates(t, {
    looks: '{% if perms.blog %}in{% endif %}',
    silent: '{% if never %}{{ perms.blog }}{% endif %}all',
    comment:
      '{# perms.blog #}{% comment %}{{ perms.blog }}{% endcomment %}{% raw %}{{ perms.blog }}{% endraw %}perms {{ "perms.blog" }}',
  })
  const browser = await world.loggedIn()
  for (const visitor of [browser, world.visitor()]) {
    const looks = await visitor.get('/looks')
    assert.equal(looks.headers['cache-control'], 'private, no-store')
    assert.equal(looks.headers.vary, 'Cookie')
    for (const name of ['silent', 'comment'])
      assert.equal((await visitor.get(`/${name}`)).headers['cache-control'], undefined, name)
  }
})

test('one look into the store for all permissions of a page, one for the groups, and none for nobody', async (t) => {
  const { database, calls } = counted()
  const world = await withTemplates(
    t,
    { page: `${PERMS}${IN_PERMS}{{ user.groups }}`, plain: 'Hello {{ user }}' },
    { database },
  )
  const browser = await world.loggedIn()
  calls.length = 0
  await browser.get('/page')
  assert.deepEqual(calls.toSorted(), ['permissions.groupsOf', 'permissions.permissionsOf', 'sessions.load'])
  calls.length = 0
  await browser.get('/plain')
  assert.deepEqual(calls, ['sessions.load'])
  calls.length = 0
  await world.visitor().get('/page')
  assert.deepEqual(calls, [])
})

test('messages are used up once, though something is found out before', async (t) => {
  const { messages } = await import('../../src/index.ts')
  const page: View = (request) => {
    messages.info(request, 'Hello')
    return render(request, 'page')
  }
  const files = { page: '{% for m in messages %}{{ m }}{% endfor %}{{ perms.blog }}' }
  const world = await withTemplates(t, files, { urls: [path('hello/', page)] })
  const browser = await world.loggedIn()
  assert.equal((await browser.get('/hello/')).body, 'Hello')
  assert.equal((await browser.get('/hello/')).body, 'Hello')
})

test('a backend that allows what it does not list is asked by name, and one that forbids has the last word', async (t) => {
  const path = 'tests.Own'
  const nobody = { path, authenticate: async () => null, getUser: () => null }
  const allows: Backend = {
    ...nobody,
    hasPerm: (user: User | AnonymousUser, permission) => user.isAuthenticated && permission === 'shop.buy',
    hasModulePerms: (_user, app) => app === 'club',
  }
  const forbids: Backend = {
    ...nobody,
    hasPerm: (_user, permission) => {
      if (permission === 'blog.add_post') throw new PermissionDenied()
      return false
    },
  }
  const page =
    '{{ perms.shop.buy }} {% if perms.shop %}shop{% endif %} {% if perms.club %}club{% endif %} {{ perms.blog.add_post }} {{ perms.blog.view_post }} {{ "shop.buy" in perms }} {{ "shop" in perms }}'
  const world = await withTemplates(t, { page }, { backends: [(context) => new ModelBackend(context), () => allows] })
  await world.auth.permissions.grant(world.alice, 'blog.add_post', 'blog.view_post')
  assert.equal((await (await world.loggedIn()).get('/page')).body, 'True  club True True True False')
  const strict = await withTemplates(t, { page }, { backends: [() => forbids, (context) => new ModelBackend(context)] })
  await strict.auth.permissions.grant(strict.alice, 'blog.add_post', 'blog.view_post')
  const browser = strict.visitor()
  await browser.login()
  assert.match((await browser.get('/page')).body, /^ {3}False True False False$/)
})

test('the names of the user’s groups, in the words of Django’s templates, too', async (t) => {
  const world = await withTemplates(
    t,
    {
      names: '{{ user.groups|join(", ") }}',
      joined: '{{ user.groups.all|join:", " }}',
      all: '{% for group in user.groups.all %}<{{ group }}|{{ group.name }}>{% endfor %}',
      through: '{% for group in request.user.groups %}[{{ group }}]{% endfor %}{{ user.groups|length }}',
      has: '{% if "editors" in user.groups %}yes{% endif %}{% if not user.groups %}none{% endif %}',
      chosen: '{% set who = user %}{% include which %}',
    },
    {},
    { which: 'names' },
  )
  for (const name of ['writers', 'editors', '<b>']) await world.auth.groups.create(name)
  await world.auth.groups.add(world.alice, 'writers', 'editors', '<b>')
  const browser = await world.loggedIn()
  const of = async (name: string, visitor = browser): Promise<string> => (await visitor.get(`/${name}`)).body
  assert.equal(await of('names'), '&lt;b&gt;, editors, writers')
  assert.equal(await of('joined'), '&lt;b&gt;, editors, writers')
  assert.equal(await of('all'), '<&lt;b&gt;|&lt;b&gt;><editors|editors><writers|writers>')
  assert.equal(await of('through'), '[&lt;b&gt;][editors][writers]3')
  assert.equal(await of('has'), 'yes')
  assert.equal(await of('chosen'), '&lt;b&gt;, editors, writers')
  for (const [name, body] of [
    ['names', ''],
    ['all', ''],
    ['through', '0'],
    ['has', 'none'],
  ] as const) {
    assert.equal(await of(name, world.visitor()), body)
  }
})

test('groups that nobody has asked for are an error that says what to do', async (t) => {
  const member: View = async (request) => {
    const found = await request.context.users.findByUsername('alice')
    if (request.query.has('await')) await found?.groups()
    return render(request, 'page', { member: found })
  }
  const world = await withTemplates(t, { page: '{{ member.groups }}' }, { urls: [path('member/', member)] })
  assert.equal((await world.visitor().get('/member/')).status, 500)
  assert.match(String(world.errors.pop()), /The groups of alice are not known: await user\.groups\(\)/)
  await world.auth.groups.create('editors')
  await world.auth.groups.add(world.alice, 'editors')
  assert.equal((await world.visitor().get('/member/?await')).status, 200)
})

test('a store that is away is a 503 where the template looks, and nothing where it does not', async (t) => {
  const { database } = counted()
  const files = {
    looks: '{{ perms.blog }}',
    silent: '{% if never %}{{ perms.blog }}{% endif %}all',
    groups: '{{ user.groups }}',
  }
  const world = await withTemplates(t, files, { database })
  const browser = await world.loggedIn()
  const away = t.mock.method(world.auth.permissionStore, 'permissionsOf', () =>
    Promise.reject(new (class extends Error {})('gone')),
  )
  assert.equal((await browser.get('/looks')).status, 500, 'an error of the store itself, past its deadline')
  assert.equal((await browser.get('/silent')).body, 'all')
  away.mock.restore()
  t.mock.method(world.auth.sessions.store, 'load', () => Promise.reject(new Error('gone')))
  t.mock.method(world.auth.authority, 'groups', () => Promise.reject(new Error('gone')))
  assert.equal((await browser.get('/silent')).body, 'all')
})

test('an engine that does not say what its templates mention has no perms, and says so', async (t) => {
  const engine = (mentions?: TemplateEngine['mentions']): TemplateEngine => ({
    has: (name) => name === 'page',
    render: async (_name, { perms }) => `${perms.has('blog')} ${perms.get('blog')?.get('add_post')}`,
    lookedIn: [],
    ...(mentions === undefined ? {} : { mentions }),
  })
  const urls = [path('page', (request) => render(request, 'page'))]
  const without = await site(t, { ...BLOG, templates: engine(), urls })
  assert.equal((await without.visitor().get('/page')).status, 500)
  assert.match(String(without.errors.pop()), /give the engine the method mentions\(\)/)
  const world = await site(t, {
    ...BLOG,
    templates: engine((_name, word) => (word === 'perms' ? [] : undefined)),
    urls,
  })
  await world.auth.permissions.grant(world.alice, 'blog.add_post')
  assert.equal((await (await world.loggedIn()).get('/page')).body, 'true true')
})

test('perms shows nothing of itself', async (t) => {
  const { alice } = await withTemplates(t, { page: '' })
  const perms = await Perms.load(alice, ['blog.add_post'])
  assert.equal(`${perms}${new AppPerms(true, () => true)}${JSON.stringify(perms)}`, '{}')
})
