/** The cases on plain node:http. */
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { greeting } from '../cases.ts'
import { serve, task } from './serve.ts'

function say(res: ServerResponse, text: string): void {
  res.setHeader('Content-Type', 'text/plain; charset=utf-8')
  res.end(text)
}

async function listener(): Promise<RequestListener> {
  const { name, file } = task()
  // Node's server has no middleware: the empty one is nothing.
  if (name === 'hello' || name === 'hello-empty-middleware') return (_req, res) => say(res, greeting)

  // Not loaded into the bare servers.
  const [{ postern }, { benchPostern }] = await Promise.all([import('postern/node'), import('./auth.ts')])
  const { handler, loginRequired } = postern(await benchPostern(file))
  if (name === 'anonymous') return handler((_req, res) => say(res, greeting))
  return handler(loginRequired((_req, res, request) => say(res, `Hello ${request.user.username}`)))
}

serve(createServer(await listener()))
