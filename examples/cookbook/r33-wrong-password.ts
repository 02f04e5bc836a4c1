/**
 * R33: a wrong name or password. The promise: the form comes back with its error and the name that was typed, without the
 * password, and nobody is logged in. /cadmin/login/ shows it in a template of one's own, /accounts/login/ in the built-in page.
 */
import { createPostern, LoginView, path } from 'postern'
import { memory } from 'postern/memory'
import { nunjucks } from 'postern/nunjucks'
import { serve } from './serve.ts'

const login = LoginView.asView({ templateName: 'cadmin/login.html' })

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  templates: nunjucks(new URL('templates', import.meta.url)),
  urls: [path('cadmin/login/', login, { name: 'cadmin_login' })],
})

await serve(auth)
