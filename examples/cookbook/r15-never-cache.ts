/**
 * R15: no way back to a private page. The promise: a page behind `neverCache` and `loginRequired` is kept by no browser, so
 * that the Back button after logging out asks again, and is sent to the login page. Open /dashboard/, log out, press Back.
 */
import { createPostern, LogoutView, loginRequired, neverCache, path, render } from 'postern'
import { memory } from 'postern/memory'
import { nunjucks } from 'postern/nunjucks'
import { serve } from './serve.ts'

const dashboard = neverCache(loginRequired((request) => render(request, 'dashboard.html')))

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  templates: nunjucks(new URL('templates', import.meta.url)),
  loginRedirectUrl: 'dashboard',
  urls: [
    path('dashboard/', dashboard, { name: 'dashboard' }),
    path('logout/', LogoutView.asView({ nextPage: 'login' }), { name: 'logout' }),
  ],
})

await serve(auth)
