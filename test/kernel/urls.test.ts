import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from '../../src/errors.ts'
import { include, path, type UrlPattern, UrlPatterns } from '../../src/kernel/urls.ts'

type View = () => string

const views: Record<'login' | 'logout' | 'confirm' | 'other', View> = {
  login: () => 'login',
  logout: () => 'logout',
  confirm: () => 'confirm',
  other: () => 'other',
}

const patterns: readonly UrlPattern<View>[] = [
  path('', views.other, { name: 'home' }),
  include('accounts/', [
    path('login/', views.login, { name: 'login' }),
    path('logout/', views.logout, { name: 'logout' }),
    path('reset/<uidb64>/<token>/', views.confirm, { name: 'password_reset_confirm' }),
  ]),
  path('dashboard/', { name: 'dashboard' }),
  path('unnamed', views.other),
]
const urls = new UrlPatterns(patterns)

/** Matches routes that are their own views. */
function matching(...routes: string[]): (pathname: string) => string | undefined {
  const found = new UrlPatterns(routes.map((route) => path(route, route)))
  return (pathname) => found.match(pathname)?.view
}

test('a pathname leads to its view, its parameters and its name', () => {
  assert.equal(urls.match('/accounts/login/')?.view, views.login)
  assert.equal(urls.match('/accounts/login/')?.name, 'login')
  assert.equal(urls.match('/')?.view, views.other)
  assert.equal(urls.match('/unnamed')?.name, undefined)
  const match = urls.match('/accounts/reset/MQ/abc-def/')
  assert.equal(match?.view, views.confirm)
  assert.deepEqual({ ...match?.params }, { uidb64: 'MQ', token: 'abc-def' })
})

test('a pathname leads to its view with and without its trailing slash, but not with two', () => {
  assert.equal(urls.match('/accounts/logout')?.name, 'logout')
  assert.equal(urls.match('/unnamed/')?.view, views.other)
  assert.equal(urls.match('/accounts/reset/MQ/abc')?.name, 'password_reset_confirm')
  for (const pathname of ['//', '/accounts/logout//', '/accounts/reset/MQ/abc//', '//accounts/logout/']) {
    assert.equal(urls.match(pathname), undefined, pathname)
  }
})

test('what is not there is not found', () => {
  for (const pathname of [
    '/accounts/',
    '/ACCOUNTS/LOGIN/',
    '/accounts/reset/MQ/',
    '/accounts/reset/a/b/c/',
    'accounts/login/',
  ]) {
    assert.equal(urls.match(pathname), undefined, pathname)
  }
  assert.equal(new UrlPatterns([]).match('/'), undefined)
})

test('the name of a URL that somebody else serves reverses and does not match', () => {
  assert.equal(urls.reverse('dashboard'), '/dashboard/')
  assert.equal(urls.match('/dashboard/'), undefined)
  const named = new UrlPatterns<View>([path('a/', undefined, { name: 'a' }), path('a/', views.other)])
  assert.equal(named.reverse('a'), '/a/')
  assert.equal(named.match('/a/')?.view, views.other)
})

test('the first pattern that fits counts, parameters or not', () => {
  assert.equal(matching('x/<slug:a>/', 'x/y/')('/x/y/'), 'x/<slug:a>/')
  assert.equal(matching('x/y/', 'x/<slug:a>/')('/x/y/'), 'x/y/')
  assert.equal(matching('x/<int:a>/', 'x/y/', 'x/<slug:a>/')('/x/y'), 'x/y/')
  assert.equal(matching('a/', 'a/')('/a/'), 'a/')
})

test('a pattern that fits as it is goes before one that needs its slash added', () => {
  const match = matching('<slug:a>/', '<path:rest>')
  assert.equal(match('/foo'), '<path:rest>')
  assert.equal(match('/foo/'), '<slug:a>/')
  assert.equal(matching('b/', '<path:rest>')('/b'), '<path:rest>')
})

