/** The site's addresses, as Django's tutorials write them. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { html, path, type UrlPattern, type View } from 'postern'
import { adminPage, dashboard } from './account.ts'
import { blog } from './blog.ts'
import { cart } from './cart.ts'
import { goodbye, leave } from './leaving.ts'
import { plainPage, stylesheet } from './pages.ts'
import type { SiteDatabase } from './site-database.ts'

export function siteUrls(database: SiteDatabase): readonly UrlPattern<View>[] {
  const { home, post, write } = blog(database)
  return [
    path('', home, { name: 'home' }),
    path('posts/new/', write, { name: 'write' }),
    path('posts/<int:id>/', post, { name: 'post' }),
    path('dashboard/', dashboard, { name: 'dashboard' }),
    path('cart/', cart, { name: 'cart' }),
    path('cadmin/', adminPage, { name: 'admin_page' }),
    path('leave/', leave, { name: 'leave' }),
    path('goodbye/', goodbye, { name: 'goodbye' }),
    path('site.css', stylesheet, { name: 'stylesheet' }),
  ]
}

/** What no URL pattern answered. */
export function notFound(_req: IncomingMessage, res: ServerResponse): void {
  const { status, headers, body } = plainPage(
    'There is no such page',
    html`<p class="actions"><a class="button" href="/">To the home page</a></p>`,
    404,
  )
  res.writeHead(status, headers.flat()).end(body)
}
