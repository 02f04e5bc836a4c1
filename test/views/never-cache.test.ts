import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loginRequired } from '../../src/auth/guards.ts'
import { redirect, text } from '../../src/auth/view.ts'
import { path } from '../../src/kernel/urls.ts'
import { neverCache } from '../../src/views/never-cache.ts'
import { site } from '../support/site.ts'

const NEVER = 'max-age=0, no-cache, no-store, must-revalidate, private'

test("neverCache puts Django's headers on answers and redirects, in place of the view's own", async (t) => {
  const world = await site(t, {
    urls: [
      path(
        'page/',
        neverCache(() => ({
          ...text('page'),
          headers: [
            ['cache-control', 'public'],
            ['EXPIRES', 'never'],
          ],
        })),
      ),
      path(
        'gone/',
        neverCache(() => redirect('login')),
      ),
      path('mine/', neverCache(loginRequired(() => text('mine')))),
    ],
  })
  const browser = world.visitor()
  for (const address of ['/page/', '/gone/', '/mine/']) {
    const reply = await browser.get(address)
    assert.equal(reply.headers['cache-control'], NEVER, address)
    assert.equal(reply.headers.expires, 'Thu, 15 Jan 2026 12:00:00 GMT', address)
  }
  world.clock.pass(3600)
  const reply = await (await world.loggedIn()).get('/mine/')
  assert.deepEqual([reply.body, reply.headers.expires], ['mine', 'Thu, 15 Jan 2026 13:00:00 GMT'])
})

test('neverCache keeps what a view says of itself: a webhook stays exempt from CSRF', async (t) => {
  const hook = neverCache(Object.assign(() => text('heard'), { csrfExempt: true }))
  const plain = neverCache(() => text('heard'))
  const world = await site(t, { urls: [path('hook/', hook), path('plain/', plain)] })
  const browser = world.visitor()
  assert.equal((await browser.send('/hook/', { method: 'POST' })).body, 'heard')
  assert.equal((await browser.send('/plain/', { method: 'POST' })).status, 403)
})
