/** The files about what goes wrong, and how it is told. */
import assert from 'node:assert/strict'
import type { Browser, Reply } from '../../support/browser.ts'
import { PASSWORD, USERNAME } from '../cookbook-site.ts'
import { submit } from '../submit.ts'
import type { Check } from './check.ts'

const JSON_PLEASE = { accept: 'application/json' }

/** A call of an API, with the token of `/api/token/` unless another one is given. */
async function call(browser: Browser, path: string, body: object, token?: string): Promise<Reply> {
  const sent = token ?? (JSON.parse((await browser.get('/api/token/')).body) as { token: string }).token
  const headers = {
    ...JSON_PLEASE,
    'content-type': 'application/json',
    ...(sent === '' ? {} : { 'x-csrftoken': sent }),
  }
  return browser.send(path, { method: 'POST', headers, body: JSON.stringify(body) })
}

function errorOf({ body }: Reply): { code: string; check: string; cure: string; explanation?: { reason: string } } {
  const { error } = JSON.parse(body) as { error?: ReturnType<typeof errorOf> }
  assert.ok(error, `an error in JSON: ${body}`)
  return error
}

export const troubles: readonly Check[] = [
  {
    file: 'r16-api-logout',
    promise: 'a program logs in and out in JSON, and reads what is missing',
    logsOut: true,
    hold: async (site) => {
      const visitor = site.visitor()
      const bare = await call(visitor, '/api/logout/', {}, '')
      assert.deepEqual([bare.status, errorOf(bare).code, errorOf(bare).check], [403, 'csrf', 'postern.E302'])
      const anonymous = await call(visitor, '/api/logout/', {})
      assert.deepEqual([anonymous.status, errorOf(anonymous).check], [401, 'postern.E401'])
      assert.equal(errorOf(anonymous).explanation?.reason, 'no_cookie')
      const wrong = await call(visitor, '/api/login/', { username: USERNAME, password: 'wrong' })
      assert.deepEqual([wrong.status, errorOf(wrong).code], [401, 'wrong'])
      let copy = visitor
      const { reply } = await site.logsOut(async (browser) => {
        const refused = await call(browser, '/api/logout/', {}, 'a'.repeat(64))
        assert.deepEqual([refused.status, errorOf(refused).check], [403, 'postern.E303'])
        assert.match(errorOf(refused).cure, /X-CSRFToken header/)
        assert.ok(await site.isLoggedIn(browser), 'nobody was logged out by that')
        const login = await call(browser, '/api/login/', { username: USERNAME, password: PASSWORD })
        assert.deepEqual([login.status, login.body], [200, `{"user":"${USERNAME}"}`])
        copy = browser.copy()
        return call(browser, '/api/logout/', {})
      })
      assert.deepEqual([reply.status, reply.body], [200, '{"ok":true}'])
      const late = await call(copy, '/api/logout/', {})
      assert.deepEqual([late.status, errorOf(late).explanation?.reason], [401, 'unknown_session'])
    },
  },
  {
    file: 'r21-four-troubles',
    promise: 'each of the four troubles is told with its cause and its cure',
    logsOut: true,
    hold: async (site) => {
      const wrongPage = await site.errors(/warning postern\.W204: .*\n.*\n/)
      assert.match(wrongPage, /nextPage of the view of '\/out\/' leads to 'kept', a page for those who are logged in/)
      assert.match(wrongPage, /PosternWarning: postern\.W204/, 'at start, by itself')
      const api = await site.visitor().get('/api/', JSON_PLEASE)
      assert.equal(api.status, 401)
      assert.equal(errorOf(api).explanation?.reason, 'no_cookie')
      let copy = site.visitor()
      const { reply } = await site.logsOut(async (browser) => {
        await browser.get('/kept/')
        assert.match(await site.errors(/postern\.W103: \/kept\/ .*/), /neverCache/)
        const forged = await submit(browser, '/form/')
        assert.equal(forged.status, 403)
        assert.match(forged.body, /CSRF token missing\..*put &lt;input type=.*<code>postern\.E303<\/code>/)
        copy = browser.copy()
        return submit(browser, '/')
      })
      assert.equal(reply.headers.location, '/kept/')
      assert.equal(errorOf(await copy.get('/api/', JSON_PLEASE)).explanation?.reason, 'unknown_session')
    },
  },
]
