/**
 * R39: what logging out leaves alone. The promise: it clears the session and never deletes the account, which is there
 * afterwards (/account/) and can log in again.
 */
import { createPostern, json, logout, path, redirect, type View } from 'postern'
import { sqlite } from 'postern/sqlite'
import { serve } from './serve.ts'

const database = sqlite(':memory:')

const logoutView: View = async (request) => {
  await logout(request)
  return redirect('login')
}

const account: View = async (request) => {
  const user = await database.users.findByUsername('demo')
  return json({ isAuthenticated: request.user.isAuthenticated, id: user?.id, username: user?.username })
}

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database,
  urls: [path('logout/', logoutView, { name: 'logout' }), path('account/', account, { name: 'account' })],
})

await serve(auth)
