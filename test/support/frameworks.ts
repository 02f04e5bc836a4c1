/** The same handler on each framework, so that one test speaks for all of them. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import express, { type RequestHandler } from 'express'
import type { AuthRequest } from '../../src/auth/auth-request.ts'
import { postern as onExpress } from '../../src/express.ts'
import { postern as onNode } from '../../src/node.ts'
import type { Postern } from '../../src/postern.ts'

export type Handle = (req: IncomingMessage, res: ServerResponse, request: AuthRequest) => unknown
type Middleware = (req: IncomingMessage, res: ServerResponse, next: () => void) => void

export interface Around {
  /** In front of Postern. */
  readonly before?: Middleware
  /** Between Postern and the handler. */
  readonly after?: Middleware
  /** Told of the errors that came out of handlers. */
  readonly onError?: (error: unknown) => void
}

export type Listen = (auth: Postern, handle: Handle, around?: Around) => RequestListener

const pass: Middleware = (_req, _res, next) => next()

export const frameworks: Readonly<Record<'node:http' | 'Express', Listen>> = {
  'node:http': (auth, handle, { before = pass, after = pass, onError = () => {} } = {}) => {
    const listener = onNode(auth, { onError }).handler(
      (req, res, request) =>
        new Promise((resolve, reject) => {
          after(req, res, () => {
            try {
              resolve(handle(req, res, request))
            } catch (error) {
              reject(error)
            }
          })
        }),
    )
    return (req, res) => before(req, res, () => listener(req, res))
  },
  Express: (auth, handle, { before = pass, after = pass, onError = () => {} } = {}) => {
    const { middleware, request } = onExpress(auth, { onError })
    const app = express()
    app.set('env', 'test')
    app.use(before as RequestHandler, middleware, after as RequestHandler)
    app.use((req, res) => handle(req, res, request(req)))
    app.use((error: unknown, _req: unknown, _res: unknown, next: (error: unknown) => void) => {
      onError(error)
      next(error)
    })
    return app
  },
}
