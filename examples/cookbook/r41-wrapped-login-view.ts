/**
 * R41: something of one's own, and then the built-in view. The promise: a view may do something first and hand over to the
 * built-in one with extra options, as the tutorial's `login` does with `**kwargs`. Log in at /cadmin/login/, then open it again.
 */
import {
  createPostern,
  LoginView,
  type LoginViewOptions,
  loginRequired,
  path,
  redirect,
  text,
  type View,
} from 'postern'
import { memory } from 'postern/memory'
import { nunjucks } from 'postern/nunjucks'
import { serve } from './serve.ts'

function login(options: LoginViewOptions): View {
  const builtIn = LoginView.asView(options)
  return (request, params) => (request.user.isAuthenticated ? redirect('home') : builtIn(request, params))
}

const home = loginRequired((request) => text(`Hello ${request.user.username}`))

const urls = [
  path('cadmin/login/', login({ templateName: 'cadmin/login.html' }), { name: 'login' }),
  path('cadmin/', home, { name: 'home' }),
]

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  templates: nunjucks(new URL('templates', import.meta.url)),
  loginUrl: 'login',
  urls,
})

await serve(auth)
