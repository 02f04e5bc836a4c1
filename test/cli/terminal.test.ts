/** What `Terminal` prints, in this process: without a terminal it cannot be seen otherwise how long work goes on. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Terminal } from '../../src/cli/terminal.ts'

/** @param live whether stderr is a terminal @returns what is written to stderr */
function watched(t: TestContext, live: boolean): { terminal: Terminal; written: string[] } {
  const before = process.stdout.listeners('error')
  const wasTerminal = Object.getOwnPropertyDescriptor(process.stderr, 'isTTY')
  Object.defineProperty(process.stderr, 'isTTY', { value: live, configurable: true })
  t.after(() => {
    if (wasTerminal === undefined) Reflect.deleteProperty(process.stderr, 'isTTY')
    else Object.defineProperty(process.stderr, 'isTTY', wasTerminal)
    for (const listener of process.stdout.listeners('error')) {
      if (!before.includes(listener)) process.stdout.off('error', listener as () => void)
    }
  })
  const written: string[] = []
  t.mock.method(process.stderr, 'write', (text: string) => written.push(text) > 0)
  return { terminal: new Terminal(), written }
}

/** Runs work for so many seconds of a clock that is the test's. */
async function work(t: TestContext, terminal: Terminal, seconds: number): Promise<void> {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const { promise, resolve } = Promise.withResolvers<string>()
  const done = terminal.during('Clearing', promise)
  for (let passed = 0; passed < seconds; passed++) {
    now += 1000
    t.mock.timers.tick(1000)
  }
  resolve('done')
  assert.equal(await done, 'done')
}

test('on a terminal, long work is counted in place every second, and the line goes at the end', async (t) => {
  const { terminal, written } = watched(t, true)
  await work(t, terminal, 2)
  assert.deepEqual(written, ['\rClearing (1 s)', '\rClearing (2 s)', '\r\u001b[K'])
})

test('work that is over at once leaves nothing on the terminal', async (t) => {
  const { terminal, written } = watched(t, true)
  await work(t, terminal, 0)
  assert.deepEqual(written, [])
})

test('in a log, long work has a line every ten seconds', async (t) => {
  const { terminal, written } = watched(t, false)
  await work(t, terminal, 21)
  assert.deepEqual(written, ['Clearing (10 s)\n', 'Clearing (20 s)\n'])
})

test('an output that fails is a failure, but for a reader that has gone', (t) => {
  watched(t, false)
  const codes: unknown[] = []
  t.mock.method(process, 'exit', (code: unknown) => void codes.push(code))
  const [tell] = process.stdout.listeners('error').slice(-1) as ((error: unknown) => void)[]
  for (const code of ['EIO', 'EPIPE']) tell?.(Object.assign(new Error(code), { code }))
  assert.deepEqual(codes, [1, 0])
})

test('a question that nobody can answer ends in a failure that is told, without moving a cursor', (t) => {
  const { terminal, written } = watched(t, false)
  const exitCode = process.exitCode
  t.after(() => {
    process.exitCode = exitCode
  })
  const answered = terminal.onceAbandoned()
  assert.equal(process.exitCode, 1)
  const [tell] = process.listeners('exit').slice(-1)
  answered()
  tell?.(1)
  assert.deepEqual(written, [
    terminal.isInteractive ? '\u001b[?25h\nOperation cancelled.\n' : '\nOperation cancelled.\n',
  ])
})
