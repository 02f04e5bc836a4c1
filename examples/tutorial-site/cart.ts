/** A cart in the session: it comes along when the visitor logs in, and is gone when they log out. */
import { html, type Json, messages, redirect, type View } from 'postern'
import { button, sitePage } from './pages.ts'

const GOODS = ['A padlock', 'A bolt', 'A doormat'] as const

export const cart: View = async (request) => {
  const { session } = request
  const items = session.get<{ readonly [name: string]: Json }>('cart', {})
  if (request.method === 'POST') {
    const item = (await request.form()).get('item') ?? ''
    if (GOODS.some((name) => name === item)) {
      session.set('cart', { ...items, [item]: Number(items[item] ?? 0) + 1 })
      messages.info(request, `${item} is in your cart.`)
    } else {
      session.delete('cart')
      messages.info(request, 'Your cart is empty.')
    }
    return redirect('cart')
  }
  const rows = Object.entries(items).map(([name, count]) => html`<tr><td>${name}</td><td>${Number(count)}</td></tr>`)
  return sitePage(
    request,
    'Your cart',
    html`<p class="lead">It is kept in your session. Log in and it comes along; log out and it is gone, here and on the server.</p>
${rows.length > 0 ? html`<table><tr><th>What</th><th>How many</th></tr>${rows}</table>` : html`<p>There is nothing in it.</p>`}
<div class="actions">${GOODS.map((name) => button(request, '/cart/', `Add ${name.toLowerCase()}`, { item: name }))}${
      rows.length > 0 ? button(request, '/cart/', 'Empty it', {}, 'quiet') : ''
    }</div>`,
  )
}
