/**
 * R05: a page for those who are logged in. The promise: `loginRequired` sends the others to the login page with the
 * current address as `next`, so that they come back here after logging in. Open /dashboard/ without logging in.
 */
import { createPostern, loginRequired, path, text } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const dashboard = loginRequired((request) => text(`Hello ${request.user.username}, this is ${request.path}`))

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  urls: [path('dashboard/', dashboard, { name: 'dashboard' })],
})

await serve(auth)
