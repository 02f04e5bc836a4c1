import assert from 'node:assert/strict'
import { test } from 'node:test'
import { html, messages, page, path, type View } from '../../src/index.ts'
import { postern } from '../../src/node.ts'
import { Browser } from '../support/browser.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

const WORK: Readonly<Record<string, View>> = {
  'session/': ({ session }) => {
    session.set('a', 1)
    return page('ok')
  },
  'token/': ({ csrfToken }) => page(html`<input value="${csrfToken}">`),
  'message/': (request) => {
    messages.info(request, 'hello')
    return page('ok')
  },
}

/** The same work in a view of urls, in a node:http handler and behind `handle(Request)`, each calling its answer public. */
test('a cookie never leaves in an answer that a shared cache may keep, whatever the handler says (CVE-2014-0473)', async (t) => {
  const urls = Object.entries(WORK).map(([route, view]) =>
    path(route, async (request, params) => {
      const answer = await view(request, params)
      return { ...answer, headers: [...answer.headers, ['Cache-Control', 'public, max-age=600'] as const] }
    }),
  )
  const { auth } = await testPostern({ urls })
  const listener = postern(auth).handler(async (req, res, request) => {
    res.setHeader('Cache-Control', 'public, max-age=600')
    await WORK[(req.url ?? '').slice('/own/'.length)]?.(request, {})
    res.end()
  })
  const browser = new Browser(await serve(t, listener))
  for (const route of Object.keys(WORK)) {
    for (const target of [`/${route}`, `/own/${route}`]) {
      const reply = await browser.copy().get(target)
      assert.ok(reply.setCookies.length > 0, target)
      assert.equal(reply.headers['cache-control'], 'private, no-store', target)
    }
    const response = await auth.handle(new Request('http://localhost/elsewhere'), {
      otherwise: async (request) => {
        await WORK[route]?.(request, {})
        return new Response('', { headers: { 'Cache-Control': 'public, max-age=600' } })
      },
    })
    assert.equal(response.headers.get('cache-control'), 'private, no-store', route)
  }
})

test("a handler's own Cache-Control that keeps shared caches out stands beside a cookie", async (t) => {
  const own = 'private, max-age=60'
  const { auth } = await testPostern()
  const listener = postern(auth).handler((_req, res, request) => {
    res.setHeader('Cache-Control', own)
    request.session.set('a', 1)
    res.end()
  })
  const browser = new Browser(await serve(t, listener))
  assert.equal((await browser.get('/')).headers['cache-control'], own)
})
