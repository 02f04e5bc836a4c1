/**
 * R36: where the login page is. The promise: `loginUrl` is a path or a URL name; `loginRequired` takes another one for a
 * single page, and another name for the field `next`. Open /dashboard/ and /staff/ without logging
 * in, with LOGIN_URL=/staff/login/ and without.
 */
import { createPostern, LoginView, loginRequired, path, text } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const dashboard = loginRequired((request) => text(`Hello ${request.user.username}`))
const staff = loginRequired((request) => text(`Hello ${request.user.username}`), {
  loginUrl: '/staff/login/',
  redirectFieldName: 'redirect_to',
})

const urls = [
  path('cadmin/login/', LoginView.asView(), { name: 'login' }),
  path('staff/login/', LoginView.asView({ redirectFieldName: 'redirect_to' }), { name: 'staff_login' }),
  path('dashboard/', dashboard, { name: 'dashboard' }),
  path('staff/', staff, { name: 'staff' }),
]

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  loginUrl: process.env.LOGIN_URL ?? 'login',
  urls,
})

await serve(auth)
