/** Class views that not everybody may see: Django's LoginRequiredMixin and UserPassesTestMixin. The answers are a real Django's (5.2.18). */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { text, type ViewAnswer } from '../../src/auth/view.ts'
import type { Answer } from '../../src/kernel/answer.ts'
import { path } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { AccessView, LoginRequiredView, UserPassesTestView } from '../../src/views/access-views.ts'
import { csrfExempt } from '../../src/views/csrf-views.ts'
import { type Site, site } from '../support/site.ts'

const PASSWORD = 'wonder-Land-42'

class Private extends LoginRequiredView {
  get(): Answer {
    return text(`hello ${this.request.user.getUsername()}, ${this.params.page ?? 'no page'}`)
  }
  post(): Answer {
    return text('posted')
  }
}

class OnlyBob extends UserPassesTestView {
  testFunc(): boolean {
    return this.request.user.username === 'bob'
  }
  get(): Answer {
    return text('hello bob')
  }
}

async function guarded(t: TestContext, settings: Partial<PosternOptions> = {}): Promise<Site> {
  const urls = [
    path('private/', Private.asView()),
    path('pages/<str:page>/', Private.asView()),
    path('raise/', Private.asView({ raiseException: true, permissionDeniedMessage: 'no way' })),
    path('mute/', Private.asView({ raiseException: true })),
    path('elsewhere/', Private.asView({ loginUrl: '/in/?a=1', redirectFieldName: 'then' })),
    path('no-field/', Private.asView({ redirectFieldName: null })),
    path('empty-field/', Private.asView({ redirectFieldName: '' })),
    path('sso/', Private.asView({ loginUrl: 'https://sso.example/in/' })),
    path('named/', Private.asView({ loginUrl: 'logout' })),
    path('bob/', OnlyBob.asView()),
  ]
  const world = await site(t, { urls, ...settings })
  await world.auth.createUser({ username: 'bob', password: PASSWORD })
  return world
}

test('the logged in reach the view, with the parameters of its address', async (t) => {
  const browser = await (await guarded(t)).loggedIn()
  const reply = await browser.get('/private/')
  assert.equal(reply.body, 'hello alice, no page')
  assert.equal(reply.headers['cache-control'], 'private, no-store')
  assert.equal((await browser.get('/pages/seven/')).body, 'hello alice, seven')
  assert.equal((await browser.post('/private/')).body, 'posted')
})

for (const [url, location] of [
  ['/private/?q=1&r=2', '/accounts/login/?next=/private/%3Fq%3D1%26r%3D2'],
  ['/elsewhere/?q=1', '/in/?a=1&then=/elsewhere/%3Fq%3D1'],
  ['/no-field/?q=1', '/accounts/login/'],
  ['/empty-field/?q=1', '/accounts/login/'],
  ['/sso/?q=1', 'https://sso.example/in/?next=http%3A//site.localhost/sso/%3Fq%3D1'],
  ['/named/', '/accounts/logout/?next=/named/'],
  ['/bob/', '/accounts/login/?next=/bob/'],
] as const) {
  test(`the anonymous at ${url} are sent to ${location}`, async (t) => {
    const reply = await (await guarded(t)).visitor().get(url, { host: 'site.localhost' })
    assert.equal(reply.status, 302)
    assert.equal(reply.headers.location, location)
    assert.equal(reply.headers['cache-control'], 'private, no-store')
    assert.doesNotMatch(reply.body, /hello/)
  })
}

test('every method is guarded, those that the view does not answer included, as in Django', async (t) => {
  const world = await guarded(t)
  for (const method of ['HEAD', 'OPTIONS', 'TRACE']) {
    const reply = await world.visitor().send('/private/', { method })
    assert.equal(reply.status, 302, method)
  }
  assert.equal((await world.visitor().post('/private/')).headers.location, '/accounts/login/?next=/private/')
  const browser = await world.loggedIn()
  assert.equal((await browser.send('/private/', { method: 'HEAD' })).status, 200)
  const options = await browser.send('/private/', { method: 'OPTIONS' })
  assert.equal(options.status, 200)
  assert.equal(options.headers.allow, 'GET, POST, HEAD, OPTIONS')
})

test('with raiseException the anonymous are told so: 403 with the message', async (t) => {
  const world = await guarded(t)
  for (const [url, message] of [
    ['/raise/', 'no way'],
    ['/mute/', 'You do not have permission to do this.'],
  ] as const) {
    const reply = await world.visitor().get(url)
    assert.equal(reply.status, 403)
    assert.equal(reply.headers.location, undefined)
    assert.match(reply.body, new RegExp(message))
    assert.equal((await (await world.loggedIn()).get(url)).status, 200)
  }
})

