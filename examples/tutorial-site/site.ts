/** The site's views and their addresses, as Django's tutorials write them. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { html, loginRequired, neverCache, path, type View } from 'postern'
import { plainPage, sitePage, stylesheet } from './pages.ts'

const home: View = (request) =>
  sitePage(
    request,
    'Signing out, finished',
    html`<p class="lead">A small site with one protected page. Sign in, look at it, sign out, and try to get back:
with the Back button, with a copied cookie, from another tab.</p>
<p class="actions">${
      request.user.isAuthenticated
        ? html`<a class="button" href="/dashboard/">Go to the dashboard</a>`
        : html`<a class="button" href="/accounts/login/">Log in</a> <a href="/dashboard/">Try the dashboard without</a>`
    }</p>`,
  )

const dashboard: View = neverCache(
  loginRequired((request) => {
    const { user, session } = request
    return sitePage(
      request,
      `Hello, ${user.getShortName() || user.username}`,
      html`<p class="lead">This page is yours alone. Nobody sees it without your session.</p>
<dl>
<dt>Username</dt><dd>${user.username}</dd>
<dt>E-mail</dt><dd>${user.email || 'none'}</dd>
<dt>Last login</dt><dd>${time(user.lastLogin)}</dd>
<dt>Session ends</dt><dd>${time(session.getExpiryDate())} if you do nothing</dd>
</dl>
<p class="hint">Now log out, up there, and press the Back button.</p>`,
    )
  }),
)

export const urls = [
  path('', home, { name: 'home' }),
  path('dashboard/', dashboard, { name: 'dashboard' }),
  path('site.css', stylesheet, { name: 'stylesheet' }),
]

/** What no URL pattern answered. */
export function notFound(_req: IncomingMessage, res: ServerResponse): void {
  const { status, headers, body } = plainPage(
    'There is no such page',
    html`<p class="actions"><a class="button" href="/">To the home page</a></p>`,
    404,
  )
  res.writeHead(status, headers.flat()).end(body)
}

function time(date: Date | null): string {
  return date === null ? 'never' : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
