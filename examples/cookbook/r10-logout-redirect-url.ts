/**
 * R10: one setting for where logging out leads. The promise: `logoutRedirectUrl` is a URL name or a path; a safe `next`
 * goes before it, so does a view's own `nextPage`, and without any of them there is the logged-out page.
 * Try it with LOGOUT_REDIRECT_URL=login, =/ and = (empty); /leave/ has a `nextPage`, /logout/ has not.
 */
import { createPostern, LogoutView, path, text } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const LOGOUT_REDIRECT_URL = process.env.LOGOUT_REDIRECT_URL ?? 'login'

const urls = [
  path('logout/', LogoutView.asView(), { name: 'logout' }),
  path('leave/', LogoutView.asView({ nextPage: 'home' }), { name: 'leave' }),
  path('home/', () => text('Welcome to the homepage!'), { name: 'home' }),
]

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  logoutRedirectUrl: LOGOUT_REDIRECT_URL || null,
  urls,
})

await serve(auth)
