/**
 * Plays several requests against each other, one store call at a time, in every order there is. Calls are held until all
 * requests that still run wait at one, or at a lock of a database; then one of them is let through. A schedule is the list of
 * those choices, and all schedules are played from scratch, depth first.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as pause } from 'node:timers/promises'

/** One request: it runs by itself until it calls the store. */
export type Actor = () => Promise<void>

interface Held {
  readonly call: string
  readonly letGo: () => void
}

export class Scheduler {
  readonly #actor = new AsyncLocalStorage<number>()
  readonly #isBlocked: ((actor: number) => Promise<boolean>) | undefined
  #held = new Map<number, Held>()
  #running = new Set<number>()
  #quiet: () => void = () => {}

  /** @param isBlocked whether the call of an actor that was let through waits for another actor's lock. @default never */
  constructor(isBlocked?: (actor: number) => Promise<boolean>) {
    this.#isBlocked = isBlocked
  }

  /** The actor that this is called by; undefined for everybody else. */
  get actor(): number | undefined {
    return this.#actor.getStore()
  }

  /** Holds a call of one of the actors; everybody else's goes through at once. */
  readonly hold = (call: string, proceed: () => unknown): unknown => {
    const actor = this.#actor.getStore()
    if (actor === undefined) return proceed()
    return new Promise<void>((letGo) => {
      this.#held.set(actor, { call, letGo })
      this.#rest(actor)
    }).then(proceed)
  }

  /**
   * Plays all schedules.
   * @param begin sets the stage anew and gives the actors
   * @param check is asked after each, with the calls in their order
   * @returns how many there were
   */
  async playAll(
    begin: () => Promise<readonly Actor[]>,
    check: (trace: readonly string[]) => Promise<void>,
  ): Promise<number> {
    let choices: number[] = []
    for (let played = 1; ; played++) {
      const { trace, options } = await this.#play(await begin(), choices)
      await check(trace)
      const taken = options.map((_, step) => choices[step] ?? 0)
      let last = options.length - 1
      while (last >= 0 && (taken[last] ?? 0) + 1 >= (options[last] ?? 0)) last--
      if (last < 0) return played
      choices = [...taken.slice(0, last), (taken[last] ?? 0) + 1]
    }
  }

  /** @returns the calls as they were made, and how many actors could have been chosen at each */
  async #play(actors: readonly Actor[], choices: readonly number[]): Promise<{ trace: string[]; options: number[] }> {
    const trace: string[] = []
    const options: number[] = []
    this.#held.clear()
    this.#running = new Set(actors.keys())
    const ended = actors.map((actor, number) => this.#actor.run(number, actor).finally(() => this.#rest(number)))
    for (;;) {
      await this.#allWait()
      const waiting = [...this.#held.keys()].sort((a, b) => a - b)
      if (waiting.length === 0) break
      const chosen = waiting[choices[options.length] ?? 0] ?? 0
      const held = this.#held.get(chosen)
      options.push(waiting.length)
      trace.push(`${chosen}:${held?.call}`)
      this.#held.delete(chosen)
      this.#running.add(chosen)
      held?.letGo()
    }
    await Promise.all(ended)
    return { trace, options }
  }

  #rest(actor: number): void {
    this.#running.delete(actor)
    if (this.#running.size === 0) this.#quiet()
  }

  async #allWait(): Promise<void> {
    while (this.#running.size > 0) {
      const quiet = new Promise<void>((resolve) => {
        this.#quiet = resolve
      })
      if (this.#isBlocked === undefined) return quiet
      // A lock is let go by somebody who is held here; where nobody is, the database ends the deadlock.
      if (this.#held.size > 0 && (await this.#allBlocked())) return
      await Promise.race([quiet, pause(1)])
    }
  }

  async #allBlocked(): Promise<boolean> {
    const asked = [...this.#running]
    const blocked = await Promise.all(asked.map((actor) => this.#isBlocked?.(actor)))
    return blocked.every(Boolean) && asked.every((actor) => this.#running.has(actor))
  }
}
