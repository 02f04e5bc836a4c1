/** Why a browser may not have sent the session's cookie: what its attributes and the request say (RFC 6265bis, 5.8.3). */
import { parseCookies } from '../kernel/cookies.ts'
import type { User } from '../users/user.ts'
import type { AuthRequest } from './auth-request.ts'

/** Names of cookies that are told; what a client sends beyond that is not worth a line of a log. */
const NAMES_TOLD = 10
const TELLABLE = /^[\w!#$%&'*+\-.^`|~]{1,40}$/

/** @returns `trouble`, a sentence, where one can be named; `cookies`, the names of those that came instead */
export function cookieTrouble<U extends User>({ context, incoming, path }: AuthRequest<U>): Record<string, string> {
  const { secure, sameSite, path: cookiePath, domain } = context.sessionCookie
  const names = [...parseCookies(incoming.header('cookie')).keys()].filter((name) => TELLABLE.test(name))
  const cookies = names.length === 0 ? {} : { cookies: names.slice(0, NAMES_TOLD).join(', ') }
  const troubles: string[] = []
  if (secure && incoming.scheme === 'http') {
    troubles.push(
      'The cookie is Secure and this request came by http: serve HTTPS, and behind a proxy that ends it set proxies.',
    )
  }
  if (incoming.header('sec-fetch-site') === 'cross-site' && sameSite !== 'None') {
    troubles.push(`The cookie is SameSite=${sameSite} and another site's page sent this request.`)
  }
  if (!isBelow(path, cookiePath))
    troubles.push(`The cookie is for the path ${cookiePath} and this one is not below it.`)
  if (domain !== undefined && !isWithin(incoming.host, domain)) {
    troubles.push(`The cookie is for the domain ${domain}, to which this host does not belong.`)
  }
  return troubles.length === 0 ? cookies : { ...cookies, trouble: troubles.join(' ') }
}

/** RFC 6265, 5.1.4. */
function isBelow(path: string, cookiePath: string): boolean {
  if (path === cookiePath || cookiePath === '/') return true
  return path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`)
}

/** RFC 6265, 5.1.3. */
function isWithin(host: string, domain: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, '')
  const wanted = domain.toLowerCase().replace(/^\./, '')
  return name === wanted || name.endsWith(`.${wanted}`)
}
