/**
 * Reads the body of a node:http request and puts it back: whoever parses or reads it later finds it untouched. A body that
 * a check for CSRF had used up would reach the application for some visitors and not for others.
 */
import type { IncomingMessage } from 'node:http'
import { RequestError } from '../errors.ts'
import { BodyBuffer, type BodyLimits } from '../kernel/forms.ts'

/** @throws {RequestError} 413 when it is too large, 400 when it breaks off */
export function peekBody(message: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const body = new BodyBuffer(limits)
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
        // What is still on its way has to go somewhere, or the connection hangs.
        message.resume()
        reject(error)
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
