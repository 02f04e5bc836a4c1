/**
 * R13: a message after logging out. The promise: what `messages.success` is given shows once, on the next page that shows
 * messages, although the session it was said in has ended. Here that page is the login page.
 */
import { createPostern, LoginView, logout, messages, path, redirect, type View } from 'postern'
import { memory } from 'postern/memory'
import { nunjucks } from 'postern/nunjucks'
import { serve } from './serve.ts'

const userLogout: View = async (request) => {
  await logout(request)
  messages.success(request, 'You have been logged out successfully.')
  return redirect('login')
}

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  templates: nunjucks(new URL('templates', import.meta.url)),
  loginUrl: 'login',
  urls: [
    path('login/', LoginView.asView({ templateName: 'login.html' }), { name: 'login' }),
    path('logout/', userLogout, { name: 'logout' }),
  ],
})

await serve(auth)
