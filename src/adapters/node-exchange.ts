/** One request through Postern on node:http and Express: who is it, is it ours, else on to the application. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AuthRequest, REQUEST } from '../auth/auth-request.ts'
import { joined, type Slot } from '../auth/request-like.ts'
import type { Answer } from '../kernel/answer.ts'
import type { Postern } from '../postern.ts'
import type { User } from '../users/user.ts'
import { NodeRequest } from './node-request.ts'
import { isOver, ResponseWatcher } from './response-watcher.ts'
import { writeAnswer } from './write-answer.ts'

/** A request that an adapter has seen. */
export type BoundMessage<U extends User> = IncomingMessage & { [REQUEST]?: Slot<U> }

/**
 * @param goOn the application's turn; what it throws goes to `fail`
 * @param fail what Postern's own views threw, for the framework's error handling
 * @param report what went wrong after the application had begun its answer; the client has got another one
 */
export function exchange<U extends User>(
  postern: Postern<U>,
  message: BoundMessage<U>,
  response: ServerResponse,
  goOn: (request: AuthRequest<U>) => void,
  fail: (error: unknown, request?: AuthRequest<U>) => void,
  report: (error: unknown) => void,
): void {
  const opened = postern.open(new NodeRequest(message, postern.proxies))
  // Without a session there is nothing to wait for, and no closure to make: most requests of a public page go this way.
  if (!(opened instanceof Promise)) enter(postern, message, response, opened, goOn, fail, report)
  else opened.then((request) => enter(postern, message, response, request, goOn, fail, report)).catch(fail)
}

function enter<U extends User>(
  postern: Postern<U>,
  message: BoundMessage<U>,
  response: ServerResponse,
  request: AuthRequest<U>,
  goOn: (request: AuthRequest<U>) => void,
  fail: (error: unknown, request?: AuthRequest<U>) => void,
  report: (error: unknown) => void,
): void {
  message[REQUEST] = joined(message[REQUEST], request)
  const answer = postern.respond(request)
  if (answer === undefined) {
    request.watch(new ResponseWatcher(postern, request, response, report))
    goOn(request)
  } else answerOwn(postern, response, request, answer, goOn, fail, report)
}

function answerOwn<U extends User>(
  postern: Postern<U>,
  response: ServerResponse,
  request: AuthRequest<U>,
  answer: Answer | Promise<Answer | undefined>,
  goOn: (request: AuthRequest<U>) => void,
  fail: (error: unknown, request?: AuthRequest<U>) => void,
  report: (error: unknown) => void,
): void {
  const watch = (): void => request.watch(new ResponseWatcher(postern, request, response, report))
  Promise.resolve(answer)
    .then(
      (own) => {
        if (own !== undefined) return writeOwn(response, request, own)
        watch()
        return goOn(request)
      },
      (error) => {
        watch()
        fail(error, request)
      },
    )
    .catch(fail)
}

function writeOwn<U extends User>(response: ServerResponse, request: AuthRequest<U>, answer: Answer): void {
  // Its body may be a stream that is yet to ask; its head is decided.
  request.watch({
    read: () => {},
    changed: () => {},
    get isTooLate() {
      return !isOver(response)
    },
  })
  writeAnswer(response, answer)
}
