import assert from 'node:assert/strict'
import { test } from 'node:test'
import { path, redirect, requireHttpMethods, requirePost, reverse, text } from '../../src/index.ts'
import { postern } from '../../src/node.ts'
import { Browser } from '../support/browser.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

const urls = [
  path(
    'post-only/',
    requirePost(() => text('posted')),
  ),
  path(
    'two/',
    requireHttpMethods(['GET', 'HEAD'], () => text('got')),
  ),
  path('posts/<int:id>/', (_request, { id }) => text(`post ${id}`), { name: 'post' }),
  path('to-post/', () => redirect('post', { params: { id: 5 } })),
  path('where/', (request) => text(reverse(request, 'post', { id: 7 }))),
  path('nowhere/', (request) => text(reverse(request, 'post'))),
  path('no-such-post/', (request) => text(reverse(request, 'post', { id: 'seven' }))),
]

test('a view for POST alone answers others with 405 and Allow', async (t) => {
  const { auth } = await testPostern({ urls })
  const browser = new Browser(
    await serve(
      t,
      postern(auth).handler((_req, res) => res.end()),
    ),
  )
  const got = await browser.get('/post-only/')
  assert.deepEqual([got.status, got.headers.allow], [405, 'POST'])
  assert.equal((await browser.post('/post-only/')).body, 'posted')
  const posted = await browser.post('/two/')
  assert.deepEqual([posted.status, posted.headers.allow], [405, 'GET, HEAD'])
  assert.equal((await browser.get('/two/')).body, 'got')
})

test('a redirect and reverse take the parameters of a named URL, and what does not fit is an error', async (t) => {
  const { auth } = await testPostern({ urls })
  const errors: unknown[] = []
  const { handler } = postern(auth, { onError: (error) => errors.push(error) })
  const browser = new Browser(
    await serve(
      t,
      handler((_req, res) => res.end()),
    ),
  )
  assert.equal((await browser.get('/to-post/')).headers.location, '/posts/5/')
  assert.equal((await browser.get('/where/')).body, '/posts/7/')
  assert.equal((await browser.get('/nowhere/')).status, 500)
  assert.match(String(errors[0]), /There is no URL named 'post'\.$/)
  assert.equal((await browser.get('/no-such-post/')).status, 500)
  assert.match(String(errors[1]), /There is no URL named 'post' with these parameters\.$/)
})
