/** An application's `onError` that fails itself: the client has its answer all the same, and the process goes on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreUnavailable } from '../../src/errors.ts'
import { postern as onNode } from '../../src/node.ts'
import { Browser } from '../support/browser.ts'
import { frameworks } from '../support/frameworks.ts'
import { heldSite } from '../support/held-site.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

const broken: Record<string, () => unknown> = {
  throws: () => {
    throw new Error('the logger failed')
  },
  rejects: () => Promise.reject(new Error('the logger failed')),
}

for (const [how, onError] of Object.entries(broken)) {
  for (const [name, listen] of Object.entries(frameworks)) {
    test(`${name}: a session that could not be stored is a 503, also when onError ${how}`, async (t) => {
      t.mock.method(process.stderr, 'write', () => true)
      const { auth, browser } = await heldSite(
        t,
        listen,
        (_req, res, request) => {
          request.session.set('seen', true)
          return res.end('stored')
        },
        { onError },
      )
      auth.sessions.store.update = () => Promise.reject(new StoreUnavailable())
      const reply = await browser.get('/')
      assert.equal(reply.status, 503)
      assert.notEqual(reply.body, 'stored')
    })
  }

  test(`node:http: a handler that throws is a 500, also when onError ${how}; both errors are written down`, async (t) => {
    const written: string[] = []
    t.mock.method(process.stderr, 'write', (text: string) => written.push(text) > 0)
    const { auth } = await testPostern()
    const { handler } = onNode(auth, { onError })
    const base = await serve(
      t,
      handler((req) => {
        const error = new Error('the handler failed')
        if (req.url === '/later') return Promise.reject(error)
        throw error
      }),
    )
    for (const path of ['/now', '/later']) assert.equal((await new Browser(base).get(path)).status, 500, path)
    for (const who of ['handler', 'logger'])
      assert.equal(written.filter((text) => text.startsWith(`Error: the ${who} failed`)).length, 2, who)
  })
}

test('node:http: the client is answered before anybody is told', async (t) => {
  const { auth } = await testPostern()
  const ended: boolean[] = []
  const seen: { writableEnded?: boolean } = {}
  const { handler } = onNode(auth, { onError: () => ended.push(seen.writableEnded === true) })
  const base = await serve(
    t,
    handler((_req, res) => {
      Object.defineProperty(seen, 'writableEnded', { get: () => res.writableEnded })
      throw new Error('the handler failed')
    }),
  )
  assert.equal((await new Browser(base).get('/')).status, 500)
  assert.deepEqual(ended, [true])
})
