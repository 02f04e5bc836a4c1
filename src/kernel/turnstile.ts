/**
 * Lets a crowd in a few at a time: of five hundred logins that arrive in one turn of the event loop each step would be taken five
 * hundred times before anybody else is looked at. Who comes alone goes through at once.
 */

/** How many go in one turn of the event loop. */
const AT_ONCE = 4

export class Turnstile {
  readonly #waiting: (() => void)[] = []
  #gone = 0

  /** @returns what to wait for; undefined where one may go */
  pass(): Promise<void> | undefined {
    if (this.#gone >= AT_ONCE) return new Promise((resolve) => this.#waiting.push(resolve))
    if (this.#gone === 0) setImmediate(this.#turn)
    this.#gone++
    return undefined
  }

  readonly #turn = (): void => {
    const next = this.#waiting.splice(0, AT_ONCE)
    this.#gone = next.length
    if (next.length > 0) setImmediate(this.#turn)
    for (const go of next) go()
  }
}
