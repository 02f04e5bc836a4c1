/**
 * R11: a button to log out. The promise: a form that posts, with `{% csrf_token %}` in it, logs out; a post without the
 * token, as another site would send it, does not. Log in and open /dashboard/.
 */
import { createPostern, LogoutView, loginRequired, path, render } from 'postern'
import { memory } from 'postern/memory'
import { nunjucks } from 'postern/nunjucks'
import { serve } from './serve.ts'

const dashboard = loginRequired((request) => render(request, 'logout_button.html'))

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  templates: nunjucks(new URL('templates', import.meta.url)),
  loginRedirectUrl: 'dashboard',
  urls: [
    path('logout/', LogoutView.asView(), { name: 'logout' }),
    path('dashboard/', dashboard, { name: 'dashboard' }),
  ],
})

await serve(auth)
