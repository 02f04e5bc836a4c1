/** Each file of the cookbook is started as its readers start it, and does over HTTP what the documents promise. */
import { describe, test } from 'node:test'
import { subjects } from './checks/all-checks.ts'
import { runCookbook } from './cookbook-site.ts'

for (const [subject, checks] of Object.entries(subjects)) {
  describe(`the cookbook about ${subject}`, { concurrency: 2 }, () => {
    for (const { file, promise, env = {}, hold } of checks) {
      test(`${file}: ${promise}`, async (t) => hold(await runCookbook(t, file, { env })))
    }
  })
}
