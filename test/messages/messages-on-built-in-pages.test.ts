import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreUnavailable } from '../../src/errors.ts'
import {
  html,
  LogoutView,
  logout,
  messages,
  type PosternOptions,
  path,
  redirect,
  type ViewAnswer,
} from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { site } from '../support/site.ts'

class FriendlyLogout extends LogoutView {
  override async post(): Promise<ViewAnswer> {
    const answer = await super.post()
    messages.success(this.request, 'See you soon.')
    return answer
  }
}

const urls: NonNullable<PosternOptions['urls']> = [
  path('leave', async (request) => {
    await logout(request)
    messages.success(request, 'You have successfully logged out.')
    return redirect('login')
  }),
  path('hostile', (request) => {
    messages.error(request, '<script>alert(1)</script>', { extraTags: '"><i>' })
    messages.info(request, html`<b>${'<fine>'}</b>`)
    return redirect('login')
  }),
  path('friendly', FriendlyLogout.asView()),
]

test('the goodbye of a logout is on the login page, once', async (t) => {
  const browser = await (await site(t, { urls })).loggedIn()
  const { headers } = await browser.get('/leave')
  const page = await browser.get(headers.location ?? '')
  assert.ok(page.body.includes('<li class="success">You have successfully logged out.</li>'), page.body)
  assert.doesNotMatch((await browser.get(headers.location ?? '')).body, /<ul class="messages"/)
})

test('a failed login shows what waits, and shows it once', async (t) => {
  const browser = await (await site(t, { urls })).loggedIn()
  await browser.logout()
  await browser.get('/hostile')
  assert.match((await browser.login('alice', 'wrong')).body, /<ul class="messages"/)
  assert.doesNotMatch((await browser.get('/accounts/login/')).body, /<ul class="messages"/)
})

test('text is escaped on the page, its tags too, and HTML is HTML', async (t) => {
  const browser = (await site(t, { urls })).visitor()
  await browser.get('/hostile')
  const { body } = await browser.get('/accounts/login/')
  assert.ok(body.includes('<li class="&quot;&gt;&lt;i&gt; error">&lt;script&gt;alert(1)&lt;/script&gt;</li>'), body)
  assert.ok(body.includes('<li class="info"><b>&lt;fine&gt;</b></li>'))
})

test('the logged-out page shows nothing that waited for the one who left', async (t) => {
  const browser = await (await site(t, { urls })).loggedIn()
  await browser.get('/hostile')
  const page = await browser.logout()
  assert.equal(page.status, 200)
  assert.doesNotMatch(page.body, /<ul class="messages"|script/, 'it was for the one who left')
})

test('a message added behind the answer of the view waits for the next page', async (t) => {
  const browser = await (await site(t, { urls })).loggedIn()
  assert.doesNotMatch((await browser.post('/friendly')).body, /See you soon/)
  assert.match((await browser.get('/accounts/login/')).body, /See you soon/)
})

test('the login page is served while the store is down, with the messages of the cookie', async (t) => {
  let down = false
  const database = intercepted(memory(), ({ proceed }) => {
    if (down) throw new StoreUnavailable()
    return proceed()
  })
  const browser = await (await site(t, { urls, database })).loggedIn()
  await browser.get('/hostile')
  down = true
  const page = await browser.get('/accounts/login/')
  assert.equal(page.status, 200)
  assert.match(page.body, /<ul class="messages"/)
})
