/** What proxies say of a request is believed as far as they were declared, and no further. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frameworks } from '../support/frameworks.ts'
import { heldSite } from '../support/held-site.ts'

/** Without proxies the connection alone counts. */
const DIRECT = { address: '127.0.0.1', scheme: 'http' }

const cases: readonly (readonly [
  sentence: string,
  proxies: number,
  headers: Readonly<Record<string, string>>,
  expected: { readonly address: string; readonly scheme: string },
])[] = [
  [
    'nobody declared: nothing is believed',
    0,
    { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https', forwarded: 'for=203.0.113.7;proto=https' },
    DIRECT,
  ],
  [
    'one declared: its own entry is believed',
    1,
    { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' },
    { address: '203.0.113.7', scheme: 'https' },
  ],
  [
    'one declared: what the client made up in front of it is not',
    1,
    { 'x-forwarded-for': '198.51.100.1, 203.0.113.7', 'x-forwarded-proto': 'https, http' },
    { address: '203.0.113.7', scheme: 'http' },
  ],
  [
    'two declared: the one that the outer proxy saw, and no more',
    2,
    { 'x-forwarded-for': '198.51.100.1,198.51.100.2 ,203.0.113.7,10.0.0.2', 'x-forwarded-proto': 'http,https,http' },
    { address: '203.0.113.7', scheme: 'https' },
  ],
  [
    'two declared and one entry: the inner proxy overwrites what it got',
    2,
    { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' },
    { address: '203.0.113.7', scheme: 'https' },
  ],
  ['declared and silent: the connection counts', 1, {}, DIRECT],
  [
    'IPv6 as it is',
    1,
    { 'x-forwarded-for': '2001:db8::1, 2001:db8:0:1::7' },
    { address: '2001:db8:0:1::7', scheme: 'http' },
  ],
  [
    'IPv6 in brackets, with a port',
    1,
    { 'x-forwarded-for': '[2001:db8::7]:4711' },
    { ...DIRECT, address: '2001:db8::7' },
  ],
  ['IPv4 with a port', 1, { 'x-forwarded-for': '203.0.113.7:4711' }, { ...DIRECT, address: '203.0.113.7' }],
  ['what is no address is not taken for one', 1, { 'x-forwarded-for': 'unknown' }, DIRECT],
  ['markup is not taken for an address', 1, { 'x-forwarded-for': '<script>alert(1)</script>' }, DIRECT],
  ['an empty entry is not taken for one', 1, { 'x-forwarded-for': '203.0.113.7,' }, DIRECT],
  ['a scheme in capitals', 1, { 'x-forwarded-proto': 'HTTPS' }, { ...DIRECT, scheme: 'https' }],
  ['a scheme that there is not', 1, { 'x-forwarded-proto': 'javascript' }, DIRECT],
  ['the host is never forwarded', 1, { 'x-forwarded-host': 'evil.example' }, DIRECT],
]

for (const [name, listen] of Object.entries(frameworks)) {
  for (const [sentence, proxies, headers, expected] of cases) {
    test(`${name}: ${sentence}`, async (t) => {
      const { browser } = await heldSite(
        t,
        listen,
        (_req, res, request) => {
          const { scheme, host } = request.incoming
          res.end(JSON.stringify({ scheme, host, address: request.incoming.clientAddress, secure: request.isSecure }))
        },
        {},
        { proxies },
      )
      const { host, address, scheme, secure } = JSON.parse((await browser.get('/', headers)).body)
      assert.deepEqual({ address, scheme }, expected)
      assert.equal(secure, scheme === 'https')
      assert.match(host, /^127\.0\.0\.1:\d+$/)
    })
  }
}
