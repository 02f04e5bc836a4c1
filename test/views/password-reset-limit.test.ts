/** Asking for links is limited: nobody's mailbox is flooded from the page, and the limit tells nothing about accounts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALICE } from '../support/postern.ts'
import { resetSite } from '../support/reset-site.ts'

const LIMIT = 10

for (const [what, email] of [
  ['a known address', ALICE.email],
  ['an address that nobody has', 'nobody@example.com'],
] as const) {
  test(`${what} may be asked about ten times, and is then refused with the time of the next`, async (t) => {
    const world = await resetSite(t)
    for (let asked = 0; asked < LIMIT; asked += 1) assert.equal((await world.ask(email)).status, 302)
    const sent = world.mails.length
    const refused = await world.ask(email.toUpperCase())
    assert.equal(refused.status, 429)
    assert.ok(Number(refused.headers['retry-after']) > 0)
    assert.match(refused.body, /Too many failed attempts\. Try again in \d+ minutes?\./)
    assert.equal(world.mails.length, sent)
  })
}

test('with the limits off the page answers as Django does, however often', async (t) => {
  const world = await resetSite(t, { loginLimits: false })
  for (let asked = 0; asked <= LIMIT; asked += 1) assert.equal((await world.ask()).status, 302)
})
