/** The cases on Express. */
import { createServer } from 'node:http'
import express, { type Express } from 'express'
import { greeting } from '../cases.ts'
import { serve, task } from './serve.ts'

async function application(): Promise<Express> {
  const { name, file } = task()
  const app = express()
  if (name === 'hello' || name === 'hello-empty-middleware') {
    if (name === 'hello-empty-middleware') app.use((_req, _res, next) => next())
    return app.get('/', (_req, res) => res.send(greeting))
  }

  // Not loaded into the bare servers.
  const [{ postern }, { benchPostern }] = await Promise.all([import('postern/express'), import('./auth.ts')])
  const { middleware, loginRequired } = postern(await benchPostern(file))
  app.use(middleware)
  if (name === 'anonymous') return app.get('/', (_req, res) => res.send(greeting))
  return app.get(
    '/',
    loginRequired((req, res) => res.send(`Hello ${req.user.username}`)),
  )
}

serve(createServer(await application()))
