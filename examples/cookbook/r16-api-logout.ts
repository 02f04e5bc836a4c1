/**
 * R16: logging out by an API call. The promise: JSON in and JSON out, under the same protection as a form, and a refusal in
 * JSON that says what is missing: 401 without a login (in development with the reason), 403 without the token.
 */
import { authenticate, createPostern, json, login, loginRequired, logout, path, requirePost } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  urls: [
    // A page has the token in its cookie `csrftoken`; a program without pages asks for it. Both send it as X-CSRFToken.
    path('api/token/', (request) => json({ token: request.csrfToken })),
    path(
      'api/login/',
      requirePost(async (request) => {
        const { username, password } = (await request.incoming.json()) as { username?: unknown; password?: unknown }
        const user = await authenticate(request, { username, password })
        if (user === null) return json({ error: { code: 'wrong', message: 'Wrong name or password.' } }, 401)
        await login(request, user)
        return json({ user: user.username })
      }),
    ),
    path(
      'api/logout/',
      requirePost(
        loginRequired(async (request) => {
          await logout(request)
          return json({ ok: true })
        }),
      ),
    ),
  ],
})

await serve(auth)
