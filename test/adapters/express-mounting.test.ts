/** Postern under a path of an Express application: its own URLs, the redirects of its guards and its reversed names. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import express from 'express'
import { redirect } from '../../src/auth/view.ts'
import { postern as onExpress } from '../../src/express.ts'
import { path } from '../../src/kernel/urls.ts'
import type { PosternOptions } from '../../src/options.ts'
import { Browser } from '../support/browser.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

const named: Partial<PosternOptions> = { loginUrl: 'login', loginRedirectUrl: 'home', logoutRedirectUrl: 'login' }
const urls = [path('go/', () => redirect('home'), { name: 'go' }), path('home/', undefined, { name: 'home' })]

type Ends = { after(end: () => unknown): void }

/** An application with Postern under `/app`, and a guarded page below it and in a router of its own. */
async function mounted(t: Ends, options: Partial<PosternOptions> = named): Promise<Browser> {
  const { auth } = await testPostern({ ...options, urls } as Partial<PosternOptions>)
  const { middleware, loginRequired } = onExpress(auth)
  const shop = express.Router()
  shop.get(
    '/cart',
    loginRequired((req, res) => void res.send(`cart of ${req.user.username}`)),
  )
  const app = express()
  app.set('env', 'test')
  app.use('/app', middleware)
  app.get(
    '/app/page',
    loginRequired((req, res) => void res.send(`page of ${req.user.username}`)),
  )
  app.use('/app/shop', shop)
  return new Browser(await serve(t, app))
}

async function locationOf(browser: Browser, url: string): Promise<string | undefined> {
  const reply = await browser.get(url)
  assert.equal(reply.status, 302, url)
  return reply.headers.location
}

test('under a path, Postern answers its own URLs there and nowhere else', async (t) => {
  const browser = await mounted(t)
  assert.equal((await browser.get('/app/accounts/login/')).status, 200)
  assert.equal((await browser.get('/accounts/login/')).status, 404)
  assert.equal((await browser.get('/application/accounts/login/')).status, 404)
  assert.equal((await browser.get('/APP/accounts/login/')).status, 200)
})

test('under a path, names lead to where they are mounted, wherever the guard stands', async (t) => {
  const browser = await mounted(t)
  assert.equal(await locationOf(browser, '/app/go/'), '/app/home/')
  assert.equal(await locationOf(browser, '/app/page?a=1'), '/app/accounts/login/?next=/app/page%3Fa%3D1')
  assert.equal(await locationOf(browser, '/app/shop/cart'), '/app/accounts/login/?next=/app/shop/cart')
})

test('under a path, one logs in, sees the page and logs out', async (t) => {
  const browser = await mounted(t)
  await browser.get('/app/accounts/login/')
  const token = browser.cookies.get('csrftoken') ?? ''
  const form = { csrfmiddlewaretoken: token, username: 'alice', password: 'wonder-Land-42' }
  const login = await browser.send('/app/accounts/login/', { method: 'POST', form })
  assert.deepEqual([login.status, login.headers.location], [302, '/app/home/'])
  assert.equal((await browser.get('/app/page')).body, 'page of alice')
  assert.equal((await browser.get('/app/shop/cart')).body, 'cart of alice')
  const thief = browser.copy()
  const fresh = { csrfmiddlewaretoken: browser.cookies.get('csrftoken') ?? '' }
  const logout = await browser.send('/app/accounts/logout/', { method: 'POST', form: fresh })
  assert.deepEqual([logout.status, logout.headers.location], [302, '/app/accounts/login/'])
  assert.equal((await thief.get('/app/page')).status, 302)
})

test('a path in the settings is taken as it is, mounted or not', async (t) => {
  const browser = await mounted(t, { loginUrl: '/sign-in/' })
  assert.equal(await locationOf(browser, '/app/page'), '/sign-in/?next=/app/page')
})

test('in a router under the root, names lead to the root', async (t) => {
  const { auth } = await testPostern({ ...named, urls } as Partial<PosternOptions>)
  const { middleware, loginRequired } = onExpress(auth)
  const shop = express.Router()
  shop.get('/cart', loginRequired(), (_req, res) => void res.send('in'))
  const app = express()
  app.use(middleware)
  app.use('/shop', shop)
  const browser = new Browser(await serve(t, app))
  assert.equal(await locationOf(browser, '/shop/cart'), '/accounts/login/?next=/shop/cart')
})

test('an application inside another one has its own req.user, and the outer one is not touched', async (t) => {
  const { auth } = await testPostern(named.loginUrl === undefined ? {} : { loginUrl: 'login' })
  const { middleware, loginRequired } = onExpress(auth)
  const inner = express()
  inner.use(middleware)
  inner.get(
    '/page',
    loginRequired((req, res) => void res.send(req.user.username)),
  )
  const outer = express()
  outer.use('/inner', inner)
  outer.get('/', (req, res) => void res.send(String('user' in req)))
  const browser = new Browser(await serve(t, outer))
  assert.equal(await locationOf(browser, '/inner/page'), '/inner/accounts/login/?next=/inner/page')
  assert.equal((await browser.get('/')).body, 'false')
})

test('a guard without the middleware in front says so', async (t) => {
  const { auth } = await testPostern()
  const { loginRequired } = onExpress(auth)
  const app = express()
  app.set('env', 'test')
  app.get(
    '/',
    loginRequired((_req, res) => void res.send('in')),
  )
  const reply = await new Browser(await serve(t, app)).get('/')
  assert.equal(reply.status, 500)
  assert.match(reply.body, /app\.use\(middleware\) before the route/)
})
