/**
 * R22: logging out with everything that belongs to it. The promise: a POST logs out, leaves a message and goes to the login
 * page, which shows it; a GET changes nothing and goes back to the dashboard. Log in and open /dashboard/.
 */
import {
  createPostern,
  LoginView,
  loginRequired,
  logout,
  messages,
  neverCache,
  path,
  redirect,
  render,
  type View,
} from 'postern'
import { memory } from 'postern/memory'
import { nunjucks } from 'postern/nunjucks'
import { serve } from './serve.ts'

const userLogout: View = async (request) => {
  if (request.method === 'POST') {
    await logout(request)
    messages.success(request, 'You have successfully logged out.')
    return redirect('login')
  }
  return redirect('dashboard')
}

const dashboard = neverCache(loginRequired((request) => render(request, 'template.html')))

const urls = [
  path('login/', LoginView.asView({ templateName: 'login.html' }), { name: 'login' }),
  path('logout/', userLogout, { name: 'logout' }),
  path('dashboard/', dashboard, { name: 'dashboard' }),
]

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  templates: nunjucks(new URL('templates', import.meta.url)),
  loginUrl: 'login',
  loginRedirectUrl: 'dashboard',
  urls,
})

await serve(auth)
