/** Requests of several visitors at once through one `handle`: each sees its own user, session and body, and nobody else's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getUser } from '../../src/auth/get-user.ts'
import { logout } from '../../src/auth/logout.ts'
import { Pbkdf2Hasher } from '../../src/passwords/hashers/pbkdf2.ts'
import { type FetchVisitor, fetchSite, type Otherwise } from './fetch-site.ts'

const NAMES = ['ada', 'ben', 'cleo', 'dora']
const password = 'wonder-Land-42'

/** A site whose `/slow` waits until as many are in it as `together` says. */
async function crowded() {
  let waiting: (() => void)[] = []
  let together = 1
  const gate = (): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(resolve)
      if (waiting.length < together) return
      for (const go of waiting.reverse()) go()
      waiting = []
    })
  const otherwise =
    (fetchRequest: Request): Otherwise =>
    async (request) => {
      const before = String(request.user)
      const mark = request.query.get('mark') ?? ''
      request.session.set('mark', mark)
      await gate()
      if (request.query.has('leave')) await logout(fetchRequest)
      const field = (await request.form()).get('field') ?? ''
      const said = [before, String(getUser(fetchRequest)), request.session.get('mark') ?? '', mark, field]
      return new Response(said.join(' '), { headers: { 'x-user': before } })
    }
  const world = await fetchSite(otherwise, { passwordHashers: [new Pbkdf2Hasher({ rounds: 1 })] })
  const browsers: FetchVisitor[] = []
  for (const username of NAMES) {
    await world.auth.createUser({ username, password })
    const browser = world.visitor()
    await browser.post('/accounts/login/', { username, password })
    browsers.push(browser)
  }
  return { world, browsers, expect: (count: number) => (together = count) }
}

test('four users at once, each with a form of their own', async () => {
  const { browsers, expect } = await crowded()
  expect(NAMES.length)
  const replies = await Promise.all(
    browsers.map((browser, at) => browser.post(`/slow?mark=${at}`, { field: `f${at}` })),
  )
  for (const [at, reply] of replies.entries()) {
    assert.equal(await reply.text(), `${NAMES[at]} ${NAMES[at]} ${at} ${at} f${at}`)
    assert.equal(reply.headers.get('x-user'), NAMES[at])
  }
})

test('each gets the cookies of their own session', async () => {
  const { browsers, expect } = await crowded()
  expect(NAMES.length)
  const before = browsers.map((browser) => browser.cookies.get('sessionid'))
  const replies = await Promise.all(browsers.map((browser, at) => browser.get(`/slow?mark=${at}`)))
  for (const [at, reply] of replies.entries()) {
    const [line = ''] = reply.headers.getSetCookie()
    assert.match(line, new RegExp(`^sessionid=${before[at]};`))
  }
})

test('one logs out while the others are at work: they stay', async () => {
  const { browsers, expect } = await crowded()
  expect(NAMES.length)
  const replies = await Promise.all(
    browsers.map((browser, at) => browser.post(`/slow?mark=${at}${at === 1 ? '&leave' : ''}`)),
  )
  assert.equal(await replies[1]?.text(), 'ben AnonymousUser  1 ')
  expect(1)
  for (const [at, browser] of browsers.entries()) {
    const name = at === 1 ? 'AnonymousUser' : NAMES[at]
    assert.equal((await browser.get('/slow')).headers.get('x-user'), name)
  }
})

test('one Request handled twice at once is two requests', async () => {
  const { world, browsers, expect } = await crowded()
  expect(2)
  const request = browsers[0]?.request('/slow?mark=1') as Request
  const [one, two] = await Promise.all([world.handle(request), world.handle(request)])
  assert.equal(await one.text(), 'ada ada 1 1 ')
  assert.equal(await two.text(), 'ada ada 1 1 ')
})
