/**
 * Reads the body of a node:http request and puts it back: whoever parses or reads it later finds it untouched. A body that
 * a check for CSRF had used up would reach the application for some visitors and not for others.
 */
import type { IncomingMessage } from 'node:http'
import { RequestError } from '../errors.ts'
import { BodyBuffer, type BodyLimits } from '../kernel/forms.ts'

/**
 * How much of a body that is too large is thrown away before the answer, bytes, and for how long, milliseconds: the connection ends
 * with the answer, and a client that is cut off while it sends may never read it (RFC 9112, 9.6).
 */
const THROWN_AWAY = 16 * 1024 * 1024
const PATIENCE = 1000

/** @throws {RequestError} 413 when it is too large, 400 when it breaks off */
export function peekBody(message: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let body: BodyBuffer
    try {
      body = new BodyBuffer(limits)
    } catch (error) {
      throwAway(message, () => reject(error))
      return
    }
    const stop = (): void => {
      message.off('readable', take).off('end', finish).off('error', breakOff).off('close', breakOff)
    }
    const breakOff = (cause?: unknown): void => {
      stop()
      reject(new RequestError(400, 'The body could not be read to its end.', cause))
    }
    const finish = (): void => {
      stop()
      // A turn later: until then the stream believes that somebody listens, and would not tell the next one.
      process.nextTick(resolve, body.bytes)
    }
    const take = (): void => {
      try {
        for (let chunk = message.read() as Buffer | null; chunk !== null; chunk = message.read() as Buffer | null)
          body.append(chunk)
      } catch (error) {
        stop()
        throwAway(message, () => reject(error))
        return
      }
      if (!message.complete) return
      // In the same turn as the last read: once `end` is emitted nothing can be put back.
      message.unshift(body.bytes)
      finish()
    }
    message.on('error', breakOff).on('close', breakOff).on('end', finish).on('readable', take)
    if (message.readableEnded) finish()
    else if (message.destroyed) breakOff()
  })
}

/** Calls when the rest of a body has come, or enough was waited for. What comes later still has to go somewhere, or the connection hangs. */
function throwAway(message: IncomingMessage, done: () => void): void {
  let left = THROWN_AWAY
  const take = (chunk: Buffer): void => {
    left -= chunk.length
    if (left < 0) finish()
  }
  const finish = (): void => {
    clearTimeout(timer)
    message.off('data', take).off('end', finish).off('close', finish).off('error', finish)
    message.resume()
    done()
  }
  const timer = setTimeout(finish, PATIENCE)
  message.on('data', take).on('end', finish).on('close', finish).on('error', finish)
  if (message.readableEnded || message.destroyed) finish()
}
