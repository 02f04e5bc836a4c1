/** Clients that go away in the middle: what they asked for is finished, and nobody else notices. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frameworks, type Handle } from '../support/frameworks.ts'
import { heldSite } from '../support/held-site.ts'
import { RawConnection } from '../support/raw-connection.ts'

const change: Handle = (_req, res, request) => {
  request.session.set('cart', 3)
  return res.end('it is in the cart')
}

for (const [name, listen] of Object.entries(frameworks)) {
  test(`${name}: a client that goes away while the answer is held does not stop what it asked for`, async (t) => {
    const gone = Promise.withResolvers<void>()
    const {
      writes,
      auth,
      base,
      browser: alice,
    } = await heldSite(t, listen, (req, res, request) => {
      if (req.url === '/who') return res.end(String(request.user.username))
      res.on('close', gone.resolve)
      return change(req, res, request)
    })
    const wire = await RawConnection.open(t, base)
    writes.hold()
    wire.ask('GET /buy', alice.cookies)
    await writes.reached
    wire.vanish()
    await gone.promise
    writes.release()
    assert.equal((await alice.get('/who')).body, 'alice')
    const stored = await writes.inner.load(
      auth.sessions.storedKey(alice.cookies.get('sessionid') ?? ''),
      auth.sessions.now(),
    )
    assert.equal(JSON.parse(auth.sessions.payloads.decode(stored?.data ?? '')?.json ?? '{}').cart, 3)
  })

  test(`${name}: a client that goes away before a refusal harms nobody else`, async (t) => {
    const gone = Promise.withResolvers<void>()
    const {
      writes,
      base,
      browser: alice,
    } = await heldSite(t, listen, (req, res, request) => {
      if (req.url === '/who') return res.end(String(request.user.username))
      res.on('close', gone.resolve)
      return change(req, res, request)
    })
    const wire = await RawConnection.open(t, base)
    writes.hold()
    wire.ask('GET /buy', alice.cookies)
    await writes.reached
    wire.vanish()
    await gone.promise
    writes.fail()
    assert.equal((await alice.get('/who')).body, 'alice')
  })
}
