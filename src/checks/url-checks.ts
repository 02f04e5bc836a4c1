/**
 * The wrong page after a login or a logout, and redirects that go in circles: what the URL patterns and the settings
 * say of it. A path that none of the patterns answers may be the framework's, and is left alone.
 */
import { TRAITS, type View } from '../auth/view.ts'
import { splitHost } from '../kernel/hosts.ts'
import type { MountedView } from '../site-urls.ts'
import type { User } from '../users/user.ts'
import { type CheckMessage, checkMessage } from './check-message.ts'
import type { CheckedSite } from './checked-site.ts'

const DEFAULT_LOGIN_REDIRECT = '/accounts/profile/'

export function* urlChecks<U extends User>(site: CheckedSite<U>): Generator<CheckMessage> {
  yield* loginPageChecks(site)
  yield* loginRedirectChecks(site)
  yield* logoutRedirectChecks(site)
  for (const mounted of site.urls.views) yield* viewChecks(site, mounted)
}

function* loginPageChecks<U extends User>(site: CheckedSite<U>): Generator<CheckMessage> {
  const { loginUrl, urls } = site
  const page = viewOf(site, loginUrl)
  if (page?.[TRAITS]?.guard === 'login') {
    yield checkMessage(
      'postern.E201',
      `loginUrl is '${loginUrl}', a page for those who are logged in: the others are sent there, and from there to it again, without end.`,
      'Take the guard off the login page, or name another page in loginUrl.',
    )
  }
  const builtIn = urls.views.find(({ view }) => view[TRAITS]?.kind === 'login')
  if (page === undefined && builtIn !== undefined && site.options.loginUrl === undefined) {
    yield checkMessage(
      'postern.W203',
      `Guards send the anonymous to ${loginUrl}, where none of the URL patterns answers; the login page is at ${builtIn.route}.`,
      "Say loginUrl: 'login', the name of its URL, or the path itself.",
    )
  }
}

function* loginRedirectChecks<U extends User>(site: CheckedSite<U>): Generator<CheckMessage> {
  const { loginUrl, loginRedirectUrl, urls, options } = site
  if (urls.resolve(loginUrl, '') === urls.resolve(loginRedirectUrl, '')) {
    yield checkMessage(
      'postern.W202',
      'loginRedirectUrl leads to the login page, so that a login ends where it began.',
      'Name another page in loginRedirectUrl.',
    )
  }
  if (viewOf(site, loginRedirectUrl)?.[TRAITS]?.kind === 'logout')
    yield leadsToLogout('loginRedirectUrl', loginRedirectUrl)
  if (options.loginRedirectUrl === undefined && viewOf(site, DEFAULT_LOGIN_REDIRECT) === undefined) {
    yield checkMessage(
      'postern.I208',
      `A login without \`next\` leads to ${DEFAULT_LOGIN_REDIRECT}, where none of the URL patterns answers. A route of the framework may.`,
      "If there is no such page, say where a login leads: loginRedirectUrl: '/'.",
    )
  }
}

function* logoutRedirectChecks<U extends User>(site: CheckedSite<U>): Generator<CheckMessage> {
  const { logoutRedirectUrl: to } = site
  if (to === null) return
  const { guard, kind } = viewOf(site, to)?.[TRAITS] ?? {}
  if (guard === 'login') yield leadsToGuarded('logoutRedirectUrl', to)
  if (kind === 'logout') yield leadsToLogout('logoutRedirectUrl', to)
}

function* viewChecks<U extends User>(site: CheckedSite<U>, mounted: MountedView<U>): Generator<CheckMessage> {
  const { route, view } = mounted
  const { kind, leadsTo = {}, allowedHosts = [] } = view[TRAITS] ?? {}
  const { nextPage } = leadsTo
  const where = `nextPage of the view of '${route}'`
  if (nextPage !== undefined) {
    const traits = viewOf(site, nextPage)?.[TRAITS]
    if (kind === 'logout' && traits?.guard === 'login') yield leadsToGuarded(where, nextPage)
    if (traits?.kind === 'logout') yield leadsToLogout(where, nextPage)
  }
  for (const host of allowedHosts) {
    if (splitHost(host) !== null) continue
    yield checkMessage(
      'postern.W209',
      `The view of '${route}' has '${host}' in successUrlAllowedHosts, which is no host: \`next\` will never lead there.`,
      "Write the host alone, as in 'shop.example' or 'shop.example:8443'.",
    )
  }
  if (kind === 'login') yield* circleChecks(site, mounted)
  if (kind !== undefined && view.csrfExempt === true) {
    yield checkMessage(
      'postern.W309',
      `The view of '${route}' is csrfExempt: a page of another site can log its visitors ${kind === 'login' ? 'in to an account of its own' : 'out'}.`,
      'Leave csrfExempt out; a program sends the token as the X-CSRFToken header.',
    )
  }
}

/** `redirectAuthenticatedUser` sends on who comes to the login page logged in; a guard may have sent them there. */
function* circleChecks<U extends User>(site: CheckedSite<U>, { route, view }: MountedView<U>): Generator<CheckMessage> {
  const { redirectsUsers, leadsTo } = view[TRAITS] ?? {}
  if (redirectsUsers !== true) return
  const target = leadsTo?.nextPage ?? site.loginRedirectUrl
  if (viewOf(site, target) === view) {
    yield checkMessage(
      'postern.W206',
      `The login page at '${route}' has redirectAuthenticatedUser and would send users to itself; it shows the form instead.`,
      'Name another page in nextPage or loginRedirectUrl.',
    )
  }
  const tested = site.urls.views.find((other) => other.view[TRAITS]?.sendsUsersToLogin === true)
  if (tested !== undefined && viewOf(site, tested.view[TRAITS]?.leadsTo?.loginUrl ?? site.loginUrl) === view) {
    yield checkMessage(
      'postern.W207',
      `'${tested.route}' sends users who may not see it to the login page at '${route}', which has redirectAuthenticatedUser and sends them back, without end.`,
      'Take redirectAuthenticatedUser away, or refuse those users with 403: throw PermissionDenied, or take UserPassesTestView.',
    )
  }
}

function leadsToGuarded(setting: string, to: string): CheckMessage {
  return checkMessage(
    'postern.W204',
    `${setting} leads to '${to}', a page for those who are logged in: who has just logged out is sent on to the login page.`,
    "Name a page that everybody may see, or 'login' if that is meant.",
  )
}

function leadsToLogout(setting: string, to: string): CheckMessage {
  return checkMessage(
    'postern.W205',
    `${setting} leads to '${to}', which logs out by POST alone: a redirect is a GET, and answered with 405.`,
    'Name another page.',
  )
}

/** The view that a setting leads to; undefined for the framework's own pages, and other sites'. */
function viewOf<U extends User>({ urls }: CheckedSite<U>, to: string): View<U> | undefined {
  const path = urls.resolve(to, '').split(/[?#]/)[0] as string
  return path.startsWith('/') && !path.startsWith('//') ? urls.match(path, '')?.view : undefined
}
