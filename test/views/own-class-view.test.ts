/** A class view of the application's own: Django's View and TemplateView. `Allow` and the statuses are a real Django's (5.2.18). */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { redirect, text, type ViewAnswer } from '../../src/auth/view.ts'
import { PermissionDenied } from '../../src/errors.ts'
import type { Answer } from '../../src/kernel/answer.ts'
import { path, type UrlPattern } from '../../src/kernel/urls.ts'
import { ClassView } from '../../src/views/class-view.ts'
import type { TemplateValues } from '../../src/views/render.ts'
import { type Site, site } from '../support/site.ts'

const templates = {
  lookedIn: ['templates'],
  has: (name: string) => name === 'cart.html' || name === 'cart-2.html',
  render: (name: string, context: object) => {
    const { title = '', kind = '', user } = context as { title?: string; kind?: string; user: unknown }
    return `${name}: ${title} ${kind} ${user}`
  },
}

class Cart extends ClassView {
  override templateName: string | null = 'cart.html'

  async get(): Promise<ViewAnswer> {
    return this.render(await this.getContextData({ title: 'Cart', kind: 'plain' }))
  }
  post(): ViewAnswer {
    return redirect('cart')
  }
  delete(): ViewAnswer {
    throw new PermissionDenied('Carts stay.')
  }
}

function shop(t: TestContext, ...more: UrlPattern<ReturnType<typeof Cart.asView>>[]): Promise<Site> {
  return site(t, { templates, urls: [path('cart/', Cart.asView(), { name: 'cart' }), ...more] })
}

test('a page of its template, with the visitor in it, and headers as Django has them', async (t) => {
  const world = await shop(t)
  const reply = await (await world.loggedIn()).get('/cart/')
  assert.equal(reply.body, 'cart.html: Cart plain alice')
  assert.equal(reply.headers['content-type'], 'text/html; charset=utf-8')
  assert.equal(reply.headers['x-frame-options'], 'DENY')
  assert.equal(reply.headers['x-content-type-options'], 'nosniff')
  assert.equal(reply.headers['cache-control'], 'private, no-store')
})

test('a redirect goes by the name of a URL, an error of ours is its page', async (t) => {
  const world = await shop(t)
  const browser = await world.loggedIn()
  assert.equal((await browser.post('/cart/')).headers.location, '/cart/')
  const headers = { 'x-csrftoken': browser.cookies.get('csrftoken') ?? '' }
  const denied = await browser.send('/cart/', { method: 'DELETE', headers })
  assert.equal(denied.status, 403)
  assert.match(denied.body, /Carts stay\./)
})

test('what it does not answer is 405 with Allow in the order of Django, and OPTIONS says the same', async (t) => {
  const world = await shop(t)
  const browser = await world.loggedIn()
  const headers = { 'x-csrftoken': browser.cookies.get('csrftoken') ?? '' }
  for (const [method, status] of [
    ['PUT', 405],
    ['PATCH', 405],
    ['TRACE', 405],
    ['PROPFIND', 405],
    ['OPTIONS', 200],
  ] as const) {
    const reply = await browser.send('/cart/', { method, headers })
    assert.equal(reply.status, status, method)
    assert.equal(reply.headers.allow, 'GET, POST, DELETE, HEAD, OPTIONS')
    assert.equal(reply.body, '')
  }
})

test('fewer methods may be listed than there are', async (t) => {
  const world = await shop(t, path('look/', Cart.asView({ httpMethodNames: ['get'] })))
  const browser = await world.loggedIn()
  assert.equal((await browser.get('/look/')).status, 200)
  for (const method of ['HEAD', 'OPTIONS']) {
    const reply = await browser.send('/look/', { method })
    assert.equal(reply.status, 405)
    assert.equal(reply.headers.allow, 'GET')
  }
  assert.equal((await browser.post('/look/')).status, 405)
})

test('properties are options: another template, and more for it, which goes before what the view gives', async (t) => {
  const world = await shop(
    t,
    path('two/', Cart.asView({ templateName: 'cart-2.html', extraContext: { title: 'Basket' } })),
    path('none/', Cart.asView({ templateName: null })),
    path('missing/', Cart.asView({ templateName: 'no-such.html' })),
  )
  assert.equal((await world.visitor().get('/two/')).body, 'cart-2.html: Basket plain AnonymousUser')
  assert.equal((await world.visitor().get('/cart/')).body, 'cart.html: Cart plain AnonymousUser')
  for (const url of ['/none/', '/missing/']) assert.equal((await world.visitor().get(url)).status, 500)
  assert.match(String(world.errors.at(-1)), /There is no template 'no-such\.html'.*Looked for in: templates\./)
})

test('a subclass says which template and what is in it, for each request', async (t) => {
  class Own extends Cart {
    override getTemplateNames(): readonly string[] {
      return ['not-there.html', this.request.query.has('two') ? 'cart-2.html' : 'cart.html']
    }
    override async getContextData(given: TemplateValues = {}): Promise<TemplateValues> {
      return { ...(await super.getContextData(given)), kind: this.params.kind }
    }
  }
  const world = await shop(t, path('own/<slug:kind>/', Own.asView()))
  assert.equal((await world.visitor().get('/own/fruit/')).body, 'cart.html: Cart fruit AnonymousUser')
  assert.equal((await world.visitor().get('/own/fish/?two')).body, 'cart-2.html: Cart fish AnonymousUser')
})

test('what one request leaves on its view another one never sees, at the same time neither', async (t) => {
  let waiting: (() => void)[] = []
  class Counting extends ClassView {
    seen: string[] = []
    async get(): Promise<Answer> {
      this.seen.push(this.request.query.get('n') ?? '')
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        if (waiting.length === 4) for (const go of waiting) go()
      })
      return text(this.seen.join())
    }
  }
  const world = await shop(t, path('count/', Counting.asView()))
  for (let round = 0; round < 2; round++) {
    waiting = []
    const replies = await Promise.all(['0', '1', '2', '3'].map((n) => world.visitor().get(`/count/?n=${n}`)))
    assert.deepEqual(
      replies.map(({ body }) => body),
      ['0', '1', '2', '3'],
    )
  }
})

test('a view that throws is a 500 without its words', async (t) => {
  class Broken extends ClassView {
    get(): Answer {
      throw new Error('a secret of the shop')
    }
  }
  const world = await shop(t, path('broken/', Broken.asView()))
  const reply = await world.visitor().get('/broken/')
  assert.equal(reply.status, 500)
  assert.doesNotMatch(reply.body, /secret/)
  assert.match(String(world.errors[0]), /a secret of the shop/)
})
