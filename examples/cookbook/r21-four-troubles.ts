/**
 * R21: the tutorial's four troubles, each made on purpose. The promise: for each of them a check at start, a warning, an error
 * page or a JSON error names the cause and the cure. Log in, open /kept/ and /form/, and ask for /api/ with Accept: application/json.
 */
import { createPostern, html, json, LogoutView, loginRequired, page, path, type View } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

/** 1. Still looks logged in: this page lets the browser keep it, so that the Back button shows it after the logout. */
const kept: View = loginRequired((request) => ({
  status: 200,
  headers: [
    ['Content-Type', 'text/plain'],
    ['Cache-Control', 'max-age=60'],
  ],
  body: `Hello ${request.user.username}`,
}))

/** 2. The wrong page: the logout leads to a page for those who are logged in. */
const out = LogoutView.asView({ nextPage: 'kept' })

/** 3. The CSRF token is missing. */
const form: View = () => page(html`<form action="/out/" method="post"><button type="submit">Logout</button></form>`)

/** 4. An API call without its credentials. */
const api = loginRequired((request) => json({ user: request.user.username }))

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  urls: [
    path('kept/', kept, { name: 'kept' }),
    path('out/', out, { name: 'logout' }),
    path('form/', form),
    path('api/', api),
  ],
})

// What `npx postern check` shows. In development the warnings among it are told at start by themselves.
for (const { id, level, message, cure } of await auth.check()) console.error(`${level} ${id}: ${message}\n  ${cure}`)

await serve(auth)
