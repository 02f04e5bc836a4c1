import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DONE, REGISTER, registering, signUp } from '../support/registering.ts'

test('where everything asks for a login, the pages of registering and confirming do not', async (t) => {
  const world = await registering(t, { identify: 'email' }, { loginRequiredMiddleware: true })
  const browser = world.visitor()
  for (const page of [REGISTER, DONE, '/accounts/confirm/', '/accounts/confirm/x/']) {
    assert.equal((await browser.get(page)).status, 200, page)
  }
  assert.equal((await signUp(browser, { email: 'zoe@site.example' })).headers.location, DONE)
  assert.equal((await world.mailed()).length, 1)
  const again = await browser.post('/accounts/confirm/', { email: 'zoe@site.example' })
  assert.deepEqual([again.status, again.headers.location], [302, '/accounts/login/'])
})
