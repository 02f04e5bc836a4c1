/**
 * R29: a login system of one's own. The promise: `login`, `logout` and `adminPage` with their three templates, made of
 * `authenticate`, `login` and `logout` alone, do what the built-in views do.
 */
import * as auth from 'postern'
import { createPostern, messages, path, redirect, render, type View } from 'postern'
import { memory } from 'postern/memory'
import { nunjucks } from 'postern/nunjucks'
import { serve } from './serve.ts'

const login: View = async (request) => {
  if (request.user.isAuthenticated) return redirect('admin_page')
  if (request.method === 'POST') {
    const form = await request.form()
    const user = await auth.authenticate(request, { username: form.get('username'), password: form.get('password') })
    if (user !== null) {
      await auth.login(request, user)
      return redirect('admin_page')
    }
    messages.error(request, 'Error wrong username/password')
  }
  return render(request, 'blog/login.html')
}

const logout: View = async (request) => {
  await auth.logout(request)
  return render(request, 'blog/logout.html')
}

const adminPage: View = (request) =>
  request.user.isAuthenticated ? render(request, 'blog/admin_page.html') : redirect('login')

const urls = [
  path('login/', login, { name: 'login' }),
  path('logout/', logout, { name: 'logout' }),
  path('admin_page/', adminPage, { name: 'admin_page' }),
]
const templates = nunjucks(new URL('templates', import.meta.url))

await serve(
  createPostern({ secretKey: process.env.SECRET_KEY, database: memory(), templates, loginUrl: 'login', urls }),
)
