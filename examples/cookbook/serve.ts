/**
 * What every site of the cookbook needs and none is about: the account `demo`, a front page at / that says who is logged
 * in, with the way in and the button out, and a server. DEMO_PASSWORD and PORT are taken from the environment.
 */
import { randomBytes } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AuthRequest, html, type Postern, type SafeHtml, type User } from 'postern'
import { postern } from 'postern/node'

/**
 * Serves the site and prints its address.
 * @param listener what answers instead of the front page: an Express app, say
 * @param prepare what is to be there besides the account
 */
export async function serve(
  auth: Postern,
  listener: RequestListener = withFrontPage(auth),
  prepare: (demo: User) => Promise<void> = async () => {},
): Promise<void> {
  await auth.migrate()
  const password = process.env.DEMO_PASSWORD ?? randomBytes(9).toString('base64url')
  await prepare(await auth.createUser({ username: 'demo', password, email: 'demo@site.example' }))
  const server = createServer(listener)
  server.listen(Number(process.env.PORT ?? 8000), () => {
    console.log(`http://localhost:${(server.address() as AddressInfo).port}`)
    if (process.env.DEMO_PASSWORD === undefined) console.log(`Log in as demo with the password ${password}`)
  })
}

function withFrontPage(auth: Postern): RequestListener {
  return postern(auth).handler((_req, res, request) => {
    const found = request.path === '/' || request.path === '/accounts/profile/'
    res.writeHead(found ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8' })
    res.end(found ? frontPage(auth, request).toString() : 'There is no such page.')
  })
}

function frontPage(auth: Postern, request: AuthRequest): SafeHtml {
  const { user } = request
  if (!user.isAuthenticated)
    return html`<p>Nobody is logged in.</p><a href="${auth.resolveUrl(auth.loginUrl, '')}">Login</a>`
  return html`<p>Logged in as ${user.username}.</p><form action="${auth.reverse('logout')}" method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="${request.csrfToken}"><button type="submit">Logout</button></form>`
}
