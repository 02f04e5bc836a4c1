/**
 * R32: the built-in views with templates of one's own. The promise: `templateName` replaces the page, `extraContext` gives it
 * more to show, and a template that does not exist is an error that lists where it was looked for (/missing/).
 */
import { createPostern, LoginView, LogoutView, path } from 'postern'
import { memory } from 'postern/memory'
import { nunjucks } from 'postern/nunjucks'
import { serve } from './serve.ts'

const urls = [
  path(
    'accounts/login/',
    LoginView.asView({ templateName: 'cadmin/login.html', extraContext: { greeting: 'Welcome back' } }),
    { name: 'login' },
  ),
  path('accounts/logout/', LogoutView.asView({ templateName: 'cadmin/logout.html' }), { name: 'logout' }),
  path('missing/', LoginView.asView({ templateName: 'cadmin/missing.html' }), { name: 'missing' }),
]

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  templates: nunjucks(new URL('templates', import.meta.url)),
  urls,
})

await serve(auth)
