/**
 * R34: where logging in leads. The promise: to a safe `next`, else to `loginRedirectUrl`, else to /accounts/profile/.
 * Try it with LOGIN_REDIRECT_URL=home and without.
 */
import { createPostern, path, text, type View } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const { LOGIN_REDIRECT_URL } = process.env

const home: View = () => text('Welcome to the homepage!')

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  ...(LOGIN_REDIRECT_URL === undefined ? {} : { loginRedirectUrl: LOGIN_REDIRECT_URL }),
  urls: [path('home/', home, { name: 'home' })],
})

await serve(auth)
