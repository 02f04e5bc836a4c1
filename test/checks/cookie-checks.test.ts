/** Troubles 1, 3 and 4: cookies and tokens that do not arrive. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csrfExempt, path, text } from '../../src/index.ts'
import { findings, ids } from './found.ts'

const hosts = { allowedHosts: ['shop.example'] }

test('a cookie that scripts cannot read, and none at all, are good to know', async () => {
  assert.deepEqual(await ids({ csrf: { cookieHttpOnly: true } }), ['I304'])
  assert.deepEqual(await ids({ csrf: { useSessions: true } }), ['I305'])
  assert.deepEqual(await ids({ csrf: { useSessions: true, cookieHttpOnly: true } }), ['I305'])
  const [hint] = await findings({ csrf: { cookieHttpOnly: true, cookieName: 'token' } })
  assert.match(hint?.message ?? '', /hides the cookie 'token' from the page's own scripts/)
})

test('a CSRF cookie that comes along on fewer pages than the session', async () => {
  assert.deepEqual(await ids({ csrf: { cookiePath: '/shop/' } }), ['W306'])
  assert.deepEqual(await ids({ csrf: { cookiePath: '/shop/' }, session: { cookiePath: '/shop/' } }), [])
  assert.deepEqual(await ids({ csrf: { cookiePath: '/shop/', useSessions: true } }), ['I305'])
})

test('a CSRF cookie for fewer hosts than the session', async () => {
  const session = { cookieDomain: '.shop.example' }
  const [warning] = await findings({ ...hosts, session })
  assert.equal(warning?.id, 'postern.W307')
  assert.match(warning.message, /'\.shop\.example' and csrf\.cookieDomain is not set/)
  assert.deepEqual(await ids({ ...hosts, session, csrf: { cookieDomain: 'www.shop.example' } }), ['W307', 'W404'])
  assert.deepEqual(await ids({ ...hosts, session, csrf: { cookieDomain: '.shop.example' } }), [])
  assert.deepEqual(await ids({ ...hosts, session, csrf: { useSessions: true } }), ['I305'])
})

test('a cookie for a domain that is not the site’s', async () => {
  const both = (cookieDomain: string) => ({ session: { cookieDomain }, csrf: { cookieDomain } })
  assert.deepEqual(await ids({ ...hosts, ...both('shop.example') }), [])
  assert.deepEqual(await ids({ allowedHosts: ['.Shop.example', 'a.shop.example'], ...both('.shop.EXAMPLE') }), [])
  assert.deepEqual(await ids({ allowedHosts: ['*'], ...both('shop.example') }), [])
  assert.deepEqual(await ids({ allowedHosts: ['myshop.example'], ...both('shop.example') }), ['W404', 'W404'])
  const [warning] = await findings(both('shop.example'))
  assert.match(warning?.message ?? '', /the host 'localhost' does not belong/, 'in development that is this machine')
})

test('pages of another site that are trusted, and whose requests come without the session', async () => {
  const trust = (...trustedOrigins: string[]) => ({ ...hosts, csrf: { trustedOrigins } })
  assert.deepEqual(await ids(trust('https://app.elsewhere.example')), ['W403'])
  assert.deepEqual(await ids(trust('https://app.shop.example', 'https://*.shop.example:8443')), [])
  assert.deepEqual(await ids({ ...trust('https://x.elsewhere.example'), allowedHosts: ['*'] }), [])
  assert.deepEqual(
    await ids({ csrf: { trustedOrigins: ['https://shop.example'] } }),
    [],
    'which site this is, nobody has said',
  )
  const none = { cookieSameSite: 'None', cookieSecure: true } as const
  assert.deepEqual(
    await ids({
      ...trust('https://app.elsewhere.example'),
      session: none,
      csrf: { ...none, trustedOrigins: ['https://app.elsewhere.example'] },
    }),
    ['I408'],
  )
  assert.deepEqual(await ids({ allowedHosts: ['127.0.0.1'], csrf: { trustedOrigins: ['http://127.0.0.1:5173'] } }), [])
  assert.deepEqual(await ids({ allowedHosts: ['[::1]'], csrf: { trustedOrigins: ['http://[::1]:5173'] } }), [])
  assert.deepEqual(await ids({ allowedHosts: ['10.0.0.1'], csrf: { trustedOrigins: ['http://10.9.0.1'] } }), ['W403'])
})

test('origins of anybody', async () => {
  assert.deepEqual(await ids({ ...hosts, csrf: { trustedOrigins: ['https://*.example'] } }), ['W310'])
  assert.deepEqual(await ids({ csrf: { trustedOrigins: ['https://*'] } }), ['W310'])
})

test('an exempt route that is a view, which stays checked', async () => {
  const urls = [path('hooks/pay/', () => text('')), path('hooks/<str:name>/', () => text(''))]
  const [warning] = await findings({ urls, csrf: { exempt: ['hooks/<str:name>/', 'api/'] } })
  assert.equal(warning?.id, 'postern.W308')
  assert.match(warning.message, /names 'hooks\/<str:name>\/', but '\/hooks\/pay\/' is a view/)
  assert.deepEqual(await ids({ urls, csrf: { exempt: ['api/'] } }), [])
  const said = [
    path(
      'hooks/pay/',
      csrfExempt(() => text('')),
    ),
  ]
  assert.deepEqual(await ids({ urls: said, csrf: { exempt: ['hooks/<str:name>/'] } }), [])
})

test('a session that does not come along from a link, and one that http may lose', async () => {
  assert.deepEqual(await ids({ session: { cookieSameSite: 'Strict' } }), ['I405'])
  assert.deepEqual(await ids({ session: { cookieSecure: true } }), ['I408'])
  assert.deepEqual(await ids({ session: { cookieSecure: true }, development: false, ...hosts }), [])
})
