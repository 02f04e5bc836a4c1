/**
 * R17: logging out by itself. The promise: half an hour without a request ends the session, so does closing the browser,
 * and eight hours after the login it ends however busy the visitor was. All ages are in seconds.
 */
import { createPostern, loginRequired, path, text } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const dashboard = loginRequired((request) => text(`Hello ${request.user.username}`))

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  session: {
    cookieAge: 1800, // 30 minutes
    expireAtBrowserClose: true,
    saveEveryRequest: true, // every request begins the 30 minutes anew, to the second
    absoluteAge: 8 * 3600,
  },
  urls: [path('dashboard/', dashboard, { name: 'dashboard' })],
})

await serve(auth)
