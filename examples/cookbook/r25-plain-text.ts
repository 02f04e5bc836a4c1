/**
 * R25: a logout view that answers plain text. The promise: the session has ended when the sentence arrives.
 */
import { createPostern, logout, path, text, type View } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const logoutView: View = async (request) => {
  await logout(request)
  return text('You have been logged out.')
}

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  urls: [path('logout/', logoutView, { name: 'logout' })],
})

await serve(auth)
