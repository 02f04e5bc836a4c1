/** The files about logging in, and about who may see what. */
import assert from 'node:assert/strict'
import { PASSWORD, USERNAME } from '../cookbook-site.ts'
import { submit } from '../submit.ts'
import type { Check } from './check.ts'

const LOGIN = '/accounts/login/'
const CREDENTIALS = { username: USERNAME, password: PASSWORD }
const INVALID_LOGIN = 'Please enter a correct username and password. Note that both fields may be case-sensitive.'

export const loggingIn: readonly Check[] = [
  {
    file: 'r01-authenticate',
    promise: 'authenticate gives the user or null, and logs nobody in',
    logsOut: false,
    hold: async (site) => {
      const browser = site.visitor()
      const right = await submit(browser, '/check/', CREDENTIALS)
      assert.equal(right.body, 'authenticate: demo\nrequest.user: AnonymousUser\n')
      assert.ok(!browser.cookies.has('sessionid'))
      assert.equal(await site.isLoggedIn(browser), false)
      for (const wrong of [{ password: 'wrong' }, { password: '' }, { username: 'nobody' }, { username: 'DEMO' }]) {
        const { body } = await submit(browser, '/check/', { ...CREDENTIALS, ...wrong })
        assert.equal(body, 'authenticate: null\nrequest.user: AnonymousUser\n', JSON.stringify(wrong))
      }
    },
  },
  {
    file: 'r02-users-groups-permissions',
    promise: 'who joins a group may do what it may, at once, and who leaves it may not',
    logsOut: false,
    hold: async (site) => {
      assert.equal((await site.visitor().get('/publish/')).status, 403)
      const browser = await site.loggedIn(LOGIN)
      const shown = async (): Promise<string[]> =>
        [...(await browser.get('/editors/')).body.matchAll(/<p>(.*?)<\/p>/g)].map(([, text = '']) => text)
      assert.equal((await browser.get('/publish/')).status, 403)
      assert.deepEqual(await shown(), ['Your groups: ', 'You may: ', 'May publish: '])
      assert.equal((await submit(browser, '/editors/', { do: 'join' })).headers.location, '/editors/')
      assert.equal((await browser.get('/publish/')).body, 'demo may publish')
      assert.deepEqual(await shown(), [
        'Your groups: editors',
        'You may: blog.change_post, blog.publish_post',
        'May publish: demo',
      ])
      await submit(browser, '/editors/', { do: 'leave' })
      assert.equal((await browser.get('/publish/')).status, 403)
      assert.deepEqual(await shown(), ['Your groups: ', 'You may: ', 'May publish: '])
    },
  },
  {
    file: 'r03-login',
    promise: 'login writes id, backend and hash into the session, under a new key',
    logsOut: false,
    hold: async (site) => {
      const browser = site.visitor()
      assert.deepEqual(JSON.parse((await browser.get('/session/')).body), { visits: 1 })
      const planted = browser.copy()
      assert.equal((await submit(browser, '/signin/', { ...CREDENTIALS, password: 'wrong' })).status, 200)
      assert.equal(browser.cookies.get('sessionid'), planted.cookies.get('sessionid'))
      assert.equal((await submit(browser, '/signin/', CREDENTIALS)).headers.location, '/session/')
      assert.notEqual(browser.cookies.get('sessionid'), planted.cookies.get('sessionid'))
      const session = JSON.parse((await browser.get('/session/')).body)
      assert.equal(session.visits, 2, 'what the visitor had stays')
      assert.equal(session._auth_user_id, '1')
      assert.equal(session._auth_user_backend, 'django.contrib.auth.backends.ModelBackend')
      assert.match(session._auth_user_hash, /^[0-9a-f]{64}$/)
      assert.deepEqual(JSON.parse((await planted.get('/session/')).body), { visits: 1 }, 'the old key is worth nothing')
      assert.ok(await site.isLoggedIn(browser))
    },
  },
  {
    file: 'r05-login-required',
    promise: 'the anonymous are sent to the login page and come back to where they were going',
    logsOut: false,
    hold: async (site) => {
      const browser = site.visitor()
      const refused = await browser.get('/dashboard/?tab=2&x=a%20b')
      assert.equal(refused.status, 302)
      assert.equal(refused.headers.location, '/accounts/login/?next=/dashboard/%3Ftab%3D2%26x%3Da%2520b')
      assert.match(String(refused.headers['cache-control']), /no-store/)
      assert.equal(refused.headers.vary, 'Cookie')
      const back = await submit(browser, refused.headers.location, CREDENTIALS)
      assert.equal(back.headers.location, '/dashboard/?tab=2&x=a%20b')
      const shown = await browser.get(back.headers.location)
      assert.equal(shown.body, 'Hello demo, this is /dashboard/')
      assert.match(String(shown.headers['cache-control']), /private.*no-store/)
    },
  },
  {
    file: 'r33-wrong-password',
    promise: 'a wrong name or password gives the form back, with the name and without the password',
    logsOut: false,
    hold: async (site) => {
      for (const page of ['/cadmin/login/', LOGIN]) {
        for (const wrong of [
          { username: USERNAME, password: 'wrong-secret-1' },
          { username: '"><b>x', password: PASSWORD },
        ]) {
          const browser = site.visitor()
          const reply = await submit(browser, page, wrong)
          assert.equal(reply.status, 200)
          assert.equal(reply.body.split(INVALID_LOGIN).length, 2, 'the error, once')
          assert.ok(!reply.body.includes(wrong.password), 'not the password')
          assert.ok(!reply.body.includes('"><b>'), 'escaped')
          const name = wrong.username.replace('"><b>', '&quot;&gt;&lt;b&gt;')
          assert.match(reply.body, new RegExp(`<input[^>]*name="username"[^>]*value="${name}"`))
          assert.ok(!browser.cookies.has('sessionid'))
          assert.equal(await site.isLoggedIn(browser), false)
        }
        const empty = await submit(site.visitor(), page, { username: '', password: '' })
        assert.equal(empty.body.split('This field is required.').length, 3, 'for each field')
        await site.loggedIn(page)
      }
    },
  },
  {
    file: 'r34-after-login',
    promise: 'without a setting, logging in leads to /accounts/profile/',
    logsOut: false,
    hold: async (site) => {
      const reply = await submit(site.visitor(), LOGIN, CREDENTIALS)
      assert.equal(reply.status, 302)
      assert.equal(reply.headers.location, '/accounts/profile/')
    },
  },
  {
    file: 'r34-after-login',
    promise: 'loginRedirectUrl is where logging in leads, after a safe next',
    logsOut: false,
    env: { LOGIN_REDIRECT_URL: 'home' },
    hold: async (site) => {
      const where: Readonly<Record<string, string>> = {
        '': '/home/',
        '?next=/somewhere/%3Fa%3Db': '/somewhere/?a=b',
        '?next=//evil.example/': '/home/',
        '?next=https://evil.example/': '/home/',
        '?next=javascript:alert(1)': '/home/',
      }
      for (const [query, expected] of Object.entries(where)) {
        const reply = await submit(site.visitor(), LOGIN + query, CREDENTIALS)
        assert.equal(reply.headers.location, expected, query)
      }
    },
  },
  {
    file: 'r35-redirect-authenticated-user',
    promise: 'who is logged in is sent on from the login page, but not in a circle',
    logsOut: false,
    hold: async (site) => {
      assert.equal((await site.visitor().get('/login/')).status, 200)
      const browser = await site.loggedIn('/login/')
      const again = await browser.get('/login/')
      assert.equal(again.status, 302)
      assert.equal(again.headers.location, '/home/')
      assert.equal((await browser.get('/login/?next=/somewhere/')).headers.location, '/somewhere/')
      assert.equal((await browser.get('/login/?next=//evil.example/')).headers.location, '/home/')
      const circle = await browser.get('/circle/')
      assert.equal(circle.status, 200)
      assert.match(circle.body, /name="password"/)
      assert.ok(await site.isLoggedIn(browser))
    },
  },
  {
    file: 'r36-login-url',
    promise: 'loginUrl is a URL name, and a page may have its own login page and field',
    logsOut: false,
    hold: async (site) => {
      const browser = site.visitor()
      const { location = '' } = (await browser.get('/dashboard/')).headers
      assert.equal(location, '/cadmin/login/?next=/dashboard/')
      assert.equal((await submit(browser, location, CREDENTIALS)).headers.location, '/dashboard/')
      const other = site.visitor()
      const { location: staff = '' } = (await other.get('/staff/')).headers
      assert.equal(staff, '/staff/login/?redirect_to=/staff/')
      assert.equal((await submit(other, staff, CREDENTIALS)).headers.location, '/staff/')
      assert.equal((await other.get('/staff/')).body, 'Hello demo')
    },
  },
  {
    file: 'r36-login-url',
    promise: 'loginUrl is a path as well',
    logsOut: false,
    env: { LOGIN_URL: '/staff/login/' },
    hold: async (site) => {
      const { location } = (await site.visitor().get('/dashboard/')).headers
      assert.equal(location, '/staff/login/?next=/dashboard/')
    },
  },
  {
    file: 'r37-user-attributes',
    promise: 'a page shows who is logged in',
    logsOut: false,
    hold: async (site) => {
      const browser = await site.loggedIn(LOGIN)
      const { body } = await browser.get('/cadmin/')
      const time = '[A-Z][a-z]+\\.? \\d{1,2}, \\d{4}, (?:noon|midnight|\\d{1,2}(?::\\d\\d)? [ap]\\.m\\.)'
      assert.match(body, /Welcome, demo/)
      assert.match(body, /<dd>demo@site\.example<\/dd>/)
      assert.match(body, /<dt>Staff<\/dt><dd>False<\/dd>/)
      assert.match(body, /<dt>Superuser<\/dt><dd>False<\/dd>/)
      assert.match(body, /<dt>Groups<\/dt><dd>authors, editors<\/dd>/)
      assert.match(body, new RegExp(`<dt>Last login</dt><dd>${time}</dd>`))
      assert.match(body, new RegExp(`<dt>Date joined</dt><dd>${time}</dd>`))
      assert.equal((await site.visitor().get('/cadmin/')).headers.location, '/accounts/login/?next=/cadmin/')
    },
  },
  {
    file: 'r41-wrapped-login-view',
    promise: 'a view of its own redirects the logged in and hands the others to the built-in view',
    logsOut: false,
    hold: async (site) => {
      const browser = site.visitor()
      assert.equal((await browser.get('/cadmin/')).headers.location, '/cadmin/login/?next=/cadmin/')
      assert.match((await browser.get('/cadmin/login/')).body, /<h1>Login<\/h1>/, 'the template that it was given')
      const wrong = await submit(browser, '/cadmin/login/', { ...CREDENTIALS, password: 'wrong' })
      assert.ok(wrong.body.includes(INVALID_LOGIN))
      assert.equal((await submit(browser, '/cadmin/login/', CREDENTIALS)).headers.location, '/cadmin/')
      const again = await browser.get('/cadmin/login/')
      assert.equal(again.status, 302)
      assert.equal(again.headers.location, '/cadmin/')
      assert.match(String(again.headers['cache-control']), /no-store/)
      assert.equal((await browser.get('/cadmin/')).body, 'Hello demo')
    },
  },
]
