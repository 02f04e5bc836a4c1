/** Starts the benchmark's processes, each on one core where the machine allows, and talks with them one question at a time. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

/** Whether processes can be kept on a core of their own. */
export const pinned: boolean = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0

/**
 * The same young generation for everybody, megabytes. Left to itself V8 gives more of it to the process that loaded more,
 * and a server with Postern in front came out faster than the bare one.
 */
const flags = ['--min-semi-space-size=16', '--max-semi-space-size=16']

/** A process of the benchmark. */
export class Process {
  readonly #child: ChildProcess

  /** @param file below `bench` @param core counted from 0; null for all of them */
  constructor(file: string, args: readonly string[], core: number | null) {
    const command = [process.execPath, ...flags, join(import.meta.dirname, file), ...args]
    const [program = '', ...rest] = pinned && core !== null ? ['taskset', '-c', String(core), ...command] : command
    this.#child = spawn(program, rest, {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
  }

  /** Says something, or nothing, and waits for the answer. @throws when the process ends instead */
  ask<Reply>(question?: object): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const ended = (): void =>
        reject(new Error(`A process of the benchmark ended: ${this.#child.spawnargs.join(' ')}`))
      this.#child.once('exit', ended)
      this.#child.once('message', (reply) => {
        this.#child.off('exit', ended)
        resolve(reply as Reply)
      })
      if (question !== undefined) this.#child.send(question)
    })
  }

  stop(): void {
    this.#child.kill()
  }
}
