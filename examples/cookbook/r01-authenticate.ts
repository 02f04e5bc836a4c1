/**
 * R01: checking a name and a password. The promise: `authenticate` gives the user, or null for a wrong name or password,
 * and logs nobody in. Try it at /check/ and look at the front page afterwards.
 */
import { authenticate, createPostern, html, page, path, text, type View } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const check: View = async (request) => {
  if (request.method !== 'POST') return page(form(request.csrfToken))
  const data = await request.form()
  const user = await authenticate(request, { username: data.get('username'), password: data.get('password') })
  return text(`authenticate: ${user}\nrequest.user: ${request.user}\n`)
}

const form = (token: string) => html`<form method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="${token}">
<p><label>Username: <input type="text" name="username"></label></p>
<p><label>Password: <input type="password" name="password"></label></p>
<button type="submit">Check</button>
</form>`

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  urls: [path('check/', check, { name: 'check' })],
})

await serve(auth)
