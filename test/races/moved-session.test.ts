import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csrfExempt, logout, path, text } from '../../src/index.ts'
import { postern } from '../../src/node.ts'
import { Browser } from '../support/browser.ts'
import { DATABASES } from '../support/databases.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

for (const [store, open] of DATABASES) {
  test(`${store}: a logout that was at work while another tab changed the key ends the session under its new key too`, async (t) => {
    const loaded = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const { auth } = await testPostern({
      database: open(t),
      urls: [
        path('me/', ({ user }) => text(user.username)),
        path('cycle/', ({ session }) => {
          session.cycleKey()
          return text('moved')
        }),
        path(
          'slow-logout/',
          csrfExempt(async (request) => {
            loaded.resolve()
            await goOn.promise
            await logout(request)
            return text('bye')
          }),
        ),
      ],
    })
    const browser = new Browser(
      await serve(
        t,
        postern(auth).handler((_req, res) => res.end()),
      ),
    )
    await browser.login()
    const leaving = browser.copy().send('/slow-logout/', { method: 'POST' })
    await loaded.promise
    const other = browser.copy()
    assert.equal((await other.get('/cycle/')).body, 'moved')
    assert.equal((await other.get('/me/')).body, 'alice', 'the new key is alive before the logout')
    goOn.resolve()
    assert.equal((await leaving).body, 'bye')
    assert.equal((await other.get('/me/')).body, '', 'and dead after it')
  })
}
