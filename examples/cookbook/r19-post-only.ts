/**
 * R19: logging out takes a button. The promise: a GET, which a link, an image or a prefetch can send, is refused (405) and
 * changes nothing; a POST from the site's own form logs out.
 */
import { createPostern, LogoutView, path } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  urls: [path('logout/', LogoutView.asView(), { name: 'logout' })],
})

await serve(auth)
