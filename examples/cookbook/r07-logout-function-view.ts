/**
 * R07: a logout view that is a function. The promise: `logout(request)` ends the session, then `redirect('login')` leads to
 * the login page by its name. As in the tutorials it obeys a link, too; r19 and r22 show how to want a button.
 */
import { createPostern, logout, path, redirect, type View } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const userLogout: View = async (request) => {
  await logout(request)
  return redirect('login')
}

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  urls: [path('logout/', userLogout, { name: 'logout' })],
})

await serve(auth)
