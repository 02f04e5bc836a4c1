/**
 * R12: the visitor says where to go next. The promise: `?next=/home/` in the address and a hidden field `next` in the form
 * lead there after logging out and in, unless they lead to another host. /account/ has a form of each kind.
 */
import { createPostern, LogoutView, path, render, text, type View } from 'postern'
import { memory } from 'postern/memory'
import { nunjucks } from 'postern/nunjucks'
import { serve } from './serve.ts'

const home: View = () => text('Welcome to the homepage!')
const account: View = (request) => render(request, 'next.html')

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  templates: nunjucks(new URL('templates', import.meta.url)),
  urls: [
    path('logout/', LogoutView.asView(), { name: 'logout' }),
    path('home/', home, { name: 'home' }),
    path('account/', account, { name: 'account' }),
  ],
})

await serve(auth)
