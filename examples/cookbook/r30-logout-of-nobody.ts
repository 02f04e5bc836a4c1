/**
 * R30: logging out twice. The promise: logging out somebody who is not logged in is no error.
 */
import { createPostern, logout, path, text, type View } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const logoutView: View = async (request) => {
  const before = String(request.user)
  await logout(request)
  return text(`Before: ${before}. After: ${request.user}.`)
}

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  urls: [path('logout/', logoutView, { name: 'logout' })],
})

await serve(auth)
