/** What handlers of Express and node:http get, as the compiler sees it; `npm run types` is the test. */
import { createServer } from 'node:http'
import express from 'express'
import { type AnonymousUser, type Postern, type Session, User } from 'postern'
import { postern as onExpress } from 'postern/express'
import { postern as onNode } from 'postern/node'

class Member extends User {
  readonly plan: 'free' | 'paid' = 'free'
}

declare const auth: Postern<Member>

/** Behind a guard the user is somebody, of the application's own type, and the route keeps its parameters. */
export function expressHandlers(): express.Express {
  const { middleware, loginRequired, withUser, request } = onExpress(auth)
  const app = express()
  app.use(middleware)
  app.use(middleware, express.json())
  app.use('/app', middleware)

  app.get(
    '/plan',
    loginRequired((req, res) => {
      const plan: 'free' | 'paid' = req.user.plan
      const session: Session = req.session
      const token: string = req.csrfToken
      res.status(200).json([plan, session.sessionKey, token, req.user.username])
      // @ts-expect-error there is no such field
      res.json(req.user.colour)
    }),
  )
  app.get(
    '/posts/:id',
    loginRequired<{ id: string }>(
      (req, res) => {
        const id: string = req.params.id
        // @ts-expect-error the route has no such parameter
        const slug: string = req.params.slug
        res.send(id + slug + req.user.plan)
      },
      { loginUrl: 'login', redirectFieldName: null },
    ),
  )
  app.get('/posts/:id/:slug', loginRequired(), (req, res) => {
    const { id, slug }: { id: string; slug: string } = req.params
    res.send(id + slug)
    // @ts-expect-error the middleware types nothing: Express's own request has no user
    res.send(req.user)
  })
  express
    .Router()
    .route('/posts/:id')
    .get(loginRequired((req, res) => void res.send(`${req.params.id satisfies string} ${req.user.plan}`)))
  app.get(
    '/maybe/:id',
    loginRequired({ redirectFieldName: 'to' }),
    withUser<{ id: string }>((req, res) => {
      const user: Member | AnonymousUser = req.user
      // @ts-expect-error the anonymous have no plan
      res.send(req.user.plan)
      res.send(user.isAuthenticated ? user.plan : req.params.id)
    }),
  )
  app.get('/as-postern-sees-it', (req, res) => void res.send(request(req).user.username))
  // @ts-expect-error the options come second
  loginRequired({ loginUrl: 'login' }, () => undefined)
  // @ts-expect-error there is no such option
  loginRequired({ login: 'login' })
  return app
}

/** A guard by permission types a handler as a guard by login does. */
export function byPermission(): express.Express {
  const { middleware, permissionRequired, withUser } = onExpress(auth)
  const app = express()
  app.use(middleware)
  app.get(
    '/posts/:id',
    permissionRequired<{ id: string }>(
      ['blog.add_post', 'blog.view_post'],
      (req, res) => {
        // @ts-expect-error the route has no such parameter
        const slug: string = req.params.slug
        res.send(req.params.id + slug + req.user.plan)
      },
      { raiseException: true, loginUrl: 'login' },
    ),
  )
  app.get(
    '/posts/:id',
    permissionRequired(new Set(['blog.add_post']), { redirectFieldName: null }),
    withUser<{ id: string }>((req, res) => void res.send(`${req.params.id} ${req.user}`)),
  )
  // @ts-expect-error a permission is a text
  permissionRequired(7)
  // @ts-expect-error a list that can be gone through once would be empty at the second request
  permissionRequired(['blog.add_post'].values())
  // @ts-expect-error there is no such option
  permissionRequired('blog.add_post', { raise: true })
  const { permissionRequired: onProperty } = onExpress(auth, { property: 'auth' })
  app.get(
    '/property',
    onProperty('blog.add_post', (req, res) => void res.send(req.auth.user.plan)),
  )
  const node = onNode(auth)
  createServer(
    node.handler(node.permissionRequired('blog.add_post', (_req, res, request) => res.end(request.user.plan))),
  )
  return app
}

/** With a property of its own everything is there, and nothing is where somebody else has it. */
export function expressProperty(): express.Express {
  const { middleware, loginRequired, withUser } = onExpress(auth, { property: 'auth' })
  const app = express()
  app.use(middleware)
  app.get(
    '/',
    loginRequired((req, res) => {
      const plan: 'free' | 'paid' = req.auth.user.plan
      res.send(plan)
      // @ts-expect-error req.user is somebody else's here
      res.send(req.user.plan)
    }),
    withUser((req, res) => {
      const user: Member | AnonymousUser = req.auth.user
      res.send(user.username + req.auth.csrfToken + req.auth.session.sessionKey)
    }),
  )
  return app
}

/** The same on node:http. */
export function nodeHandlers(): void {
  const { handler, loginRequired } = onNode(auth)
  createServer(
    handler((_req, res, request) => {
      const user: Member | AnonymousUser = request.user
      // @ts-expect-error the anonymous have no plan
      res.end(request.user.plan)
      res.end(user.username)
    }),
  )
  createServer(handler(loginRequired((_req, res, request) => res.end(request.user.plan satisfies 'free' | 'paid'))))
  // @ts-expect-error only behind a guard is the user somebody
  createServer(handler((_req, res, request) => res.end(request.user.plan)))
}
