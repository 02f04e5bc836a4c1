/** In a real Chromium, without a line of JavaScript: from a forgotten password to a new one, and from there to another. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALICE } from '../support/postern.ts'
import { chromium } from '../support/requirements.ts'
import { linkIn, NEW_PASSWORD, type ResetSite, resetSite } from '../support/reset-site.ts'
import { browserFor, guest, type Visitor } from './visitor.ts'

const found = chromium()
const skip = found.skip ?? false

async function fill(visitor: Visitor, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await visitor.page.fill(`input[name=${name}]`, value)
  await visitor.page.click('form button')
}

async function at(visitor: Visitor, path: string): Promise<void> {
  await visitor.page.waitForURL(visitor.site.base + path)
}

const VISITS = new Map<string, (visitor: Visitor, world: ResetSite) => Promise<void>>()

VISITS.set('a forgotten password: the link of the mail, the form, the login', async (visitor, world) => {
  const { page } = visitor
  const sent: string[] = []
  page.on('request', (request) => {
    const { referer = '', origin = '' } = request.headers()
    sent.push(`${request.method()} ${new URL(request.url()).pathname} referer=${referer} origin=${origin}`)
  })
  await visitor.open('/accounts/login/')
  await page.click('text=Forgotten your password?')
  await at(visitor, '/accounts/password_reset/')
  await fill(visitor, { email: ALICE.email })
  await at(visitor, '/accounts/password_reset/done/')
  assert.match(await visitor.text(), /We’ve emailed you instructions/)
  await world.auth.settled()
  const link = linkIn(world.mails[0])
  const token = link.split('/').at(-2) ?? ''

  await visitor.open(link)
  assert.equal(visitor.path(), '/accounts/reset/MQ/set-password/', 'the token has left the address')
  assert.doesNotMatch(await page.content(), new RegExp(token))
  await fill(visitor, { new_password1: NEW_PASSWORD, new_password2: 'another' })
  await page.waitForSelector('.errorlist')
  assert.equal(await page.inputValue('input[name=new_password1]'), '', 'no password comes back')
  await fill(visitor, { new_password1: NEW_PASSWORD, new_password2: NEW_PASSWORD })
  await at(visitor, '/accounts/reset/done/')
  await page.click('a.button')
  await at(visitor, '/accounts/login/')
  await fill(visitor, { username: ALICE.username, password: NEW_PASSWORD })
  await at(visitor, '/accounts/profile/')
  await visitor.open('/me')
  assert.equal(await visitor.text(), 'alice')

  await visitor.open(link)
  assert.match(await visitor.text(), /The password reset link was invalid/)
  await page.click('a.button')
  await at(visitor, '/accounts/password_reset/')
  const told = sent.filter((line) => line.split(' ').slice(2).join(' ').includes(token))
  assert.deepEqual(told, [], 'the token is in no Referer')
  assert.ok(
    sent.some((line) => line.startsWith('POST /accounts/reset/') && line.endsWith(`origin=${visitor.site.base}`)),
    'the form says where it comes from',
  )
})

VISITS.set('a change of the password keeps this browser in', async (visitor) => {
  const { page } = visitor
  await visitor.open('/accounts/password_change/')
  await at(visitor, '/accounts/login/?next=/accounts/password_change/')
  await fill(visitor, { username: ALICE.username, password: ALICE.password })
  await at(visitor, '/accounts/password_change/')
  assert.equal(await page.getAttribute(':focus', 'name'), 'old_password', 'the first field has the focus')
  await fill(visitor, { old_password: ALICE.password, new_password1: NEW_PASSWORD, new_password2: NEW_PASSWORD })
  await at(visitor, '/accounts/password_change/done/')
  await visitor.open('/me')
  assert.equal(await visitor.text(), 'alice')
})

test('in Chromium', { skip }, async (t) => {
  if (found.skip !== undefined) return
  const browser = await browserFor(t, found.path)
  for (const [title, run] of VISITS) {
    await t.test(title, async (visit) => {
      const world = await resetSite(visit)
      await run(await guest(visit, browser, { base: world.base, ...ALICE, stylesheet: '' }), world)
    })
  }
})
