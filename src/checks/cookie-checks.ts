/** Cookies and tokens that do not arrive: what makes a login not stick, a form refused, or a program's call a 401 or 403. */
import { path, UrlPatterns } from '../kernel/urls.ts'
import type { User } from '../users/user.ts'
import { type CheckMessage, checkMessage } from './check-message.ts'
import type { CheckedSite } from './checked-site.ts'

export function* cookieChecks<U extends User>(site: CheckedSite<U>): Generator<CheckMessage> {
  yield* tokenChecks(site)
  yield* domainChecks(site)
  yield* originChecks(site)
  yield* exemptChecks(site)
  const { session, development } = site
  if (session.cookieSameSite === 'Strict') {
    yield checkMessage(
      'postern.I405',
      "session.cookieSameSite is 'Strict': who follows a link from another site, a mail program's page included, comes without the session and looks logged out.",
      "Take 'Lax', the default, unless that is meant.",
    )
  }
  if (development && session.cookieSecure) {
    yield checkMessage(
      'postern.I408',
      'session.cookieSecure is true in development: over http some browsers drop the cookie, on localhost too, and nobody stays logged in.',
      'Leave session.cookieSecure out: the cookie is Secure outside development by itself.',
    )
  }
}

function* tokenChecks<U extends User>({ csrf, session }: CheckedSite<U>): Generator<CheckMessage> {
  if (csrf.useSessions) {
    yield checkMessage(
      'postern.I305',
      'csrf.useSessions keeps the secret in the session: there is no CSRF cookie for scripts to read, and a logout ends every token of open pages.',
      "Hand request.csrfToken to the page's scripts, for instance in a <meta> element, and send it as X-CSRFToken.",
    )
  } else if (csrf.cookieHttpOnly) {
    yield checkMessage(
      'postern.I304',
      `csrf.cookieHttpOnly hides the cookie '${csrf.cookieName}' from the page's own scripts, so that they have no token to send.`,
      "Leave csrf.cookieHttpOnly out, or hand request.csrfToken to the page's scripts.",
    )
  }
  if (!csrf.useSessions && csrf.cookiePath !== '/' && csrf.cookiePath !== session.cookiePath) {
    yield checkMessage(
      'postern.W306',
      `csrf.cookiePath is '${csrf.cookiePath}' and the session's cookie is for '${session.cookiePath}': where only the session comes along, every form is refused.`,
      'Leave csrf.cookiePath out, or give session.cookiePath the same value.',
    )
  }
  if (!csrf.useSessions && session.cookieDomain !== undefined && csrf.cookieDomain !== session.cookieDomain) {
    yield checkMessage(
      'postern.W307',
      `session.cookieDomain is '${session.cookieDomain}' and csrf.cookieDomain is ${csrf.cookieDomain === undefined ? 'not set' : `'${csrf.cookieDomain}'`}: a form on one host has no token for another that has the session.`,
      'Give csrf.cookieDomain the same value as session.cookieDomain.',
    )
  }
}

function* domainChecks<U extends User>(site: CheckedSite<U>): Generator<CheckMessage> {
  for (const [name, { cookieDomain }] of [
    ['session', site.session],
    ['csrf', site.csrf],
  ] as const) {
    if (cookieDomain === undefined) continue
    const domain = bare(cookieDomain)
    for (const host of hostsOf(site)) {
      if (host === domain || host.endsWith(`.${domain}`)) continue
      yield checkMessage(
        'postern.W404',
        `${name}.cookieDomain is '${cookieDomain}', to which the host '${host}' does not belong: browsers drop the cookie there, and nobody stays logged in.`,
        `Leave ${name}.cookieDomain out, or name a domain that all hosts are in.`,
      )
    }
  }
}

function* originChecks<U extends User>(site: CheckedSite<U>): Generator<CheckMessage> {
  const { csrf, session, options } = site
  // Without allowedHosts nobody has said which site this is going to be.
  const sites = new Set(options.allowedHosts === undefined ? [] : hostsOf(site).map(siteOf))
  for (const origin of csrf.trustedOrigins) {
    const host = origin.replace(/^https?:\/\/(?:\*\.)?/, '').replace(/:\d+$/, '')
    if (!host.includes('.') && origin.includes('*')) {
      yield checkMessage(
        'postern.W310',
        `csrf.trustedOrigins has '${origin}': whoever owns one of those domains can act for every visitor who is logged in.`,
        'Name the hosts whose pages are yours.',
      )
      continue
    }
    if (session.cookieSameSite === 'None' || sites.size === 0 || sites.has(siteOf(bare(host)))) continue
    yield checkMessage(
      'postern.W403',
      `csrf.trustedOrigins trusts '${origin}', which is another site, and the session's cookie is SameSite=${session.cookieSameSite}: its pages' requests come without the session, and are answered with 401.`,
      "Set session.cookieSameSite and csrf.cookieSameSite to 'None' (over HTTPS), or serve that page from the same site.",
    )
  }
}

/** A view in `urls` is checked whatever `csrf.exempt` says: that is for the framework's routes. */
function* exemptChecks<U extends User>({ csrf, urls }: CheckedSite<U>): Generator<CheckMessage> {
  for (const { route, view } of urls.views) {
    if (view.csrfExempt === true || route.includes('<')) continue
    const named = csrf.exempt.find((exempt) => new UrlPatterns([path(exempt, true)]).match(route) !== undefined)
    if (named === undefined) continue
    yield checkMessage(
      'postern.W308',
      `csrf.exempt names '${named}', but '${route}' is a view in urls, and stays checked.`,
      `Write csrfExempt(view) in urls, and take '${named}' out of csrf.exempt.`,
    )
  }
}

/** The hosts that the site is known to have; none where it answers to all. */
function hostsOf<U extends User>({ options, development }: CheckedSite<U>): readonly string[] {
  const { allowedHosts = [] } = options
  if (allowedHosts.includes('*')) return []
  return allowedHosts.length === 0 && development ? ['localhost'] : allowedHosts.map(bare)
}

function bare(domain: string): string {
  return domain.toLowerCase().replace(/^\./, '')
}

/** About what browsers take for one site: the last two labels. Where that is too much (`co.uk`), nothing is said. */
function siteOf(host: string): string {
  return /^[\d.]+$|:/.test(host) ? host : host.split('.').slice(-2).join('.')
}
