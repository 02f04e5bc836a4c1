/** Work on a server that others write to at the same time. */
import { setTimeout as pause } from 'node:timers/promises'

/** How often it is tried, and the milliseconds between, at most. */
const TRIES = 5
const PAUSE = 20

/** @param isPassing whether the same may go through at another try: nothing was done @throws what the last try threw */
export async function tryAgain<T>(isPassing: (error: unknown) => boolean, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error) || tries === TRIES) throw error
      await pause(Math.random() * PAUSE)
    }
  }
}
