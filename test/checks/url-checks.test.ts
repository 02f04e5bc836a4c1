/** Trouble 2: the wrong page after a login or a logout, and redirects that never end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  csrfExempt,
  ensureCsrfCookie,
  include,
  LoginRequiredView,
  LoginView,
  LogoutView,
  loginRequired,
  logoutThenLogin,
  neverCache,
  path,
  requirePost,
  text,
  type UrlPattern,
  UserPassesTestView,
  userPassesTest,
  type View,
  type ViewAnswer,
} from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { createPostern } from '../../src/postern.ts'
import { Browser } from '../support/browser.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { site } from '../support/site.ts'
import { findings, ids } from './found.ts'

const home = path('', () => text('home'), { name: 'home' })
const open = path('open/', () => text('open'), { name: 'open' })
const guarded = path('dashboard/', neverCache(loginRequired(() => text('mine'))), { name: 'dashboard' })
const only = (...urls: UrlPattern<View>[]): Partial<PosternOptions> => ({ urls: [home, ...urls] })

class Account extends LoginRequiredView {
  get(): ViewAnswer {
    return text('mine')
  }
}
class Staff extends UserPassesTestView {
  testFunc(): boolean {
    return false
  }
}

test('a site that is as it should be is found to be so', async () => {
  assert.deepEqual(await findings(only(open, guarded)), [])
  assert.deepEqual(await ids({ logoutRedirectUrl: 'login', ...only(guarded) }), [])
  assert.deepEqual(await ids({ logoutRedirectUrl: 'https://sso.example/x', loginUrl: '//sso.example/in' }), [])
})

test('a login page for those who are logged in is an error', async (t) => {
  const urls = [home, path('in/', loginRequired(LoginView.asView()), { name: 'in' })]
  const [error] = await findings({ loginUrl: 'in', urls })
  assert.equal(error?.id, 'postern.E201')
  assert.equal(error.level, 'error')
  assert.match(error.message, /loginUrl is 'in', a page for those who are logged in.*without end/)
  assert.match(error.cure, /Take the guard off/)
  // It is true: the login page leads to itself.
  const world = await site(t, { loginUrl: 'in', urls })
  assert.equal((await new Browser(world.base).get('/in/')).headers.location, '/in/?next=/in/')
})

test('the login page may ask something of the anonymous by a test of its own', async () => {
  const login = userPassesTest((user) => user.isAnonymous, LoginView.asView(), { loginUrl: 'home' })
  assert.deepEqual(await ids({ loginUrl: 'in', ...only(path('in/', login, { name: 'in' })) }), [])
})

test('a login that ends on the login page, or at the logout', async () => {
  assert.deepEqual(await ids({ loginRedirectUrl: 'login' }), ['W202'])
  assert.deepEqual(await ids({ loginRedirectUrl: '/accounts/login/' }), ['W202'])
  assert.deepEqual(await ids({ loginRedirectUrl: 'logout' }), ['W205'])
  assert.deepEqual(await ids({ loginRedirectUrl: '/accounts/logout?x=1' }), ['W205'])
})

test('guards that send people to where no login page is', async () => {
  const [warning] = await findings({ accountsPrefix: 'members/' })
  assert.equal(warning?.id, 'postern.W203')
  assert.match(warning.message, /to \/accounts\/login\/, .* the login page is at \/members\/login\//)
  assert.match(warning.cure, /loginUrl: 'login'/)
  assert.deepEqual(await ids({ accountsPrefix: 'members/', loginUrl: 'login' }), [])
  assert.deepEqual(await ids({ accountsPrefix: false }), [], 'the framework may have one')
  const below = include('shop/', [path('in/', LoginView.asView())])
  assert.deepEqual(await ids({ accountsPrefix: false, ...only(below) }), ['W203'])
})

test('a logout that leads to a page for the logged in', async () => {
  for (const view of [loginRequired(() => text('')), neverCache(Account.asView())]) {
    const urls = [home, path('mine/', view, { name: 'mine' })]
    assert.deepEqual(await ids({ logoutRedirectUrl: 'mine', urls }), ['W204'])
    assert.deepEqual(await ids({ urls: [...urls, path('out/', LogoutView.asView({ nextPage: 'mine' }))] }), ['W204'])
    assert.deepEqual(await ids({ urls: [...urls, path('in/', LoginView.asView({ nextPage: 'mine' }))] }), [])
  }
})

test('a redirect to a logout, which a GET cannot do', async () => {
  const out = path('out/', LogoutView.asView(), { name: 'out' })
  const [warning] = await findings({ urls: [path('bye/', LogoutView.asView({ nextPage: 'out' })), out] })
  assert.equal(warning?.id, 'postern.W205')
  assert.match(warning.message, /^nextPage of the view of '\/bye\/' leads to 'out'.*405/)
  assert.deepEqual(await ids({ logoutRedirectUrl: 'out', urls: [out] }), ['W205'])
  assert.deepEqual(await ids({ urls: [path('then/', logoutThenLogin('out')), out] }), ['W205'])
  assert.deepEqual(await ids({ urls: [path('then/', logoutThenLogin()), out] }), [])
})

test('redirectAuthenticatedUser that would lead to itself', async () => {
  const page = (nextPage?: string) =>
    path(
      'in/',
      LoginView.asView({ redirectAuthenticatedUser: true, ...(nextPage === undefined ? {} : { nextPage }) }),
      {
        name: 'in',
      },
    )
  assert.deepEqual(await ids(only(page('in'))), ['W206'])
  assert.deepEqual(await ids({ loginRedirectUrl: 'in', ...only(page()) }), ['W206'])
  assert.deepEqual(await ids({ loginUrl: 'in', loginRedirectUrl: 'in', ...only(page()) }), ['W202', 'W206'])
  assert.deepEqual(await ids(only(page('home'))), [])
})

test('redirectAuthenticatedUser and a guard that sends users to the login page make a circle', async (t) => {
  const login = path('in/', LoginView.asView({ redirectAuthenticatedUser: true }), { name: 'in' })
  const staff = path(
    'staff/',
    userPassesTest(
      ({ isStaff }) => isStaff,
      () => text(''),
    ),
  )
  const options = { loginUrl: 'in', urls: [home, login, staff] }
  const [warning] = await findings(options)
  assert.equal(warning?.id, 'postern.W207')
  assert.match(warning.message, /^'\/staff\/' sends users .* '\/in\/'.* without end/)
  // It is true, and the cure cures it.
  const world = await site(t, options)
  const alice = await world.loggedIn()
  const there = String((await alice.get('/staff/')).headers.location)
  assert.equal((await alice.get(there)).headers.location, '/staff/')
  assert.deepEqual(await ids({ ...options, urls: [home, login, path('staff/', Staff.asView())] }), [])
  const elsewhere = userPassesTest(
    ({ isStaff }) => isStaff,
    () => text(''),
    { loginUrl: '/no/' },
  )
  assert.deepEqual(await ids({ ...options, urls: [home, login, path('staff/', elsewhere)] }), [])
})

test("Django's default page after a login is a hint, until there is such a page or another", async () => {
  const nowhere = { loginRedirectUrl: undefined }
  const [hint] = await findings(nowhere)
  assert.deepEqual([hint?.id, hint?.level], ['postern.I208', 'info'])
  assert.deepEqual(await ids({ ...nowhere, urls: [path('accounts/profile/', () => text(''))] }), [])
})

test('hosts that are none in successUrlAllowedHosts', async () => {
  const out = (...hosts: string[]) => only(path('out/', LogoutView.asView({ successUrlAllowedHosts: new Set(hosts) })))
  assert.deepEqual(await ids(out('shop.example', 'shop.example:8443')), [])
  assert.deepEqual(await ids(out('https://shop.example', 'shop.example/')), ['W209', 'W209'])
})

test('a login or a logout that any site can cause', async () => {
  assert.deepEqual(await ids(only(path('out/', csrfExempt(LogoutView.asView())))), ['W309'])
  assert.deepEqual(await ids(only(path('out/', csrfExempt(neverCache(logoutThenLogin()))))), ['W309'])
  assert.deepEqual(await ids(only(path('in/', neverCache(csrfExempt(LoginView.asView()))))), ['W309'])
  assert.deepEqual(await ids(only(path('hook/', csrfExempt(requirePost(() => text('')))))), [])
})

for (const [what, view, option] of [
  ['nextPage of a logout', LogoutView.asView({ nextPage: 'hom' }), 'nextPage'],
  ['nextPage of a login', LoginView.asView({ nextPage: 'hom' }), 'nextPage'],
  [
    'the same behind guards and decorators',
    neverCache(ensureCsrfCookie(LogoutView.asView({ nextPage: 'hom' }))),
    'nextPage',
  ],
  [
    'the property of a subclass',
    class extends LogoutView {
      override nextPage = 'hom'
    }.asView(),
    'nextPage',
  ],
  ['logoutThenLogin', logoutThenLogin('hom'), 'nextPage'],
  ['loginUrl of loginRequired', loginRequired(() => text(''), { loginUrl: 'hom' }), 'loginUrl'],
  [
    'loginUrl of userPassesTest',
    userPassesTest(
      () => true,
      () => text(''),
      { loginUrl: 'hom' },
    ),
    'loginUrl',
  ],
  ['loginUrl of a class view', Account.asView({ loginUrl: 'hom' }), 'loginUrl'],
] as const) {
  test(`a name that there is not in ${what} is found at start`, () => {
    const urls = [home, include('x/', [path('y/', view as View)])]
    assert.throws(() => createPostern({ secretKey: SECRET_KEY, database: memory(), development: true, urls }), {
      name: 'ConfigurationError',
      message: new RegExp(
        `^urls: the view of '/x/y/' has ${option}: There is no URL named 'hom'\\. Did you mean 'home'\\? Names: home, login, logout, `,
      ),
    })
  })
}

test('a name that needs parameters is told apart from one that there is not', () => {
  const urls = [path('posts/<int:id>/', () => text(''), { name: 'post' }), path('out/', logoutThenLogin('post'))]
  assert.throws(() => createPostern({ secretKey: SECRET_KEY, database: memory(), development: true, urls }), {
    message: /The URL named 'post' takes other parameters, as in redirect\('post', \{ params: \{ … \} \}\)\.$/,
  })
})

test('a nextPage that is worked out for each request is left to that request', async () => {
  class Late extends LogoutView {
    constructor(...given: ConstructorParameters<typeof LogoutView>) {
      super(...given)
      Object.defineProperty(this, 'nextPage', { get: () => this.request.path })
    }
  }
  assert.deepEqual(await ids(only(path('out/', Late.asView()))), [])
})
