import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ViewAnswer } from '../../src/auth/view.ts'
import { text } from '../../src/auth/view.ts'
import { path } from '../../src/kernel/urls.ts'
import { ClassView, classView } from '../../src/views/class-view.ts'
import { LoginView } from '../../src/views/login-view.ts'
import { LogoutView } from '../../src/views/logout-view.ts'
import { ALICE } from '../support/postern.ts'
import { sessionsOf, site } from '../support/site.ts'

/** Changed, then deleted: Chromium may overlook one change. */
const ENDED = [
  'sessionid=ended; HttpOnly; Path=/; SameSite=Lax',
  'sessionid=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax',
]

class Greeting extends ClassView {
  name = 'somebody'
  get(): ViewAnswer {
    return text(`hello ${this.name} ${this.params.id ?? ''}`)
  }
}

test('a class view answers its methods, HEAD as GET, and 405 with Allow to the rest', async (t) => {
  const world = await site(t, { urls: [path('greet/', classView(Greeting, {}))] })
  const browser = world.visitor()
  assert.equal((await browser.get('/greet/')).body, 'hello somebody ')
  const head = await browser.send('/greet/', { method: 'HEAD' })
  assert.deepEqual([head.status, head.body], [200, ''])
  const reply = await browser.post('/greet/')
  assert.deepEqual([reply.status, reply.headers.allow], [405, 'GET, HEAD, OPTIONS'])
  assert.equal((await browser.send('/greet/', { method: 'OPTIONS' })).headers.allow, 'GET, HEAD, OPTIONS')
})

test('a method is no more than what is listed: neither dispatch nor render can be asked for over HTTP', async (t) => {
  const world = await site(t, { urls: [path('greet/', classView(Greeting, {}))] })
  const browser = world.visitor()
  await browser.get('/csrf')
  const headers = { 'x-csrftoken': browser.cookies.get('csrftoken') ?? '' }
  for (const method of ['TRACE', 'MERGE', 'LINK', 'SEARCH']) {
    const reply = await browser.send('/greet/', { method, headers })
    assert.equal(reply.status, 405, method)
  }
})

test('every request gets a view of its own, with the parameters of its address', async (t) => {
  class Counting extends ClassView {
    #count = 0
    async get(): Promise<ViewAnswer> {
      this.#count++
      await new Promise(setImmediate)
      return text(`${this.params.id} ${this.#count}`)
    }
  }
  const world = await site(t, { urls: [path('count/<int:id>/', classView(Counting, {}))] })
  const browser = world.visitor()
  const replies = await Promise.all(['1', '2', '3'].map((id) => browser.get(`/count/${id}/`)))
  assert.deepEqual(
    replies.map(({ body }) => body),
    ['1 1', '2 1', '3 1'],
  )
})

test('an option that the class does not have is a TypeError at start', () => {
  assert.throws(() => LogoutView.asView({ next_page: 'login' } as never), {
    name: 'TypeError',
    message: "LogoutView.asView() has no option 'next_page'.",
  })
  assert.throws(
    () => LoginView.asView({ redirectAuthenticatedUsers: true } as never),
    /LoginView\.asView\(\) has no option/,
  )
})

test('methods and what belongs to the request are no options: that would be an error page at the first request', () => {
  for (const name of [
    'post',
    'dispatch',
    'request',
    'params',
    'toString',
    'constructor',
    '__proto__x',
    'hasOwnProperty',
  ]) {
    assert.throws(() => LogoutView.asView({ [name]: () => {} } as never), TypeError, name)
  }
})

test('a subclass may have options of its own', async (t) => {
  const world = await site(t, { urls: [path('greet/', classView(Greeting, { name: 'alice' }))] })
  assert.equal((await world.visitor().get('/greet/')).body, 'hello alice ')
  assert.throws(() => classView(Greeting, { nam: 'alice' }), /Greeting\.asView\(\) has no option 'nam'/)
})

