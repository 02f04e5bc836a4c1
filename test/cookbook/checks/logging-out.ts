/** The files about ways to log out. */
import assert from 'node:assert/strict'
import type { Browser, Reply } from '../../support/browser.ts'
import type { CookbookSite } from '../cookbook-site.ts'
import { submit } from '../submit.ts'
import type { Check } from './check.ts'

/** The button of the front page. */
const button = (browser: Browser): Promise<Reply> => submit(browser, '/')
/** A link. */
const link =
  (path: string) =>
  (browser: Browser): Promise<Reply> =>
    browser.get(path)

async function leadsTo(site: CookbookSite, act: (browser: Browser) => Promise<Reply>, target: string): Promise<void> {
  const { reply } = await site.logsOut(act)
  assert.equal(reply.status, 302)
  assert.equal(reply.headers.location, target)
}

export const loggingOut: readonly Check[] = [
  {
    file: 'r06-logout',
    promise: 'after logout data and key are gone, on the server and in the browser, and the user is anonymous',
    logsOut: true,
    hold: async (site) => {
      const { reply, thief } = await site.logsOut(button)
      assert.deepEqual(JSON.parse(reply.body), { user: 'AnonymousUser', data: [], key: null, onTheServer: false })
      assert.equal((await thief.get('/')).headers.location, '/accounts/login/?next=/')
      assert.equal((await thief.post('/logout/')).status, 200, 'and once more is no error')
    },
  },
  {
    file: 'r07-logout-function-view',
    promise: 'a function view logs out and goes to the login page',
    logsOut: true,
    hold: async (site) => {
      await leadsTo(site, button, '/accounts/login/')
      await leadsTo(site, link('/logout/'), '/accounts/login/')
    },
  },
  {
    file: 'r09-logout-view',
    promise: 'LogoutView logs out and goes to its nextPage',
    logsOut: true,
    hold: (site) => leadsTo(site, button, '/accounts/login/'),
  },
  {
    file: 'r19-post-only',
    promise: 'a GET is refused with 405 and changes nothing; the button logs out',
    logsOut: true,
    hold: async (site) => {
      const { reply } = await site.logsOut(async (browser) => {
        for (const method of ['GET', 'HEAD']) {
          const refused = await browser.send('/logout/', { method })
          assert.equal(refused.status, 405)
          assert.equal(refused.headers.allow, 'POST, OPTIONS')
          assert.deepEqual(refused.setCookies, [])
        }
        assert.ok(await site.isLoggedIn(browser), 'nothing has changed')
        return button(browser)
      })
      assert.match(reply.body, /Logged out/)
    },
  },
  {
    file: 'r25-plain-text',
    promise: 'a logout view answers plain text',
    logsOut: true,
    hold: async (site) => {
      const { reply } = await site.logsOut(button)
      assert.equal(reply.headers['content-type'], 'text/plain; charset=utf-8')
      assert.equal(reply.body, 'You have been logged out.')
    },
  },
  {
    file: 'r26-custom-logout-view',
    promise: 'a subclass of LogoutView leads where it says, and is a LogoutView otherwise',
    logsOut: true,
    hold: async (site) => {
      assert.equal((await site.visitor().get('/logout/')).status, 405)
      await leadsTo(site, button, '/home/')
    },
  },
  {
    file: 'r27-sample-program',
    promise: 'two routes and a view log out and welcome to the homepage',
    logsOut: true,
    hold: async (site) => {
      await leadsTo(site, link('/logout/'), '/home/')
      const home = await site.visitor().get('/home/')
      assert.equal(home.body, 'Welcome to the homepage!')
      assert.equal(home.headers['cache-control'], undefined, 'a page that asks for nobody may be kept')
    },
  },
  {
    file: 'r28-missing-request',
    promise: 'logout without the request is a TypeError that says what to pass, and logs nobody out',
    logsOut: true,
    hold: async (site) => {
      await site.logsOut(async (browser) => {
        const wrong = await browser.get('/wrong/')
        assert.equal(wrong.status, 500)
        assert.deepEqual(wrong.setCookies, [])
        await site.errors(/TypeError: logout\(request\) needs the request: pass it the object that/)
        assert.ok(!wrong.body.includes('    at '), 'no stack for the client')
        assert.ok(await site.isLoggedIn(browser), 'nobody is logged out')
        return button(browser)
      })
    },
  },
  {
    file: 'r30-logout-of-nobody',
    promise: 'logging out somebody who is not logged in is no error',
    logsOut: true,
    hold: async (site) => {
      const nobody = site.visitor()
      const first = await nobody.get('/logout/')
      assert.equal(first.status, 200)
      assert.equal(first.body, 'Before: AnonymousUser. After: AnonymousUser.')
      assert.deepEqual([...nobody.cookies.keys()], [], 'nothing is set')
      nobody.cookies.set('sessionid', 'abcdefghijklmnopqrstuvwxyz012345')
      assert.equal((await nobody.get('/logout/')).status, 200)
      assert.ok(!nobody.cookies.has('sessionid'), 'a dead cookie goes')
      const { reply, thief } = await site.logsOut(link('/logout/'))
      assert.equal(reply.body, 'Before: demo. After: AnonymousUser.')
      assert.equal((await thief.get('/logout/')).body, 'Before: AnonymousUser. After: AnonymousUser.')
    },
  },
  {
    file: 'r31-built-in-views',
    promise: 'login and logout are there with ready pages',
    logsOut: true,
    hold: async (site) => {
      const page = await site.visitor().get('/accounts/login/')
      assert.equal(page.headers['content-type'], 'text/html; charset=utf-8')
      assert.match(page.body, /<title>Log in \| The cookbook<\/title>/)
      assert.equal((await site.visitor().get('/accounts/logout/')).status, 405)
      const { reply } = await site.logsOut(button)
      assert.equal(reply.status, 200)
      assert.match(reply.body, /<title>Logged out \| The cookbook<\/title>/)
      assert.match(reply.body, /href="\/accounts\/login\/"/)
    },
  },
  {
    file: 'r39-account-stays',
    promise: 'logging out leaves the account alone',
    logsOut: true,
    hold: async (site) => {
      const before = await site.loggedIn('/accounts/login/')
      const account = { id: 1, username: 'demo' }
      assert.deepEqual(JSON.parse((await before.get('/account/')).body), { isAuthenticated: true, ...account })
      const { browser } = await site.logsOut(button)
      assert.deepEqual(JSON.parse((await browser.get('/account/')).body), { isAuthenticated: false, ...account })
      await site.loggedIn('/accounts/login/')
    },
  },
]
