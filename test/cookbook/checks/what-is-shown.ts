/** The files about what visitors see: messages, pages, and what is kept of them. */
import assert from 'node:assert/strict'
import { PASSWORD, USERNAME } from '../cookbook-site.ts'
import { submit } from '../submit.ts'
import type { Check } from './check.ts'

const CREDENTIALS = { username: USERNAME, password: PASSWORD }
const LOGIN = '/accounts/login/'
const NEVER = 'max-age=0, no-cache, no-store, must-revalidate, private'

export const whatIsShown: readonly Check[] = [
  {
    file: 'r13-messages',
    promise: 'the message shows once, on the next page, after the logout',
    logsOut: true,
    hold: async (site) => {
      const { reply, browser } = await site.logsOut((visitor) => submit(visitor, '/'), '/login/')
      assert.equal(reply.headers.location, '/login/')
      const item = '<li>You have been logged out successfully.</li>'
      assert.ok(!(await site.visitor().get('/login/')).body.includes(item), 'for nobody else')
      assert.equal((await browser.get('/login/')).body.split(item).length, 2, 'shown, once')
      const after = await browser.get('/login/')
      assert.ok(!after.body.includes('<ul>'), 'and no list after that')
    },
  },
  {
    file: 'r14-clear-session-data',
    promise: 'the cart is gone after the logout',
    logsOut: true,
    hold: async (site) => {
      const { reply, browser, thief } = await site.logsOut(async (visitor) => {
        assert.equal((await submit(visitor, '/cart/', { item: 'Tea' })).headers.location, '/cart/')
        await submit(visitor, '/cart/', { item: 'Bread' })
        assert.match((await visitor.get('/cart/')).body, /In the cart: Tea, Bread</)
        return visitor.get('/logout/')
      })
      assert.equal(reply.headers.location, LOGIN)
      for (const who of [browser, thief]) assert.match((await who.get('/cart/')).body, /In the cart: nothing</)
      assert.equal((await submit(browser, LOGIN, CREDENTIALS)).status, 302)
      assert.match((await browser.get('/cart/')).body, /In the cart: nothing</)
    },
  },
  {
    file: 'r15-never-cache',
    promise: 'no browser may keep the page, and after the logout it is not served',
    logsOut: true,
    hold: async (site) => {
      const { browser } = await site.logsOut(async (visitor) => {
        const page = await visitor.get('/dashboard/')
        assert.match(page.body, /Only demo may read this\./)
        assert.equal(page.headers['cache-control'], NEVER)
        assert.match(String(page.headers.vary), /\bCookie\b/)
        assert.ok(Date.parse(String(page.headers.expires)) <= Date.now())
        assert.equal(page.headers.etag, undefined)
        return submit(visitor, '/dashboard/')
      })
      const back = await browser.get('/dashboard/')
      assert.equal(back.status, 302)
      assert.equal(back.headers.location, '/accounts/login/?next=/dashboard/')
      assert.equal(back.headers['cache-control'], NEVER)
    },
  },
  {
    file: 'r17-automatic-logout',
    promise: 'half an hour of rest, the end of the browser and eight hours each end the session',
    logsOut: false,
    hold: async (site) => {
      const browser = site.visitor()
      const login = await submit(browser, LOGIN, CREDENTIALS)
      const cookie = login.setCookies.find((line) => line.startsWith('sessionid=')) ?? ''
      assert.match(cookie, /HttpOnly/)
      assert.doesNotMatch(cookie, /Max-Age|expires/i, 'the cookie goes with the browser')
      site.pass(1799)
      assert.equal((await browser.get('/dashboard/')).status, 200, 'a second before')
      site.pass(1799)
      assert.equal((await browser.get('/dashboard/')).status, 200, 'every request counts')
      const idle = browser.copy()
      site.pass(1801)
      for (const late of [browser, idle]) {
        assert.equal((await late.get('/dashboard/')).headers.location, '/accounts/login/?next=/dashboard/')
      }
      const busy = await site.loggedIn(LOGIN)
      for (let passed = 0; passed < 8 * 3600; passed += 1700) {
        assert.equal((await busy.get('/dashboard/')).status, 200, `${passed} s after the login`)
        site.pass(1700)
      }
      assert.equal((await busy.get('/dashboard/')).status, 302, 'eight hours after the login')
    },
  },
  {
    file: 'r18-goodbye-page',
    promise: 'a page of its own says goodbye to somebody who is logged out already',
    logsOut: true,
    hold: async (site) => {
      const { reply } = await site.logsOut((visitor) => submit(visitor, '/'))
      assert.equal(reply.status, 200)
      assert.match(reply.body, /Thank you for visiting our site\./)
      assert.match(reply.body, /<a href="\/accounts\/login\/">Login again<\/a>/)
      const { reply: goodbye } = await site.logsOut((visitor) => visitor.get('/goodbye/'))
      assert.match(goodbye.body, /You are logged out\./)
    },
  },
  {
    file: 'r22-full-workflow',
    promise: 'POST logs out with a message on the login page; GET goes back to the dashboard',
    logsOut: true,
    hold: async (site) => {
      const { reply, browser } = await site.logsOut(async (visitor) => {
        const get = await visitor.get('/logout/')
        assert.equal(get.headers.location, '/dashboard/')
        assert.ok(await site.isLoggedIn(visitor), 'GET changes nothing')
        const dashboard = await visitor.get('/dashboard/')
        assert.equal(dashboard.headers['cache-control'], NEVER)
        assert.ok(!dashboard.body.includes('<ul>'), 'nothing to say yet')
        const forged = await visitor.send('/logout/', { method: 'POST', form: {} })
        assert.equal(forged.status, 403)
        return submit(visitor, '/dashboard/')
      }, '/login/')
      assert.equal(reply.status, 302)
      assert.equal(reply.headers.location, '/login/')
      const item = '<li>You have successfully logged out.</li>'
      assert.equal((await browser.get('/login/')).body.split(item).length, 2)
      assert.ok(!(await browser.get('/login/')).body.includes(item))
      assert.equal((await browser.get('/dashboard/')).headers.location, '/login/?next=/dashboard/')
    },
  },
  {
    file: 'r29-own-login-system',
    promise: 'three views and three templates make a login system',
    logsOut: true,
    hold: async (site) => {
      const visitor = site.visitor()
      assert.equal((await visitor.get('/admin_page/')).headers.location, '/login/')
      const wrong = await submit(visitor, '/login/', { ...CREDENTIALS, password: 'wrong' })
      assert.equal(wrong.status, 200)
      assert.match(wrong.body, /<p>Error wrong username\/password<\/p>/)
      assert.doesNotMatch((await visitor.get('/login/')).body, /Error/, 'said once')
      const { reply } = await site.logsOut(async (browser) => {
        assert.equal((await browser.get('/login/')).headers.location, '/admin_page/')
        const page = await browser.get('/admin_page/')
        assert.match(page.body, /Welcome, demo/)
        assert.match(page.body, /demo@site\.example/)
        return browser.get(/href="([^"]*)">Logout</.exec(page.body)?.[1] ?? '')
      }, '/login/')
      assert.match(reply.body, /You are logged out\. Click <a href="\/login\/">here<\/a> to login again\./)
    },
  },
  {
    file: 'r32-template-name',
    promise: 'templateName and extraContext make the page, and a missing template says where it was looked for',
    logsOut: true,
    hold: async (site) => {
      const visitor = site.visitor()
      assert.match((await visitor.get(LOGIN)).body, /<h1>Welcome back<\/h1>/)
      const missing = await visitor.get('/missing/')
      assert.equal(missing.status, 500)
      const said = await site.errors(/There is no template 'cadmin\/missing\.html/)
      assert.match(said, /Looked for in: \S*examples\/cookbook\/templates/)
      const { reply } = await site.logsOut((browser) => submit(browser, '/'))
      assert.match(reply.body, /You are logged out\. Click <a href="\/accounts\/login\/">here<\/a> to login again\./)
    },
  },
  {
    file: 'r43-answers',
    promise: 'views answer pages, text and JSON',
    logsOut: false,
    hold: async (site) => {
      const visitor = site.visitor()
      const page = await visitor.get('/page/?name=%3Cscript%3E%26')
      assert.equal(page.headers['content-type'], 'text/html; charset=utf-8')
      assert.equal(page.body.trim(), '<h1>Hello, &lt;script&gt;&amp;</h1>')
      const text = await visitor.get('/text/')
      assert.equal(text.headers['content-type'], 'text/plain; charset=utf-8')
      assert.equal(text.body, 'Hello, world')
      const json = await visitor.get('/json/')
      assert.equal(json.headers['content-type'], 'application/json')
      assert.deepEqual(JSON.parse(json.body), { message: 'Hello, world' })
    },
  },
]