test('class CustomLogoutView extends LogoutView with a nextPage leads there', async (t) => {
  class CustomLogoutView extends LogoutView {
    override nextPage = 'home'
  }
  const world = await site(t, {
    urls: [
      path('home/', () => text('home'), { name: 'home' }),
      path('out/', CustomLogoutView.asView(), { name: 'logout' }),
    ],
  })
  const browser = await world.loggedIn()
  const reply = await browser.post('/out/')
  assert.deepEqual([reply.status, reply.headers.location, reply.setCookies], [302, '/home/', ENDED])
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('an option given to asView goes before the property of the subclass', async (t) => {
  class CustomLogoutView extends LogoutView {
    override nextPage = '/subclass/'
  }
  const world = await site(t, { urls: [path('out/', CustomLogoutView.asView({ nextPage: '/option/' }))] })
  assert.equal((await (await world.loggedIn()).post('/out/')).headers.location, '/option/')
})

test('a subclass may say where to go, who is allowed and what to show', async (t) => {
  class Spoken extends LogoutView {
    override getDefaultRedirectUrl(): string {
      return '/spoken/'
    }
    override getSuccessUrlAllowedHosts(): ReadonlySet<string> {
      return new Set(['other.example'])
    }
  }
  const world = await site(t, { urls: [path('out/', Spoken.asView())] })
  assert.equal((await (await world.loggedIn()).post('/out/')).headers.location, '/spoken/')
  const next = 'http://other.example/'
  assert.equal((await (await world.loggedIn()).post('/out/', { next })).headers.location, next)
})

test('a subclass that answers in its own words still logs out, before its words', async (t) => {
  class Plain extends LogoutView {
    override async post(): Promise<ViewAnswer> {
      await super.post()
      return text(`You have been logged out, ${this.request.user}.`)
    }
  }
  const world = await site(t, { urls: [path('out/', Plain.asView())] })
  const browser = await world.loggedIn()
  const reply = await browser.post('/out/')
  assert.equal(reply.body, 'You have been logged out, AnonymousUser.')
  assert.deepEqual(reply.setCookies, ENDED)
})

for (const [what, Type] of [
  [
    'getSuccessUrl',
    class extends LogoutView {
      override getSuccessUrl(): Promise<string> {
        throw new Error('overridden')
      }
    },
  ],
  [
    'getDefaultRedirectUrl',
    class extends LogoutView {
      override getDefaultRedirectUrl(): string {
        throw new Error('overridden')
      }
    },
  ],
  [
    'getSuccessUrlAllowedHosts',
    class extends LogoutView {
      override getSuccessUrlAllowedHosts(): ReadonlySet<string> {
        throw new Error('overridden')
      }
    },
  ],
  [
    'render',
    class extends LogoutView {
      protected override render(): never {
        throw new Error('overridden')
      }
    },
  ],
  [
    'post, after the inherited one',
    class extends LogoutView {
      override async post(): Promise<ViewAnswer> {
        await super.post()
        throw new Error('overridden')
      }
    },
  ],
] as const) {
  test(`a logout is not lost where a subclass's ${what} throws: 500, and signed out`, async (t) => {
    const world = await site(t, { urls: [path('out/', Type.asView())] })
    const browser = await world.loggedIn()
    const thief = browser.copy()
    const reply = await browser.post('/out/')
    assert.equal(reply.status, 500)
    assert.deepEqual(reply.setCookies, ENDED)
    assert.match(String(world.errors[0]), /overridden/)
    assert.equal((await thief.get('/me')).body, 'AnonymousUser')
    assert.equal(await sessionsOf(world, world.alice), 0)
  })
}

test('nor where the address to go to is one that there is not', async (t) => {
  class Leave extends LogoutView {
    override getDefaultRedirectUrl(): string {
      return this.resolveUrl('nowhere')
    }
  }
  const world = await site(t, { urls: [path('out/', Leave.asView())] })
  const browser = await world.loggedIn()
  const thief = browser.copy()
  const reply = await browser.post('/out/')
  assert.equal(reply.status, 500)
  assert.deepEqual(reply.setCookies, ENDED)
  assert.match(String(world.errors[0]), /There is no URL named 'nowhere'\. Names: login, logout\b/)
  assert.equal((await thief.get('/me')).body, 'AnonymousUser')
})

test('a subclass of LoginView may refuse whom it likes, and logs in who it lets through', async (t) => {
  class Members extends LoginView {
    override redirectAuthenticatedUser = true
    override async formValid(form: Parameters<LoginView['formValid']>[0]): Promise<ViewAnswer> {
      return form.user?.username === 'alice' ? super.formValid(form) : text('members only', 403)
    }
  }
  const world = await site(t, { urls: [path('in/', Members.asView(), { name: 'login' })] })
  await world.auth.createUser({ username: 'bob', password: 'builder-77-Yes' })
  const bob = world.visitor()
  await bob.get('/in/')
  assert.equal((await bob.post('/in/', { username: 'bob', password: 'builder-77-Yes' })).status, 403)
  assert.equal((await bob.get('/me')).body, 'AnonymousUser')
  const alice = world.visitor()
  await alice.get('/in/')
  assert.equal((await alice.post('/in/', { username: 'alice', password: ALICE.password })).status, 302)
  assert.equal((await alice.get('/in/')).status, 302)
})

test('a LoginView whose target is a bad address logs nobody in', async (t) => {
  class Lost extends LoginView {
    override getDefaultRedirectUrl(): string {
      return 'javascript:alert(1)'
    }
  }
  const world = await site(t, { urls: [path('in/', Lost.asView(), { name: 'login' })] })
  const browser = world.visitor()
  await browser.get('/in/')
  const reply = await browser.post('/in/', { username: 'alice', password: ALICE.password })
  assert.deepEqual([reply.status, reply.headers.location], [400, undefined])
  assert.equal((await browser.get('/me')).body, 'AnonymousUser')
})

test('a view that answers nothing is told what to return', async (t) => {
  class Silent extends LogoutView {
    override async post(): Promise<never> {
      await super.post()
      return undefined as never
    }
  }
  class SilentAtOnce extends ClassView {
    get(): never {
      return undefined as never
    }
  }
  const world = await site(t, {
    urls: [
      path('function/', () => undefined as never),
      path('async/', async () => undefined as never),
      path('class/', classView(SilentAtOnce, {})),
      path('out/', Silent.asView()),
    ],
  })
  const browser = await world.loggedIn()
  for (const address of ['/function/', '/async/', '/class/']) assert.equal((await browser.get(address)).status, 500)
  const reply = await browser.post('/out/')
  assert.deepEqual([reply.status, reply.setCookies], [500, ENDED])
  assert.deepEqual(
    world.errors.map(String),
    ['/function/', '/async/', '/class/', '/out/'].map(
      (address) =>
        `TypeError: The view of ${address} answered nothing; return text(…), page(…), json(…), redirect(…) or render(…).`,
    ),
  )
})
