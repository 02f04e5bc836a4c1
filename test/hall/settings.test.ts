import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redirect, text } from '../../src/auth/view.ts'
import { ConfigurationError } from '../../src/errors.ts'
import { path } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { createPostern } from '../../src/postern.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { site } from '../support/site.ts'

/** What a Postern with these settings says at start; `''` where it starts. Whatever a JavaScript program may pass. */
function problems(options: object, production = false): string {
  const settings = production
    ? { development: false, secretKey: SECRET_KEY, allowedHosts: ['shop.example'], database: memory(), ...options }
    : { development: true, secretKey: SECRET_KEY, database: memory(), ...options }
  try {
    createPostern(settings as PosternOptions)
    return ''
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error))
    assert.equal(error.code, 'ERR_CONFIGURATION')
    return error.message
  }
}

test('a database and a key are enough in development; hosts besides, elsewhere', () => {
  assert.equal(problems({}), '')
  assert.equal(problems({}, true), '')
})

for (const [what, options, sentence, production = false] of [
  [
    'no database',
    { database: undefined },
    "database is missing or is none: pass one, for instance database: sqlite('app.db') from 'postern/sqlite'.",
  ],
  [
    'a database that is a file name',
    { database: 'app.db' },
    "database is missing or is none: pass one, for instance database: sqlite('app.db') from 'postern/sqlite'.",
  ],
  [
    'no secret key outside development',
    { secretKey: undefined },
    'secretKey is missing: make one with `node -p "crypto.randomBytes(48).toString(\'base64url\')"`, keep it out of the repository and pass it, for instance secretKey: process.env.SECRET_KEY.',
    true,
  ],
  [
    'another word for how keys were stored',
    { session: { keysBefore: 'plain' } },
    "session.keysBefore is 'plain'; it is 'hashed' or 'raw', as session keys were stored before interop was set or taken out.",
  ],
  [
    'keys that were hashed before, as they are now',
    { session: { keysBefore: 'hashed' } },
    "session.keysBefore is 'hashed', and that is how keys are stored now. Say 'raw' if they were stored otherwise before, or leave it out.",
  ],
  [
    'keys that were as they are before, as with interop',
    { interop: 'django', session: { keysBefore: 'raw' } },
    "session.keysBefore is 'raw', and that is how keys are stored now. Say 'hashed' if they were stored otherwise before, or leave it out. Where Django has gone, interop is to go: 'raw' is right then.",
  ],
  [
    'a short secret key',
    { secretKey: SECRET_KEY.slice(0, 31) },
    'secretKey is too short or too simple: it needs at least 32 random characters.',
    true,
  ],
  [
    'a secret key of four different characters',
    { secretKey: 'abcd'.repeat(20) },
    'secretKey is too short or too simple: it needs at least 32 random characters.',
    true,
  ],
  [
    'no hosts outside development',
    { allowedHosts: undefined },
    "allowedHosts is missing: name the hosts that this site answers to, for instance allowedHosts: ['shop.example'].",
    true,
  ],
  [
    'an empty list of hosts outside development',
    { allowedHosts: [] },
    "allowedHosts is missing: name the hosts that this site answers to, for instance allowedHosts: ['shop.example'].",
    true,
  ],
  [
    'an empty fallback key',
    { secretKeyFallbacks: [''] },
    'secretKeyFallbacks holds a key that is empty or no string: anybody could sign with it. Leave it out.',
  ],
  [
    'a fallback key that is not set',
    { secretKeyFallbacks: [undefined] },
    'secretKeyFallbacks holds a key that is empty or no string: anybody could sign with it. Leave it out.',
  ],
  [
    'a store that cannot revoke',
    { database: { ...memory(), sessions: Object.assign(Object.create(memory().sessions), { revocable: false }) } },
    'The session store cannot revoke a session, so a logout would not end a copied cookie. Take another store, or say session: { allowUnrevocable: true } if you accept that.',
  ],
  [
    'a session age of 0',
    { session: { cookieAge: 0 } },
    'session.cookieAge is 0; it is a number of seconds above 0 and at most 3155760000.',
  ],
  [
    'an infinite session age',
    { session: { cookieAge: Number.POSITIVE_INFINITY } },
    'session.cookieAge is Infinity; it is a number of seconds above 0 and at most 3155760000.',
  ],
  [
    'a session age that is no number',
    { session: { cookieAge: Number.NaN } },
    'session.cookieAge is NaN; it is a number of seconds above 0 and at most 3155760000.',
  ],
  [
    'a session age that is text',
    { session: { cookieAge: '3600' } },
    'session.cookieAge is 3600; it is a number of seconds above 0 and at most 3155760000.',
  ],
  [
    'an absolute age below 0',
    { session: { absoluteAge: -1 } },
    'session.absoluteAge is -1; it is a number of seconds above 0.',
  ],
  [
    'a CSRF age of 0',
    { csrf: { cookieAge: 0 } },
    'csrf.cookieAge is 0; it is a number of seconds above 0 and at most 3155760000.',
  ],
  [
    'no time for the store',
    { storeTimeout: 0 },
    'storeTimeout is 0; it is a number of seconds above 0 and at most 2147483.',
  ],
  [
    'more time than a timer can wait',
    { storeTimeout: Number.POSITIVE_INFINITY },
    'storeTimeout is Infinity; it is a number of seconds above 0 and at most 2147483.',
  ],
  [
    'an idle age beyond the absolute one',
    { session: { cookieAge: 7200, absoluteAge: 3600 } },
    'session.absoluteAge (3600 s) is shorter than session.cookieAge (7200 s), which could then never be reached. Make cookieAge the shorter one, or give session.absoluteAge too.',
  ],
  [
    'SameSite=None without Secure',
    { session: { cookieSameSite: 'None' } },
    "session.cookieSameSite is 'None' and the cookie is not Secure; browsers drop such a cookie. Set session.cookieSecure: true and serve HTTPS.",
  ],
  [
    'the same for the CSRF cookie',
    { csrf: { cookieSameSite: 'None', cookieSecure: false } },
    "csrf.cookieSameSite is 'None' and the cookie is not Secure; browsers drop such a cookie. Set csrf.cookieSecure: true and serve HTTPS.",
    true,
  ],
  [
    'a SameSite in lower case',
    { session: { cookieSameSite: 'lax' } },
    'session: sameSite of a cookie has to be "Lax", "Strict" or "None".',
  ],
  [
    'a cookie name with a space',
    { session: { cookieName: 'my session' } },
    "session.cookieName 'my session' is no cookie name (RFC 6265, 4.1.1).",
  ],
  ['an empty cookie name', { csrf: { cookieName: '' } }, "csrf.cookieName '' is no cookie name (RFC 6265, 4.1.1)."],
  [
    'a cookie named like an attribute',
    { session: { cookieName: 'path' } },
    'session: "path" cannot be the name of a cookie.',
  ],
  [
    'a cookie path that would add attributes',
    { csrf: { cookiePath: '/; Domain=evil' } },
    'csrf: path and domain of a cookie have to be printable ASCII without ";".',
  ],
  [
    'one name for two cookies',
    { session: { cookieName: 'csrftoken' } },
    "session.cookieName and csrf.cookieName are both 'csrftoken'; give them two names.",
  ],
  [
    'a __Host- cookie without Secure',
    { session: { hostPrefix: true } },
    'session.hostPrefix needs a Secure cookie: set session.cookieSecure: true and serve HTTPS.',
  ],
  [
    'a __Host- cookie with a domain',
    { session: { hostPrefix: true, cookieDomain: 'shop.example' } },
    'session.hostPrefix and session.cookieDomain contradict each other: a __Host- cookie has no domain. Leave one out.',
    true,
  ],
  [
    'a __Host- cookie with a path',
    { session: { hostPrefix: true, cookiePath: '/shop/' } },
    "session.hostPrefix needs session.cookiePath '/'.",
    true,
  ],
  [
    'a __Host- cookie shared with Django',
    { interop: 'django', session: { hostPrefix: true } },
    "interop: 'django' shares the cookie with Django, which knows no hostPrefix. Leave hostPrefix out, or set session.cookieName to what Django's SESSION_COOKIE_NAME says.",
    true,
  ],
  [
    'a trusted origin without its scheme',
    { csrf: { trustedOrigins: ['shop.example'] } },
    "csrf.trustedOrigins: 'shop.example' needs a scheme and nothing behind the host, as in 'https://shop.example'.",
  ],
  [
    'a trusted origin with a path',
    { csrf: { trustedOrigins: ['https://shop.example/'] } },
    "csrf.trustedOrigins: 'https://shop.example/' needs a scheme and nothing behind the host, as in 'https://shop.example'.",
  ],
  [
    'proxies that are true',
    { proxies: true },
    'proxies is true; it is the number of your own proxies in front, 0 for none.',
  ],
  [
    'less than no proxies',
    { proxies: -1 },
    'proxies is -1; it is the number of your own proxies in front, 0 for none.',
  ],
] as const) {
  test(`${what} is refused at start, with a sentence that says what to do`, () => {
    assert.equal(problems(options, production), sentence)
  })
}

