/** The files about addresses: of the logout view, and of where it leads. */
import assert from 'node:assert/strict'
import type { Browser, Reply } from '../../support/browser.ts'
import type { CookbookSite } from '../cookbook-site.ts'
import { formsOf, submit } from '../submit.ts'
import type { Check } from './check.ts'

const ELSEWHERE = [
  'https://evil.example/',
  '//evil.example/',
  '///evil.example/',
  '/\\evil.example/',
  'javascript:alert(1)',
  'http://localhost.evil.example/',
]

/** Posts the token of the front page's button to an address, as a form with this action would. */
function post(path: string, fields: Readonly<Record<string, string>> = {}): (browser: Browser) => Promise<Reply> {
  return async (browser) => {
    const [form] = formsOf((await browser.get('/')).body, '/')
    return browser.send(path, { method: 'POST', form: { ...form?.fields, ...fields } })
  }
}

async function target(
  site: CookbookSite,
  path: string,
  fields?: Readonly<Record<string, string>>,
): Promise<string | number> {
  const { reply } = await site.logsOut(post(path, fields))
  return reply.headers.location ?? reply.status
}

export const whereToGo: readonly Check[] = [
  {
    file: 'r08-logout-url',
    promise: 'the name of the URL is its address in code and in templates',
    logsOut: true,
    hold: async (site) => {
      const visitor = site.visitor()
      assert.equal((await visitor.get('/where/')).body, '/logout/')
      const home = await visitor.get('/home/')
      assert.equal(home.body.trim(), '<a href="/logout/">Logout</a>')
      assert.equal(home.headers['cache-control'], undefined)
      const { reply } = await site.logsOut((browser) => browser.get('/logout/'))
      assert.equal(reply.headers.location, '/accounts/login/')
    },
  },
  {
    file: 'r10-logout-redirect-url',
    promise: 'the setting is a URL name; next goes before nextPage, nextPage before the setting',
    logsOut: true,
    env: { LOGOUT_REDIRECT_URL: 'login' },
    hold: async (site) => {
      assert.equal(await target(site, '/logout/'), '/accounts/login/')
      assert.equal(await target(site, '/leave/'), '/home/')
      assert.equal(await target(site, '/leave/?next=/somewhere/'), '/somewhere/')
      assert.equal(await target(site, '/leave/?next=//evil.example/'), '/home/')
      assert.equal(await target(site, '/logout/?next=//evil.example/'), '/accounts/login/')
    },
  },
  {
    file: 'r10-logout-redirect-url',
    promise: 'the setting is a path as well',
    logsOut: true,
    env: { LOGOUT_REDIRECT_URL: '/' },
    hold: async (site) => assert.equal(await target(site, '/logout/'), '/'),
  },
  {
    file: 'r10-logout-redirect-url',
    promise: 'without the setting there is the logged-out page',
    logsOut: true,
    env: { LOGOUT_REDIRECT_URL: '' },
    hold: async (site) => {
      const { reply } = await site.logsOut(post('/logout/'))
      assert.equal(reply.status, 200)
      assert.match(reply.body, /You are logged out/)
      assert.equal(await target(site, '/leave/'), '/home/')
    },
  },
  {
    file: 'r11-logout-button',
    promise: 'the form with its token logs out; without it, or with a wrong one, nothing happens',
    logsOut: true,
    hold: async (site) => {
      const { reply } = await site.logsOut(async (browser) => {
        const [form] = formsOf((await browser.get('/dashboard/')).body, '/dashboard/')
        assert.deepEqual(Object.keys(form?.fields ?? {}), ['csrfmiddlewaretoken'])
        assert.equal(form?.action, '/logout/')
        for (const forged of [{}, { csrfmiddlewaretoken: '' }, { csrfmiddlewaretoken: 'a'.repeat(64) }]) {
          const refused = await browser.send('/logout/', { method: 'POST', form: forged })
          assert.equal(refused.status, 403)
          assert.match(refused.body, /CSRF/)
        }
        const headers = { origin: 'https://evil.example' }
        const foreign = await browser.send('/logout/', { method: 'POST', form: form?.fields ?? {}, headers })
        assert.equal(foreign.status, 403)
        assert.ok(await site.isLoggedIn(browser))
        return submit(browser, '/dashboard/')
      })
      assert.equal(reply.status, 200)
    },
  },
  {
    file: 'r12-next',
    promise: 'next in the address and in the form leads there, but never to another host',
    logsOut: true,
    hold: async (site) => {
      const { reply: byAddress } = await site.logsOut((browser) => submit(browser, '/account/', {}, 0))
      assert.equal(byAddress.headers.location, '/home/')
      const { reply: byField } = await site.logsOut((browser) => submit(browser, '/account/', {}, 1))
      assert.equal(byField.headers.location, '/home/')
      for (const bad of ELSEWHERE) {
        const page = `/account/?next=${encodeURIComponent(bad)}`
        for (const nth of [0, 1]) {
          const { reply } = await site.logsOut((browser) => submit(browser, page, {}, nth))
          assert.equal(reply.status, 200, `${bad} is no place to go`)
          assert.equal(reply.headers.location, undefined)
        }
      }
      const login = await submit(site.visitor(), '/accounts/login/?next=/home/', {
        username: 'demo',
        password: 'a-Password-of-the-tests',
      })
      assert.equal(login.headers.location, '/home/')
    },
  },
  {
    file: 'r42-urls-under-a-prefix',
    promise: 'everything is below the prefix, and every name leads there',
    logsOut: true,
    hold: async (site) => {
      const visitor = site.visitor()
      assert.equal((await visitor.get('/cadmin/')).headers.location, '/cadmin/login/?next=/cadmin/')
      for (const gone of ['/accounts/login/', '/accounts/logout/', '/login/']) {
        assert.equal((await visitor.get(gone)).status, 404)
      }
      const { reply } = await site.logsOut(async (browser) => {
        assert.equal((await browser.get('/cadmin/logout/')).status, 405)
        const [form] = formsOf((await browser.get('/cadmin/')).body, '')
        assert.equal(form?.action, '/cadmin/logout/')
        return submit(browser, '/cadmin/')
      }, '/cadmin/login/')
      assert.match(reply.body, /You are logged out\. Click <a href="\/cadmin\/login\/">here<\/a>/)
    },
  },
]