test('who is logged in and does not pass the test is told so, and not sent in a circle: 403', async (t) => {
  const world = await guarded(t)
  const reply = await (await world.loggedIn()).get('/bob/')
  assert.equal(reply.status, 403)
  assert.equal(reply.headers.location, undefined)
  assert.doesNotMatch(reply.body, /hello/)
  assert.equal((await (await world.loggedIn('bob', PASSWORD)).get('/bob/')).body, 'hello bob')
})

test('a program is told to log in by a 401', async (t) => {
  const world = await guarded(t)
  for (const url of ['/private/', '/bob/']) {
    const reply = await world.visitor().get(url, { accept: 'application/json' })
    assert.equal(reply.status, 401)
    assert.equal(JSON.parse(reply.body).error.code, 'login_required')
  }
})

test('the logged out and those whose account was closed are anonymous', async (t) => {
  const world = await guarded(t)
  const browser = await world.loggedIn()
  const copy = browser.copy()
  await browser.logout()
  assert.equal((await copy.get('/private/')).status, 302)
  const other = await world.loggedIn()
  await world.auth.users.update(String(world.alice.id), { isActive: false })
  assert.equal((await other.get('/private/')).status, 302)
})

test('a POST without a token is refused before anybody asks who may', async (t) => {
  const world = await guarded(t)
  assert.equal((await world.visitor().send('/private/', { method: 'POST' })).status, 403)
  assert.equal((await (await world.loggedIn()).send('/private/', { method: 'POST' })).status, 403)
})

test('a test may take its time, and one that fails lets nobody in', async (t) => {
  let verdict: () => Promise<boolean> = async () => true
  class Slow extends OnlyBob {
    override testFunc(): boolean {
      return verdict() as never
    }
  }
  const world = await guarded(t, { urls: [path('slow/', Slow.asView())] })
  const browser = await world.loggedIn()
  assert.equal((await browser.get('/slow/')).body, 'hello bob')
  verdict = async () => false
  assert.equal((await browser.get('/slow/')).status, 403)
  verdict = () => Promise.reject(new Error('broken'))
  assert.equal((await browser.get('/slow/')).status, 500)
})

test('a guard of one’s own: hasAccess, and what those get who have none', async (t) => {
  class ByAddress extends AccessView {
    allowed = '127.0.0.1'
    hasAccess(): boolean {
      return this.request.incoming.clientAddress === this.allowed
    }
    override handleNoPermission(): ViewAnswer | Promise<ViewAnswer> {
      return this.request.user.isAuthenticated ? text('not from there', 404) : super.handleNoPermission()
    }
    get(): Answer {
      return text('from here')
    }
  }
  const world = await guarded(t, {
    urls: [path('here/', ByAddress.asView()), path('there/', ByAddress.asView({ allowed: '192.0.2.1' }))],
  })
  assert.equal((await world.visitor().get('/here/')).body, 'from here')
  assert.equal((await world.visitor().get('/there/')).status, 302)
  const reply = await (await world.loggedIn()).get('/there/')
  assert.deepEqual([reply.status, reply.body], [404, 'not from there'])
})

test('a guarded view may be exempt from the check, and is guarded all the same', async (t) => {
  const world = await guarded(t, { urls: [path('hook/', csrfExempt(Private.asView()))] })
  assert.equal((await world.visitor().send('/hook/', { method: 'POST' })).status, 302)
  assert.equal((await (await world.loggedIn()).send('/hook/', { method: 'POST' })).body, 'posted')
})

test('a subclass keeps what it sets, and what asView is given goes before it', async (t) => {
  class Members extends Private {
    override loginUrl: string | null = '/members/in/'
    override redirectFieldName: string | null = 'back'
  }
  const world = await guarded(t, {
    urls: [path('members/', Members.asView()), path('guests/', Members.asView({ loginUrl: '/guests/in/' }))],
  })
  assert.equal((await world.visitor().get('/members/')).headers.location, '/members/in/?back=/members/')
  assert.equal((await world.visitor().get('/guests/')).headers.location, '/guests/in/?back=/guests/')
})

test('an option that there is not is a TypeError at start', () => {
  assert.throws(() => Private.asView({ login_url: '/in/' }), {
    name: 'TypeError',
    message: "Private.asView() has no option 'login_url'.",
  })
  assert.throws(() => OnlyBob.asView({ testFunc: () => true }), TypeError)
})

test('a store that does not answer lets nobody in and sends nobody away', async (t) => {
  const database = memory()
  const world = await guarded(t, { database })
  const browser = await world.loggedIn()
  t.mock.method(database.sessions, 'load', () => {
    throw new Error('gone')
  })
  for (const url of ['/private/', '/bob/', '/raise/']) assert.equal((await browser.get(url)).status, 503, url)
})