test('all problems are told at once, each on its line', () => {
  const told = problems({ secretKey: '', allowedHosts: [], proxies: 1.5, storeTimeout: -1 }, true).split('\n')
  assert.deepEqual(
    told.map((line) => line.split(' ')[0]),
    ['secretKey', 'allowedHosts', 'storeTimeout', 'proxies'],
  )
})

test('what is there and undefined is as good as left out: Secure stays on', async (t) => {
  const undefineds = <T extends string>(...names: T[]) => Object.fromEntries(names.map((name) => [name, undefined]))
  const world = await site(t, {
    development: false,
    allowedHosts: ['127.0.0.1'],
    session: undefineds(
      'cookieName',
      'cookieAge',
      'absoluteAge',
      'cookieSecure',
      'cookieSameSite',
      'cookiePath',
      'cookieDomain',
      'hostPrefix',
    ),
    csrf: undefineds('cookieName', 'cookieAge', 'cookieSecure', 'cookieSameSite', 'cookiePath', 'trustedOrigins'),
  } as object)
  const reply = await world.visitor().login()
  assert.match(
    reply.setCookies.join('\n'),
    /^sessionid=[a-z0-9]{32}; expires=Thu, 29 Jan 2026 12:00:00 GMT; HttpOnly; Max-Age=1209600; Path=\/; SameSite=Lax; Secure$/m,
  )
  assert.match(
    reply.setCookies.join('\n'),
    /^csrftoken=[a-zA-Z0-9]{32}; .*Max-Age=31449600; Path=\/; SameSite=Lax; Secure$/m,
  )
})

