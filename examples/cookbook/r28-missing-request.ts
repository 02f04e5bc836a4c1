/**
 * R28: the mistake of the quiz. The promise: `logout()` without the request does not compile; who runs it all the same (in
 * JavaScript, say) gets a TypeError that says what to pass, and nobody is logged out. /wrong/ is the mistake, /logout/ the cure.
 */
import { createPostern, logout, path, redirect, text, type View } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const wrong: View = async () => {
  // @ts-expect-error Expected 1 arguments, but got 0.
  await logout()
  return redirect('home')
}

const logoutUser: View = async (request) => {
  await logout(request)
  return redirect('home')
}

const home: View = () => text('Welcome to the homepage!')

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  urls: [
    path('wrong/', wrong, { name: 'wrong' }),
    path('logout/', logoutUser, { name: 'logout' }),
    path('home/', home, { name: 'home' }),
  ],
})

await serve(auth)
