/**
 * R42: an application under /cadmin/. The promise: `include` puts all its URLs below a prefix, and every name leads there:
 * `redirect('login')`, `{% url 'logout' %}`, `loginUrl`. Moving it is a change of one word. Open /cadmin/.
 */
import { createPostern, include, LoginView, LogoutView, loginRequired, path, render } from 'postern'
import { memory } from 'postern/memory'
import { nunjucks } from 'postern/nunjucks'
import { serve } from './serve.ts'

const home = loginRequired((request) => render(request, 'cadmin/admin_page.html'))

const cadmin = [
  path('login/', LoginView.asView({ templateName: 'cadmin/login.html' }), { name: 'login' }),
  path('logout/', LogoutView.asView({ templateName: 'cadmin/logout.html' }), { name: 'logout' }),
  path('', home, { name: 'home' }),
]

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  templates: nunjucks(new URL('templates', import.meta.url)),
  loginUrl: 'login',
  loginRedirectUrl: 'home',
  urls: [include('cadmin/', cadmin)],
})

await serve(auth)
