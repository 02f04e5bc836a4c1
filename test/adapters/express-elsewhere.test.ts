/** `postern/express` on connect, polka and a plain server: nothing is put on what all servers of the process share. */
import assert from 'node:assert/strict'
import { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { postern as onExpress } from '../../src/express.ts'
import { Browser } from '../support/browser.ts'
import { testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'

const NAMES = ['user', 'session', 'messages', 'csrfToken']

test('a plain server has req.user and the others on its own requests, and no other server notices', async (t) => {
  const { auth } = await testPostern()
  const { middleware } = onExpress(auth)
  const base = await serve(t, (req, res) =>
    middleware(req, res, () =>
      // Twice, as where one router is within another.
      middleware(req, res, (error) => {
        assert.ok(NAMES.every((name) => Reflect.get(req, name) !== undefined))
        res.end(String(error ?? Reflect.get(req, 'user').username))
      }),
    ),
  )
  const alice = new Browser(base)
  await alice.login()
  assert.equal((await alice.get('/')).body, 'alice')
  assert.equal((await new Browser(base).get('/')).body, '')
  assert.deepEqual(
    NAMES.filter((name) => name in IncomingMessage.prototype),
    [],
  )
  const other = await serve(t, (req, res) => {
    const owned = Object.assign(req, { user: 'of another server' })
    res.end(owned.user)
  })
  assert.equal((await new Browser(other).get('/')).body, 'of another server')
})

test('a plain server whose req.user is taken is told so', async (t) => {
  const { auth } = await testPostern()
  const { middleware } = onExpress(auth)
  const base = await serve(t, (req, res) => {
    Object.assign(req, { user: 'theirs' })
    middleware(req, res, (error) => res.end(String(error)))
  })
  assert.match((await new Browser(base).get('/')).body, /req\.user belongs to somebody else already/)
})
