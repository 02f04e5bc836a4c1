/**
 * R35: no login form for who is logged in. The promise: with `redirectAuthenticatedUser` they are sent on their way at once;
 * where that way would lead to the login page again (/circle/), the form is shown instead of turning in a circle.
 */
import { createPostern, LoginView, path, text, type View } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const home: View = () => text('Welcome to the homepage!')

const urls = [
  path('login/', LoginView.asView({ redirectAuthenticatedUser: true }), { name: 'login' }),
  path('circle/', LoginView.asView({ redirectAuthenticatedUser: true, nextPage: 'circle' }), { name: 'circle' }),
  path('home/', home, { name: 'home' }),
]

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  loginUrl: 'login',
  loginRedirectUrl: 'home',
  urls,
})

await serve(auth)