test('development is what is not production, when nothing says so', (t) => {
  const before = process.env.NODE_ENV
  t.after(() => {
    if (before === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = before
  })
  const start = () => createPostern({ secretKey: SECRET_KEY, database: memory() })
  delete process.env.NODE_ENV
  assert.equal(start().development, true)
  process.env.NODE_ENV = 'test'
  assert.equal(start().development, true)
  process.env.NODE_ENV = 'production'
  assert.throws(start, /^ConfigurationError: allowedHosts is missing/)
})

test('without a key development makes one up, warns of it, and no two are the same', async () => {
  const warned: Promise<string> = new Promise((resolve) => {
    process.once('warning', (warning) => resolve(`${warning.name}: ${warning.message}`))
  })
  const [one, two] = [undefined, ''].map((secretKey) =>
    createPostern({ secretKey, database: memory(), development: true }),
  )
  assert.match(one?.secretKey ?? '', /^[a-zA-Z0-9]{50}$/)
  assert.notEqual(one?.secretKey, two?.secretKey)
  assert.equal(
    await warned,
    'PosternWarning: No secretKey: one was made up, and everybody is logged out when this process ends. Set secretKey.',
  )
})

test('a store that cannot revoke is taken by whoever says that it is meant', () => {
  const database = { ...memory(), sessions: Object.assign(Object.create(memory().sessions), { revocable: false }) }
  assert.equal(problems({ database, session: { allowUnrevocable: true } }), '')
})

for (const setting of ['loginUrl', 'loginRedirectUrl', 'logoutRedirectUrl']) {
  test(`a ${setting} that names no URL is found at start and not when somebody logs out`, () => {
    const { groups } =
      /^(?<start>.*) Names: (?<names>.*?)\. (?<cure>.*)$/.exec(
        problems({ [setting]: 'dashbord', urls: [path('dashboard/', () => text(''), { name: 'dashboard' })] }),
      ) ?? {}
    assert.equal(groups?.start, `${setting}: There is no URL named 'dashbord'. Did you mean 'dashboard'?`)
    assert.deepEqual(groups?.names?.split(', ').slice(0, 3), ['dashboard', 'login', 'logout'])
    assert.equal(groups?.cure, "Add path('…', view, { name: 'dashbord' }) to urls.")
  })
  test(`a ${setting} that needs a parameter is found at start too`, () => {
    assert.match(
      problems({ [setting]: 'user', urls: [path('user/<int:id>/', () => text(''), { name: 'user' })] }),
      new RegExp(`^${setting}: `),
    )
  })
  test(`${setting} may be a name, a path, a file or another site`, () => {
    for (const to of ['logout', '/bye/', 'bye.html', 'https://sso.example/', 'bye/?a=b'])
      assert.equal(problems({ [setting]: to }), '', to)
  })
}

test('a name that the application has taken is its own, and the other built-in view stays', async (t) => {
  const world = await site(t, { urls: [path('in/', () => text('my own login'), { name: 'login' })] })
  const browser = world.visitor()
  assert.equal(world.auth.reverse('login'), '/in/')
  assert.equal((await browser.get('/in/')).body, 'my own login')
  assert.equal((await browser.get('/accounts/login/')).status, 404)
  assert.equal((await browser.get('/accounts/logout/')).status, 405)
})

test('the built-in views may be mounted elsewhere, or nowhere', async (t) => {
  const elsewhere = (await site(t, { accountsPrefix: 'members/' })).visitor()
  assert.equal((await elsewhere.get('/members/login/')).status, 200)
  assert.equal((await elsewhere.get('/accounts/login/')).status, 404)
  const nowhere = await site(t, { accountsPrefix: false })
  assert.equal((await nowhere.visitor().get('/accounts/login/')).status, 404)
  assert.equal(nowhere.auth.reverse('login'), undefined)
})

test('a view may redirect to a name, a path or another site; a name that there is not is told with those there are', async (t) => {
  const world = await site(t, {
    urls: [
      path('a/', () => redirect('login')),
      path('b/', () => redirect('/b/c/?d=é')),
      path('c/', () => redirect('https://other.example/', { permanent: true })),
      path('d/', () => redirect('nowhere')),
      path('e/', () => redirect('javascript:alert(1)//x.y')),
    ],
  })
  const browser = world.visitor()
  const to = async (address: string) => {
    const { status, headers } = await browser.get(address)
    return [status, headers.location]
  }
  assert.deepEqual(await to('/a/'), [302, '/accounts/login/'])
  assert.deepEqual(await to('/b/'), [302, '/b/c/?d=%C3%A9'])
  assert.deepEqual(await to('/c/'), [301, 'https://other.example/'])
  assert.deepEqual(await to('/d/'), [500, undefined])
  assert.match(String(world.errors[0]), /There is no URL named 'nowhere'\. Names: login, logout\b/)
  assert.deepEqual(await to('/e/'), [400, undefined])
})

test('where there are no URLs at all, a name that leads nowhere says so', () => {
  assert.equal(
    problems({ loginUrl: 'signin', accountsPrefix: false }),
    "loginUrl: There is no URL named 'signin'. Names: none. Add path('…', view, { name: 'signin' }) to urls.",
  )
})

test('the address of the site is kept without slashes at its end', async (t) => {
  const { auth } = await site(t, { publicUrl: 'https://site.example//' })
  assert.equal(auth.publicUrl, 'https://site.example')
  assert.equal((await site(t)).auth.publicUrl, undefined)
})
