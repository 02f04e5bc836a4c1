/**
 * Tells an application what went wrong. What its `onError` does, throwing or rejecting, changes no answer and ends no
 * process.
 */
import type { IncomingMessage } from 'node:http'
import { inspect } from 'node:util'

/** Never throws. */
export type Report = (error: unknown, req: IncomingMessage) => void

/** @param onError the application's own; left out, errors are written to stderr */
export function reporter(onError: ((error: unknown, req: IncomingMessage) => unknown) | undefined): Report {
  if (onError === undefined) return writeDown
  return (error, req) => {
    try {
      const result = onError(error, req)
      if (result instanceof Promise) result.catch((failure) => lost(error, failure))
    } catch (failure) {
      lost(error, failure)
    }
  }
}

/** Neither the error nor why nobody was told of it may go under. */
function lost(error: unknown, failure: unknown): void {
  writeDown(error)
  writeDown(failure)
}

function writeDown(error: unknown): void {
  process.stderr.write(`${inspect(error)}\n`)
}
