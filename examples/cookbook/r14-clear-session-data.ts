/**
 * R14: a cart in the session. The promise: whatever the session had is gone after logging out, whether its keys were
 * removed by hand first, as here, or not (`logout` alone does it). Put something in at /cart/, and log out.
 */
import { createPostern, html, logout, page, path, redirect, type View } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const cart: View = async (request) => {
  const items = request.session.get<string[]>('cart', [])
  if (request.method === 'POST') {
    request.session.set('cart', [...items, (await request.form()).get('item') ?? ''])
    return redirect('cart')
  }
  return page(html`<p>In the cart: ${items.join(', ') || 'nothing'}</p><form method="post"><input name="item"><button>Add</button>
<input type="hidden" name="csrfmiddlewaretoken" value="${request.csrfToken}"></form>`)
}

const userLogout: View = async (request) => {
  for (const key of request.session.keys()) request.session.delete(key)
  await logout(request)
  return redirect('login')
}

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  urls: [path('cart/', cart, { name: 'cart' }), path('logout/', userLogout, { name: 'logout' })],
})

await serve(auth)
