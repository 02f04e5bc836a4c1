/** A pool that is too small for its visitors: one suite for all servers of SQL. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../src/database.ts'
import { site } from '../support/site.ts'

type Hooks = { after(end: () => unknown): void }

/** What the suite is to be played with. */
export interface CrowdedPool {
  readonly name: string
  /** Why it is not played, if it is not. */
  readonly skip: string | false
  /** A database by two connections, and how to keep everybody waiting for its sessions until it is told to go on. */
  open(t: Hooks): Promise<{ readonly database: Database; readonly block: () => Promise<() => Promise<unknown>> }>
}

export function crowdedPool({ name, skip, open }: CrowdedPool): void {
  test(`${name}: a pool of two with two hundred visitors answers each, and none waits longer than for a store`, {
    skip,
    timeout: 60_000,
  }, async (t) => {
    const { database, block } = await open(t)
    const here = await site(t, { database, storeTimeout: 1 })
    const visitors = await Promise.all(Array.from({ length: 20 }, () => here.loggedIn()))
    const all = Array.from({ length: 10 }, () => visitors.map((visitor) => visitor.copy())).flat()
    const answers = await Promise.all(all.map((visitor) => visitor.get('/me')))
    for (const { status, body } of answers) assert.ok(status === 503 || body === 'alice', `${status} ${body}`)
    assert.ok(answers.some(({ status }) => status === 200))

    const goOn = await block()
    const began = performance.now()
    const refused = await Promise.all(all.map((visitor) => visitor.logout()))
    const took = performance.now() - began
    assert.deepEqual([...new Set(refused.map(({ status }) => status))], [503])
    assert.ok(took < 20_000, `${took} ms`)
    await goOn()
    const first = visitors[0] ?? here.visitor()
    let left = await first.logout()
    while (left.status === 503) left = await first.logout()
    assert.equal(left.status, 200)
    assert.equal((await all[0]?.get('/me'))?.body, 'AnonymousUser')
  })
}
