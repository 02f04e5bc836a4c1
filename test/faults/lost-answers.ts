/** A connection that is cut after a database has committed, and before it could say so: one suite for all servers of SQL. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../src/database.ts'
import { CuttingProxy, type ProxyTarget } from '../support/cutting-proxy.ts'
import { site } from '../support/site.ts'

type Hooks = { after(end: () => unknown): void }

/** What the suite is to be played with. */
export interface LostAnswers {
  readonly name: string
  /** Why it is not played, if it is not. */
  readonly skip: string | false
  /** What ends a transaction, as it is sent, and nothing else that is sent. */
  readonly commit: string
  /** An empty database, and how to open it at another port of this machine. */
  place(t: Hooks): Promise<{ readonly target: ProxyTarget; readonly open: (port: number) => Database }>
}

export function lostAnswers({ name, skip, commit, place }: LostAnswers): void {
  test(`${name}: a logout whose answer is lost is no promise, and pressing again finds it done`, {
    skip,
    timeout: 60_000,
  }, async (t) => {
    const { target, open } = await place(t)
    const proxy = await CuttingProxy.open(t, target)
    const here = await site(t, { database: open(proxy.port) })
    const browser = await here.loggedIn()
    const thief = browser.copy()
    await browser.get('/me')

    let lost = proxy.loseAnswerTo(commit)
    const left = await browser.logout()
    await lost
    assert.equal(left.status, 503)
    assert.doesNotMatch(left.body, /logged out/i)
    assert.deepEqual(left.setCookies, [])
    assert.equal((await thief.get('/me')).body, 'AnonymousUser', 'it was done')
    assert.equal((await browser.logout()).status, 200)

    lost = proxy.loseAnswerTo(commit)
    const visitor = here.visitor()
    assert.equal((await visitor.login()).status, 503)
    await lost
    assert.equal((await visitor.login()).status, 302)

    lost = proxy.loseAnswerTo(commit)
    assert.equal((await visitor.get('/set?cart=1')).status, 503)
    await lost
    assert.equal((await visitor.get('/get')).body, '{"cart":"1"}', 'it was done')
    assert.equal((await visitor.get('/set?cart=1')).status, 200)

    proxy.cutAll()
    while ((await visitor.get('/me')).status === 503);
    assert.equal((await visitor.get('/me')).body, 'alice')
  })
}
