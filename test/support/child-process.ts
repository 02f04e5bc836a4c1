/** A process of the test's own that says on its first line that it is ready, and ends with its standard input or by a signal. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { TestContext } from 'node:test'

export interface ReadyProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, null>
  /** Its first line: the address of a server, say. */
  readonly firstLine: string
  /** What it says after that. */
  readonly lines: Interface
  /** Lets it end, and waits for that. @returns its exit code, null when a signal ended it */
  readonly stop: () => Promise<number | null>
}

/** How a process is started and ended. */
export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>
  /** For a process that does not look at its input. @default it ends with its input */
  readonly endBy?: NodeJS.Signals
  /** @default the folder of the tests' process */
  readonly cwd?: string
}

/**
 * Starts a command and waits for its first line.
 * @param command the program and its arguments
 * @throws when it ends before it said anything
 */
export async function start(
  t: Pick<TestContext, 'after'>,
  command: readonly [string, ...string[]],
  { env = {}, endBy, cwd }: StartOptions = {},
): Promise<ReadyProcess> {
  const [program, ...given] = command
  const child = spawn(program, given, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env }, cwd })
  // A process that was killed cannot be told to end.
  child.stdin.on('error', () => {})
  const ended = once(child, 'exit')
  const stop = async (): Promise<number | null> => {
    if (endBy === undefined) child.stdin.end()
    else child.kill(endBy)
    await ended
    return child.exitCode
  }
  t.after(stop)
  const lines = createInterface(child.stdout)
  const [firstLine] = await Promise.race([once(lines, 'line'), ended.then(() => [])])
  if (typeof firstLine !== 'string') throw new Error(`${command.join(' ')} ended before it was ready.`)
  return { child, firstLine, lines, stop }
}
