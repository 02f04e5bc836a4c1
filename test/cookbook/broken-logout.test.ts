/** A test of the tests: where `logout` does not do its work, every check of a file that logs out fails. */
import assert, { AssertionError } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { allChecks } from './checks/all-checks.ts'
import { type BrokenLogout, runCookbook } from './cookbook-site.ts'

const checks = allChecks.filter(({ logsOut }) => logsOut)
const ways: readonly BrokenLogout[] = ['does nothing', 'leaves the session in the store']

for (const logout of ways) {
  describe(`a logout that ${logout}`, { concurrency: 2 }, () => {
    for (const { file, promise, env = {}, hold } of checks) {
      test(`is seen by the check of ${file}: ${promise}`, async (t) => {
        const site = await runCookbook(t, file, { env, logout })
        await assert.rejects(hold(site), AssertionError)
      })
    }
  })
}
