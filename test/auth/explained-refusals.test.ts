import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import express, { type RequestHandler } from 'express'
import { postern as onExpress } from '../../src/express.ts'
import {
  json,
  LoginRequiredView,
  loginRequired,
  PermissionDenied,
  path,
  text,
  userPassesTest,
  type ViewAnswer,
} from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import { postern as onNode } from '../../src/node.ts'
import type { PosternOptions } from '../../src/options.ts'
import { Browser } from '../support/browser.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'
import { site } from '../support/site.ts'

const JSON_PLEASE = { accept: 'application/json' }

class Account extends LoginRequiredView {
  get(): ViewAnswer {
    return text('yours')
  }
}

const urls = [
  path(
    'view/',
    loginRequired(() => text('yours')),
  ),
  path('class/', Account.asView()),
  path(
    'staff/',
    userPassesTest(
      ({ isStaff }) => isStaff,
      () => json({}),
    ),
  ),
  path('denied/', () => {
    throw new PermissionDenied('Not for you.')
  }),
]

/** The same guards on each framework: /view/, /class/ and /staff/ are views, /own a route of the framework. */
async function everywhere(t: TestContext, options: Partial<PosternOptions> = {}): Promise<Map<string, Browser>> {
  const { auth } = await testPostern({ urls, ...options })
  const node = onNode(auth)
  const own = node.loginRequired((_req, res) => res.end('yours'))
  const app = express()
  const { middleware, loginRequired: guard } = onExpress(auth)
  app.use(middleware as RequestHandler)
  app.get(
    '/own',
    guard((_req, res) => res.send('yours')),
  )
  return new Map([
    [
      'node:http',
      new Browser(
        await serve(
          t,
          node.handler((req, res, request) => own(req, res, request)),
        ),
      ),
    ],
    ['Express', new Browser(await serve(t, app))],
  ])
}

test('in development a program that is not let in reads why: no cookie, and after a logout no session', async (t) => {
  for (const [where, browser] of await everywhere(t)) {
    for (const address of ['/view/', '/class/', '/staff/', '/own']) {
      const { status, headers, body } = await browser.get(address, JSON_PLEASE)
      assert.deepEqual([status, headers['cache-control']], [401, 'private, no-store'], `${where} ${address}`)
      const { error } = JSON.parse(body)
      assert.equal(error.check, 'postern.E401')
      assert.equal(error.explanation.reason, 'no_cookie', `${where} ${address}`)
      assert.match(error.explanation.cure, /credentials: 'include'/)
    }
    await browser.login()
    assert.equal((await browser.get('/own', JSON_PLEASE)).body, 'yours')
    const copy = new Map(browser.cookies)
    await browser.logout()
    for (const [name, value] of copy) browser.cookies.set(name, value)
    const { error } = JSON.parse((await browser.get('/own', JSON_PLEASE)).body)
    assert.equal(error.explanation.reason, 'unknown_session')
    assert.equal((await browser.get('/own')).status, 302, 'a browser is sent to the login page as ever')
  }
})

test('outside development nobody is told', async (t) => {
  for (const [where, browser] of await everywhere(t, { development: false, allowedHosts: ['127.0.0.1'] })) {
    for (const address of ['/view/', '/own', '/class/']) {
      const { error } = JSON.parse((await browser.get(address, JSON_PLEASE)).body)
      assert.deepEqual(Object.keys(error), ['code', 'message', 'cure', 'check'], `${where} ${address}`)
    }
  }
})

test('when the store goes away between the two questions, that is the answer', async (t) => {
  const database = memory()
  const world = await site(t, { urls, database })
  const browser = await world.loggedIn()
  await browser.copy().logout()
  const load = t.mock.method(database.sessions, 'load')
  load.mock.mockImplementationOnce(() => {
    throw new Error('gone')
  }, 1)
  assert.equal((await browser.get('/view/', JSON_PLEASE)).status, 503)
  assert.equal(load.mock.callCount(), 2)
})

test('403 says in development who it was, on a page and in JSON', async (t) => {
  const world = await site(t, { urls })
  const alice = await world.loggedIn()
  const page = await alice.get('/denied/')
  assert.equal(page.status, 403)
  assert.match(page.body, /<p>Not for you\.<\/p><p class="muted">alice \(user 1\) is signed in\.<\/p>/)
  assert.match(page.body, /<code>postern\.E402<\/code>/)
  const { error } = JSON.parse((await alice.get('/staff/', JSON_PLEASE)).body)
  assert.equal(error.code, 'permission_denied')
  assert.deepEqual(error.explanation, { reason: 'signed_in', message: 'alice (user 1) is signed in.' })
  const stranger = JSON.parse((await world.visitor().get('/denied/', JSON_PLEASE)).body)
  assert.equal(stranger.error.explanation.reason, 'no_cookie')
})

test('403 says nothing of anybody outside development', async (t) => {
  const world = await site(t, { urls, development: false, allowedHosts: ['127.0.0.1'] })
  const alice = await world.loggedIn()
  for (const headers of [{}, JSON_PLEASE]) assert.doesNotMatch((await alice.get('/denied/', headers)).body, /alice/)
})
