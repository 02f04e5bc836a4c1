/**
 * Node's `spec` report with one more line at its end: what was skipped and why, or that nothing was. A run in
 * which no test ran at all fails, since `node --test` calls it a success.
 */
import { Readable } from 'node:stream'
import { spec, type TestEvent } from 'node:test/reporters'

type Unfinished = Map<string, number>

function count(reasons: Unfinished, reason: string | boolean | undefined): void {
  if (reason === undefined || reason === false) return
  const words = typeof reason === 'string' && reason !== '' ? reason : 'no reason given'
  reasons.set(words, (reasons.get(words) ?? 0) + 1)
}

function list(reasons: Unfinished): string {
  return [...reasons].map(([reason, times]) => `${reason} (${times})`).join('; ')
}

// The runner asks for the default export.
// biome-ignore lint/style/noDefaultExport: the interface of a reporter of node --test
export default async function* testReporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const skipped: Unfinished = new Map()
  const todo: Unfinished = new Map()
  let seen = 0

  async function* watched(): AsyncGenerator<TestEvent> {
    for await (const event of source) {
      if (event.type === 'test:pass' || event.type === 'test:fail') {
        count(skipped, event.data.skip)
        count(todo, event.data.todo)
        seen++
      }
      yield event
    }
  }

  yield* Readable.from(watched()).compose(new spec())
  if (seen === 0) {
    process.exitCode = 1
    yield '\nNo test ran: no file matched.\n'
  }
  yield skipped.size === 0 ? '\nNothing was skipped.' : `\nSkipped, with the number of tests: ${list(skipped)}.`
  yield todo.size === 0 ? '\n' : ` To do: ${list(todo)}.\n`
}