test('converters decide what a parameter may be', () => {
  const rows: [string, string[], string[]][] = [
    ['<x>', ['/a', '/a b', '/é'], ['/', '/a/b']],
    ['<str:x>/', ['/a/', '/.'], ['/a/b/']],
    ['<int:x>/', ['/0/', '/007'], ['/-1/', '/1.5/', '/a/', '/\uff11/', '/1a/']],
    ['<slug:x>/', ['/a-B_9/'], ['/a.b/', '/é/', '/a b/']],
    ['<uuid:x>/', ['/00000000-0000-4000-8000-0000000000af/'], ['/00000000-0000-4000-8000-0000000000AF/', '/0/']],
    ['f/<path:x>', ['/f/a', '/f/a/b.c', '/f/a/'], ['/f', '/f/a\nb']],
    ['w/<x>.html', ['/w/a.html'], ['/w/.html', '/w/a.htm', '/w/a/b.html']],
  ]
  for (const [route, fit, unfit] of rows) {
    const match = matching(route)
    for (const pathname of fit) assert.equal(match(pathname), route, pathname)
    for (const pathname of unfit) assert.equal(match(pathname), undefined, `${route} ${pathname}`)
  }
})

test('a path parameter keeps its slashes', () => {
  const files = new UrlPatterns([path('f/<path:rest>', 1), path('p/<path:rest>/end', 2)])
  assert.equal(files.match('/f/a/b/')?.params.rest, 'a/b/')
  assert.equal(files.match('/p/a/end/end')?.params.rest, 'a/end')
})

test('pathnames are decoded before they are matched, as in Django', () => {
  assert.equal(urls.match('/accounts/log%6Fut/')?.name, 'logout')
  assert.equal(urls.match('/accounts/reset/M%51%2Fabc/')?.params.token, 'abc')
  assert.equal(matching('é/')('/%C3%A9/'), 'é/')
})

test('what is no UTF-8 stays escaped, and nothing throws', () => {
  const all = new UrlPatterns([path('<path:rest>', 1)])
  const rows: [string, string][] = [
    ['/%', '%'],
    ['/%zz%41', '%zzA'],
    ['/%ff%C3%A9', '%FFé'],
    ['/%E2%98%83%E2%98', '☃%E2%98'],
    ['/%ED%A0%80%F0%9F%98%80', '%ED%A0%80😀'],
    ['/\ud800%c3', '\ud800%C3'],
  ]
  for (const [pathname, rest] of rows) assert.equal(all.match(pathname)?.params.rest, rest, pathname)
})

test('parameters have no prototype, whatever they are called', () => {
  const found = new UrlPatterns([path('<__proto__>/<constructor>/', 1)]).match('/a/b/')
  assert.equal(Object.getPrototypeOf(found?.params), null)
  assert.deepEqual(Object.entries(found?.params ?? {}), [['__proto__', 'a'], ['constructor', 'b']]) // biome-ignore format: one row
  assert.equal(urls.match('/accounts/login/')?.params.toString, undefined)
})

test('nobody can write into what all requests share', () => {
  const params = urls.match('/accounts/login/')?.params as Record<string, string>
  assert.throws(() => {
    params.a = 'b'
  }, TypeError)
})

test('a name leads to its pathname', () => {
  assert.equal(urls.reverse('login'), '/accounts/login/')
  assert.equal(urls.reverse('home'), '/')
  assert.equal(
    urls.reverse('password_reset_confirm', { uidb64: 'MQ', token: 'abc-def' }),
    '/accounts/reset/MQ/abc-def/',
  )
  assert.deepEqual(urls.names(), ['home', 'login', 'logout', 'password_reset_confirm', 'dashboard'])
})

