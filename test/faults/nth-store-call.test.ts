/** The visits of `nth-call.ts` on every database, and on a cache whose calls and whose record's calls fail one by one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryCache } from '../../src/memory.ts'
import { raceSite } from '../races/race-site.ts'
import { openCached, watched } from '../support/cached.ts'
import { DATABASES } from '../support/databases.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { FAULTS, Fault, visit } from './nth-call.ts'

for (const [name, open] of DATABASES) {
  for (const [what, fail] of Object.entries(FAULTS)) {
    for (const lasting of [false, true]) {
      test(`${name}: every call in turn ${what}${lasting ? ', and so are all after it' : ''}`, async (t) => {
        const fault = new Fault(fail, lasting)
        const site = await raceSite(t, intercepted(open(t), fault.onCall))
        const failed: string[] = []
        for (let calls = 1; !(await visit(site, fault, calls)); calls++) failed.push(fault.failed)
        t.diagnostic(`${failed.length} calls: ${failed.join(', ')}`)
        for (const call of [
          'users.findByUsername',
          'sessions.create',
          'sessions.load',
          'sessions.update',
          'sessions.delete',
        ]) {
          assert.ok(failed.includes(call), call)
        }
      })
    }
  }
}

for (const [what, fail] of Object.entries(FAULTS)) {
  for (const lasting of [false, true]) {
    test(`cached: every call of the record and the cache in turn ${what}${lasting ? ', and so are all after it' : ''}`, async (t) => {
      const failed: string[] = []
      for (let calls = 1, clean = false; !clean; calls++) {
        const fault = new Fault(fail, lasting)
        // A cache that failed is left alone for a while, so that each visit needs another.
        const step = watched(({ name, args, proceed }) => fault.onCall({ name, args, proceed }))
        const site = await raceSite(t, openCached(t, memoryCache(), step))
        clean = await visit(site, fault, calls)
        if (!clean) failed.push(fault.failed)
      }
      t.diagnostic(`${failed.length} calls: ${failed.join(', ')}`)
      for (const call of ['record.create', 'cache.look', 'record.load', 'cache.fill', 'record.delete', 'cache.drop']) {
        assert.ok(failed.includes(call), call)
      }
    })
  }
}
