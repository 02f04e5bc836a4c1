/** Two more ways to log out, from the tutorials: with a message on the login page, and with a page of one's own. */
import { html, logout, messages, redirect, type View } from 'postern'
import { sitePage } from './pages.ts'

/** By POST alone; a GET leads to the dashboard and changes nothing. */
export const leave: View = async (request) => {
  if (request.method !== 'POST') return redirect('dashboard')
  await logout(request)
  messages.success(request, 'You have successfully logged out.')
  return redirect('login')
}

export const goodbye: View = async (request) => {
  if (request.method !== 'POST') return redirect('dashboard')
  await logout(request)
  return sitePage(
    request,
    'Goodbye',
    html`<p class="lead">You have successfully logged out. Thank you for visiting our site.</p>
<p class="actions"><a class="button" href="/accounts/login/">Login again</a></p>`,
  )
}
