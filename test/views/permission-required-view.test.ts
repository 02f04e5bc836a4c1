/** `PermissionRequiredView`, alone and with other guards. Mirrors tests/auth_tests/test_mixins.py (Django 5.2). */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { loginRequired } from '../../src/auth/guards.ts'
import { text } from '../../src/auth/view.ts'
import type { Answer } from '../../src/kernel/answer.ts'
import { path, type UrlPattern } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { LoginRequiredView, PermissionRequiredView, UserPassesTestView } from '../../src/views/access-views.ts'
import { BLOG } from '../support/blog.ts'
import { type Site, site } from '../support/site.ts'

class NewPost extends PermissionRequiredView {
  override permissionRequired: PermissionRequiredView['permissionRequired'] = 'blog.add_post'
  get(): Answer {
    return text('in')
  }
}
class Many extends NewPost {
  override permissionRequired: PermissionRequiredView['permissionRequired'] = ['blog.add_post', 'blog.change_post']
}
class TooMany extends NewPost {
  override permissionRequired: PermissionRequiredView['permissionRequired'] = new Set(['blog.add_post', 'nonexistent'])
}

/** alice may add and change posts. */
async function blog(
  t: TestContext,
  urls: readonly UrlPattern<never>[],
  options: Partial<PosternOptions> = {},
): Promise<Site> {
  const world = await site(t, { ...BLOG, urls, ...options })
  await world.auth.permissions.grant(world.alice, 'blog.add_post', 'blog.change_post')
  return world
}

const at = (route: string, view: unknown): UrlPattern<never> => path(route, view as never)

test('who has the permission, or all of several, reaches the view', async (t) => {
  const world = await blog(t, [at('one/', NewPost.asView()), at('many/', Many.asView())])
  const browser = await world.loggedIn()
  for (const url of ['/one/', '/many/', '/one/', '/many/']) assert.equal((await browser.get(url)).body, 'in', url)
})

test('who is logged in and lacks one is refused, and the anonymous are sent to the login page', async (t) => {
  const world = await blog(t, [at('new/', TooMany.asView())])
  const refused = await (await world.loggedIn()).get('/new/')
  assert.equal(refused.status, 403)
  assert.equal(refused.headers.location, undefined)
  const reply = await world.visitor().get('/new/')
  assert.equal(reply.status, 302)
  assert.equal(reply.headers.location, '/accounts/login/?next=/new/')
})

test('with raiseException the anonymous are refused, too, with a message of the view’s own', async (t) => {
  class Mute extends TooMany {
    override raiseException = true
    override permissionDeniedMessage = "You don't have access here"
  }
  class Counted extends Mute {
    override getPermissionDeniedMessage(): string {
      return `${super.getPermissionDeniedMessage()}, nor has anybody`
    }
  }
  const world = await blog(t, [at('mute/', Mute.asView()), at('counted/', Counted.asView())])
  for (const browser of [await world.loggedIn(), world.visitor()]) {
    const reply = await browser.get('/mute/', { accept: 'application/json' })
    assert.equal(reply.status, 403)
    assert.equal(JSON.parse(reply.body).error.message, "You don't have access here")
    const counted = await browser.get('/counted/', { accept: 'application/json' })
    assert.equal(JSON.parse(counted.body).error.message, "You don't have access here, nor has anybody")
  }
})

test('a view may find out by itself which permission it takes, and whether that is so', async (t) => {
  class ByPath extends NewPost {
    override getPermissionRequired(): readonly string[] {
      return [`blog.${this.params.what ?? ''}_post`]
    }
  }
  class OnFridays extends NewPost {
    override async hasPermission(): Promise<boolean> {
      return (await super.hasPermission()) && this.request.query.get('day') === 'friday'
    }
  }
  const world = await blog(t, [at('post/<what>/', ByPath.asView()), at('friday/', OnFridays.asView())])
  const browser = await world.loggedIn()
  assert.equal((await browser.get('/post/change/')).status, 200)
  assert.equal((await browser.get('/post/delete/')).status, 403)
  assert.equal((await browser.get('/friday/?day=friday')).status, 200)
  assert.equal((await browser.get('/friday/?day=monday')).status, 403)
})

test('a view that names no permission, or something that is none, lets nobody in and says so', async (t) => {
  class Forgetful extends PermissionRequiredView {
    get(): Answer {
      return text('in')
    }
  }
  class Mistaken extends NewPost {
    override permissionRequired: never = 7 as never
  }
  const world = await blog(t, [at('forgetful/', Forgetful.asView()), at('mistaken/', Mistaken.asView())])
  const browser = await world.loggedIn()
  for (const [url, name, message] of [
    ['/forgetful/', 'ConfigurationError', /^Forgetful does not say which permission it requires/],
    ['/mistaken/', 'TypeError', /required by its name/],
  ] as const) {
    assert.equal((await browser.get(url)).status, 500)
    const error = world.errors.pop() as Error
    assert.equal(error.name, name)
    assert.match(error.message, message)
  }
})

test('options of asView are properties of the view', async (t) => {
  const world = await blog(t, [
    at('new/', NewPost.asView({ permissionRequired: 'blog.delete_post', loginUrl: '/in/' })),
  ])
  assert.equal((await (await world.loggedIn()).get('/new/')).status, 403)
  assert.equal((await world.visitor().get('/new/')).headers.location, '/in/?next=/new/')
})

for (const [order, view] of [
  ['inside', loginRequired(Many.asView({ raiseException: true }))],
  ['instead of', Many.asView({ raiseException: true })],
] as const) {
  test(`two guards on one view, one ${order} the other: who may is let in, and who may not is refused`, async (t) => {
    const world = await blog(t, [at('new/', view)])
    assert.equal((await (await world.loggedIn()).get('/new/')).body, 'in')
    await world.auth.permissions.revoke(world.alice, 'blog.add_post')
    assert.equal((await (await world.loggedIn()).get('/new/')).status, 403)
    assert.equal((await world.visitor().get('/new/')).status, order === 'inside' ? 302 : 403)
  })
}

test('the other class views ask for permissions in their own test', async (t) => {
  class MayAdd extends UserPassesTestView {
    testFunc(): Promise<boolean> {
      return this.request.user.hasPerm('blog.add_post')
    }
    get(): Answer {
      return text('in')
    }
  }
  class Members extends LoginRequiredView {
    async get(): Promise<Answer> {
      return text(String(await this.request.user.hasPerm('blog.delete_post')))
    }
  }
  const world = await blog(t, [at('add/', MayAdd.asView()), at('members/', Members.asView())])
  const browser = await world.loggedIn()
  assert.equal((await browser.get('/add/')).body, 'in')
  assert.equal((await browser.get('/members/')).body, 'false')
  assert.equal((await world.visitor().get('/add/')).status, 302)
})

test('a store that does not say who may lets nobody in', async (t) => {
  const database = memory()
  const world = await blog(t, [at('new/', NewPost.asView())], { database })
  const browser = await world.loggedIn()
  t.mock.method(database.permissions, 'permissionsOf', () => Promise.reject(new Error('gone')))
  assert.equal((await browser.get('/new/')).status, 503)
})
