import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPostern, html, loginRequired, logoutThenLogin, on, path, text } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import { postern } from '../../src/node.ts'
import { Browser } from '../support/browser.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

test('a view that answers something that is no answer is told what to return', async (t) => {
  const answers = { string: 'hi', object: html`<p>hi</p>`, function: logoutThenLogin(), nothing: null }
  for (const [what, answer] of Object.entries(answers)) {
    const errors: unknown[] = []
    const { auth } = await testPostern({ urls: [path('x/', () => answer as never)] })
    const { handler } = postern(auth, { onError: (error) => errors.push(error) })
    const browser = new Browser(
      await serve(
        t,
        handler((_req, res) => res.end()),
      ),
    )
    assert.equal((await browser.get('/x/')).status, 500)
    assert.match(String(errors[0]), new RegExp(`The view of /x/ answered (?:a )?${what}.*return text\\(`), what)
  }
})

test('the cure of an unknown host, followed to the letter, lets it in', async (t) => {
  const ask = async (allowedHosts: readonly string[]) => {
    const { auth } = await testPostern({ allowedHosts, urls: [path('', () => text('in'))] })
    const browser = new Browser(
      await serve(
        t,
        postern(auth).handler((_req, res) => res.end()),
      ),
    )
    return browser.get('/', { host: '192.168.1.5:8303', accept: 'application/json' })
  }
  const refused = await ask(['shop.example'])
  assert.equal(refused.status, 400)
  const host = /add '([^']+)' to allowedHosts/.exec(JSON.parse(refused.body).error.cure)?.[1] ?? ''
  assert.equal((await ask([host])).body, 'in')
})

test('a host in the settings with a scheme, a port or a path is refused at start', () => {
  for (const host of ['https://shop.example', 'shop.example:8000', 'shop.example/', '']) {
    const settings = { secretKey: 'x', database: memory(), development: true, allowedHosts: [host] }
    assert.throws(() => createPostern(settings), { message: /is a host alone, without scheme, port or path/ }, host)
  }
  for (const host of ['shop.example', '.shop.example', '127.0.0.1', '[::1]', '*']) {
    createPostern({ secretKey: 'x', database: memory(), development: true, allowedHosts: [host] })
  }
})

test("a parameter in Express's notation is refused at start, with the notation to use", () => {
  const urls = [path('posts/:id/', () => text(''))]
  assert.throws(
    () => createPostern({ secretKey: 'x', database: memory(), development: true, urls }),
    /<name> or <int:name>/,
  )
})

test('an account needs a name, and a password that is not a variable somebody forgot to set', async () => {
  const { auth } = await testPostern()
  await assert.rejects(auth.createUser({} as never), /needs a username/)
  await assert.rejects(auth.createUser({ username: 'eve', password: undefined }), /password is undefined/)
  assert.match((await auth.createUser({ username: 'eve', password: null })).password, /^!/)
})

test('an event that does not exist names those that do', () => {
  assert.throws(() => on('userLoggedOut' as never, () => {}), /no event 'userLoggedOut'.*user_logged_out/)
})

test('a program that is not logged in gets 401 in JSON that says what to do, a browser the login page', async (t) => {
  const { auth } = await testPostern({
    urls: [
      path(
        'api/',
        loginRequired(() => text('private')),
      ),
    ],
  })
  const browser = new Browser(
    await serve(
      t,
      postern(auth).handler((_req, res) => res.end()),
    ),
  )
  const refused = await browser.get('/api/', { accept: 'application/json' })
  assert.deepEqual([refused.status, refused.headers['content-type']], [401, 'application/json'])
  assert.equal(refused.headers['cache-control'], 'private, no-store')
  assert.equal(JSON.parse(refused.body).error.code, 'login_required')
  assert.equal((await browser.get('/api/', { accept: 'text/html,application/json' })).status, 302)
})

test('whoever follows a link to the logout reads that nothing happened, and stays in', async (t) => {
  const { auth } = await testPostern({ urls: [path('me/', ({ user }) => text(user.username))] })
  const browser = new Browser(
    await serve(
      t,
      postern(auth).handler((_req, res) => res.end()),
    ),
  )
  await browser.login()
  const got = await browser.get('/accounts/logout/', { accept: 'text/html' })
  assert.deepEqual([got.status, got.headers.allow], [405, 'POST, OPTIONS'])
  assert.match(got.body, /Nothing happened/)
  assert.equal((await browser.get('/accounts/logout/', { accept: 'application/json' })).body, '')
  assert.equal((await browser.get('/me/')).body, 'alice')
})