test('a name needs exactly its parameters, and such as its converters take', () => {
  assert.equal(urls.reverse('nobody'), undefined)
  assert.equal(urls.reverse('toString'), undefined)
  assert.equal(urls.reverse('login', { a: 1 }), undefined)
  assert.equal(urls.reverse('password_reset_confirm', { uidb64: 'MQ' }), undefined)
  assert.equal(urls.reverse('password_reset_confirm', { uidb64: 'MQ', token: 'a/b' }), undefined)
  assert.equal(urls.reverse('password_reset_confirm', { uidb64: 'MQ', token: '' }), undefined)
  assert.equal(urls.reverse('password_reset_confirm', { uidb64: 'MQ', toString: 'x' } as never), undefined)
  const numbered = new UrlPatterns([path('<int:pk>/', 1, { name: 'n' })])
  assert.equal(numbered.reverse('n', { pk: 7 }), '/7/')
  for (const pk of [-1, 1.5, Number.NaN, 1e21, '7a']) assert.equal(numbered.reverse('n', { pk }), undefined)
})

test('of two patterns with one name the last that fits counts, as in Django', () => {
  const named = new UrlPatterns([
    path('first/', 1, { name: 'n' }),
    path('a/<int:pk>/', 2, { name: 'n' }),
    include('b/', [path('<str:pk>/z', 3, { name: 'n' })]),
    path('last/', 4, { name: 'n' }),
  ])
  assert.equal(named.reverse('n'), '/last/')
  assert.equal(named.reverse('n', { pk: 3 }), '/b/3/z')
})

test('pathnames are encoded as Django encodes them', () => {
  const named = new UrlPatterns([path('é x/<str:s>/<path:p>', 1, { name: 'n' }), path('<path:p>', 2, { name: 'p' })])
  assert.equal(
    named.reverse('n', { s: "a%b ?#[]é;=:@!$&'()*+,~", p: 'x/y z' }),
    "/%C3%A9%20x/a%25b%20%3F%23%5B%5D%C3%A9;=:@!$&'()*+,~/x/y%20z",
  )
  assert.equal(named.reverse('n', { s: '..', p: '/a' }), '/%C3%A9%20x/..//a')
  assert.equal(named.reverse('p', { p: '/evil.example' }), '/%2Fevil.example')
  assert.equal(named.reverse('p', { p: '\ud800' }), '/%EF%BF%BD')
})

test('a prefix may have parameters, and prefixes may be nested', () => {
  const nested = new UrlPatterns([
    include('<slug:tenant>/', [include('accounts/', [path('logout/', 1, { name: 'logout' })])]),
  ])
  assert.deepEqual({ ...nested.match('/acme/accounts/logout/')?.params }, { tenant: 'acme' })
  assert.equal(nested.reverse('logout', { tenant: 'acme' }), '/acme/accounts/logout/')
})

test('a route that cannot be understood is refused at the start', () => {
  for (const route of [
    '/a/',
    '<float:x>/',
    '<int:1x>/',
    '<a b>/',
    '<a>/<a>/',
    '<a><b>',
    '<a',
    'a>',
    '<>',
    '<path:a><b>',
  ]) {
    assert.throws(() => new UrlPatterns([path(route, 1)]), ConfigurationError, route)
  }
  assert.throws(() => new UrlPatterns([include('a/', [path('/b/', 1)])]), ConfigurationError)
})

test('characters that mean something to a pattern language are only themselves', () => {
  const match = matching('a.b+c/', 'x:y/*z/{q}/(r)/[s]?!\\/')
  assert.equal(match('/a.b+c/'), 'a.b+c/')
  assert.equal(match('/aXb+c/'), undefined)
  assert.equal(match('/x:y/*z/{q}/(r)/[s]?!\\/'), 'x:y/*z/{q}/(r)/[s]?!\\/')
})

test('a megabyte of pathname is judged in linear time', () => {
  const match = matching('<slug:a>-<int:b>/', 'f/<path:a>/x/<path:b>/y', '<a>.<b>.<c>/', '<int:n>/')
  const start = performance.now()
  for (const part of ['a', 'a-', '1', '.', '/', 'f/', 'x/', '/x/', '%', '%41', '%E2', '-', '%2F']) {
    match(`/${part.repeat(1e6 / part.length)}!`)
    match(`/f/${part.repeat(1e6 / part.length)}`)
  }
  assert.ok(performance.now() - start < 5_000)
})
