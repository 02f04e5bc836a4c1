/**
 * R08: the address of the logout view. The promise: `path()` gives it a name, which is its address in code
 * (`reverse('logout')`) and in templates (`{% url 'logout' %}`). /home/ has the link, /where/ says the address.
 */
import { createPostern, logout, type Postern, path, redirect, render, text, type View } from 'postern'
import { memory } from 'postern/memory'
import { nunjucks } from 'postern/nunjucks'
import { serve } from './serve.ts'

const userLogout: View = async (request) => {
  await logout(request)
  return redirect('login')
}
const home: View = (request) => render(request, 'home.html')
const where: View = () => text(`${auth.reverse('logout')}`)

const urls = [
  path('logout/', userLogout, { name: 'logout' }),
  path('home/', home, { name: 'home' }),
  path('where/', where, { name: 'where' }),
]

const auth: Postern = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  templates: nunjucks(new URL('templates', import.meta.url)),
  urls,
})

await serve(auth)
