/** What reaches the disk before an answer reaches the visitor, as the kernel saw it: a logout is flushed, a page view costs nothing. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Browser, type Reply } from '../support/browser.ts'
import { start } from '../support/child-process.ts'
import { tempFolder } from '../support/databases.ts'
import { strace } from '../support/requirements.ts'
import { type SystemCall, systemCalls, TRACED } from './system-calls.ts'

const found = strace()
const skip = found.skip ?? false

/** Lets a visitor go through some requests to a traced server. @returns the calls between one answer and the next, for each request */
async function traced(
  t: TestContext,
  requests: readonly ((visitor: Browser) => Promise<Reply>)[],
): Promise<SystemCall[][]> {
  const folder = tempFolder(t)
  const trace = join(folder, 'trace')
  const fixture = fileURLToPath(new URL('../races/fixtures/serve.ts', import.meta.url))
  const command = [...TRACED, '-o', trace, process.execPath, fixture, join(folder, 'db.sqlite3')]
  const server = await start(t, [found.skip === undefined ? found.path : '', ...command])
  const visitor = new Browser(server.firstLine)
  const statuses: string[] = []
  for (const request of requests) statuses.push(String((await request(visitor)).status))
  await server.stop()
  const rounds: SystemCall[][] = [[]]
  for (const call of systemCalls(trace)) {
    rounds.at(-1)?.push(call)
    if (call.what === 'answer') rounds.push([])
  }
  const answers = rounds.slice(0, -1)
  assert.deepEqual(
    answers.map((round) => round.at(-1)?.which),
    statuses,
    'the trace has every answer',
  )
  return answers
}

function isLog({ which }: SystemCall): boolean {
  return which.endsWith('-wal')
}

test('a logout is in the write-ahead log and flushed before the first byte of its answer', { skip }, async (t) => {
  const rounds = await traced(t, [
    (visitor) => visitor.get('/accounts/login/'),
    (visitor) => visitor.login(),
    (visitor) => visitor.logout(),
  ])
  const calls = rounds[2] ?? []
  const story = calls.map(({ what, which }) => `${what} ${which}`).join('\n')
  const steps = calls.filter((call) => isLog(call) || call.what === 'answer').map(({ what }) => what)
  // The deletion, on disk; what is noted of it afterwards (audit log, last logout), which need not be; the answer.
  assert.deepEqual(
    steps.filter((what, at) => what !== steps[at - 1]),
    ['page', 'flush', 'page', 'answer'],
    story,
  )
})

test('looking at pages writes and flushes nothing', { skip }, async (t) => {
  const rounds = await traced(t, [
    (visitor) => visitor.get('/accounts/login/'),
    (visitor) => visitor.login(),
    (visitor) => visitor.get('/read'),
    (visitor) => visitor.get('/read'),
    (visitor) => visitor.get('/public'),
    (visitor) => visitor.get('/accounts/login/'),
  ])
  assert.ok(
    rounds[1]?.some((call) => call.what === 'page' && isLog(call)),
    'a login writes, and the trace shows it',
  )
  for (const round of rounds.slice(2))
    assert.deepEqual(
      round.map(({ what }) => what),
      ['answer'],
    )
})

test('saving an ordinary value is written before the answer, and does not wait for the disk', { skip }, async (t) => {
  const rounds = await traced(t, [
    (visitor) => visitor.get('/accounts/login/'),
    (visitor) => visitor.login(),
    (visitor) => visitor.get('/write'),
  ])
  const whats = new Set(rounds[2]?.map(({ what }) => what))
  assert.deepEqual([...whats], ['page', 'answer'])
})
