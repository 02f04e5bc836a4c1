/**
 * R06: what logging out does, here on Express with SQLite. The promise: once `logout(request)` is through, the session's
 * data are gone, its key is deleted on the server, its cookie in the browser, and `req.user` is the anonymous user.
 */
import express from 'express'
import { createPostern, html, logout } from 'postern'
import { postern } from 'postern/express'
import { sqlite } from 'postern/sqlite'
import { serve } from './serve.ts'

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: sqlite(':memory:'),
  loginRedirectUrl: '/',
})
const { middleware, loginRequired, withUser } = postern(auth)
const app = express()
app.use(middleware)

const home = loginRequired((req, res) => {
  req.session.set('preferences', 'large print')
  res.send(
    html`Logged in as ${req.user.username}. <form action="/logout/" method="post"><button>Logout</button>
<input type="hidden" name="csrfmiddlewaretoken" value="${req.csrfToken}"></form>`.toString(),
  )
})

const userLogout = withUser(async (req, res) => {
  const { sessionKey } = req.session
  await logout(req)
  res.json({
    user: String(req.user),
    data: req.session.keys(),
    key: req.session.sessionKey,
    onTheServer: await req.session.exists(sessionKey),
  })
})

app.get('/', home)
app.post('/logout/', userLogout)
await serve(auth, app)
