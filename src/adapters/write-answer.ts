/** Writes an `Answer` with the means of node:http. */
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Answer } from '../kernel/answer.ts'
import { mergeVary } from '../kernel/cache-control.ts'

/** @param end what ends the response, where that is not to go through what others have put on top */
export function writeAnswer(response: ServerResponse, answer: Answer, end: ServerResponse['end'] = response.end): void {
  response.statusCode = answer.status
  response.statusMessage = ''
  for (const [name, value] of answer.headers) {
    const lower = name.toLowerCase()
    if (lower === 'set-cookie') response.appendHeader(name, value)
    else if (lower === 'vary') response.setHeader(name, mergeVary(response.getHeader(name)?.toString(), value))
    else response.setHeader(name, value)
  }
  const { body } = answer
  if (body instanceof ReadableStream) {
    // A client that goes away ends the stream; there is nobody left to tell.
    pipeline(Readable.fromWeb(body as never), response).catch(() => {})
  } else {
    Reflect.apply(end, response, [body])
  }
}
