/**
 * What is right while a site is being written and wrong where it is served. Mirrors the deployment checks of
 * django/core/checks/security (5.2) as far as they concern sessions, CSRF and keys.
 */
import type { User } from '../users/user.ts'
import { type CheckMessage, checkMessage } from './check-message.ts'
import type { CheckedSite } from './checked-site.ts'

/** Django's, in characters. */
const SHORTEST_KEY = 50
const FEWEST_CHARACTERS = 5
const INSECURE_PREFIX = 'django-insecure-'

export function* deployChecks<U extends User>(site: CheckedSite<U>): Generator<CheckMessage> {
  const { options, development, session, csrf } = site
  if (development) {
    yield checkMessage(
      'postern.W501',
      'Development is on: cookies are not Secure, error pages tell causes, and only this machine is answered.',
      'Set NODE_ENV=production where the site is served.',
    )
  }
  if (options.session?.cookieSecure === false) {
    yield insecure('postern.W502', 'session', 'take over the session')
  }
  if (!csrf.useSessions && options.csrf?.cookieSecure === false) {
    yield insecure('postern.W503', 'csrf', 'take the token')
  }
  yield* keyChecks(site)
  yield* hostChecks(site)
  if (options.database.volatile === true) {
    yield checkMessage(
      'postern.W102',
      'The database or its sessions are in the memory of this process: a restart loses them, and another process knows neither its logins nor its logouts.',
      "Take a database that all processes share and that stays, for instance sqlite('app.db').",
    )
  }
  if (session.absoluteAge === Number.POSITIVE_INFINITY) {
    yield checkMessage(
      'postern.I105',
      'session.absoluteAge is Infinity: a copied cookie that somebody keeps using stays good until a logout or a new password.',
      'Leave it out (30 days), unless that is meant.',
    )
  }
  if (options.session?.keysBefore !== undefined) {
    yield checkMessage(
      'postern.I108',
      options.session.keysBefore === 'raw'
        ? "session.keysBefore is 'raw': keys of sessions from before are stored as they are until they are used, and whoever reads the table has those sessions."
        : "session.keysBefore is 'hashed': a session that is not found is looked for three times.",
      options.session.keysBefore === 'raw'
        ? 'Run `npx postern hash-session-keys`, and leave session.keysBefore out then.'
        : 'Leave it out when the sessions from before have ended: after session.absoluteAge at the latest.',
    )
  }
  if (options.interop === 'django') {
    yield checkMessage(
      'postern.I104',
      "interop: 'django' stores session keys as they are in the cookie: whoever reads the table has the sessions. And a Django with cached sessions (cache, cached_db) can keep or revive one that was ended here.",
      "Guard backups of the table, and set Django's SESSION_ENGINE to django.contrib.sessions.backends.db.",
    )
  }
}

function insecure(id: 'postern.W502' | 'postern.W503', cookie: 'session' | 'csrf', harm: string): CheckMessage {
  return checkMessage(
    id,
    `${cookie}.cookieSecure is off: whoever listens to a plain http request can ${harm}.`,
    `Leave ${cookie}.cookieSecure out (it is on outside development), and serve HTTPS.`,
  )
}

function* keyChecks<U extends User>({ options }: CheckedSite<U>): Generator<CheckMessage> {
  const { secretKey = '', secretKeyFallbacks = [] } = options
  if (secretKey === '') {
    yield checkMessage(
      'postern.W504',
      'secretKey is missing: outside development Postern does not start without it.',
      'Make one with `npx postern gensecret` and pass it from the environment.',
    )
  } else if (isWeak(secretKey)) yield weakKey('postern.W504', 'secretKey')
  for (const [at, key] of secretKeyFallbacks.entries()) {
    if (isWeak(key)) yield weakKey('postern.W505', `secretKeyFallbacks[${at}]`)
  }
}

function isWeak(key: string): boolean {
  return key.length < SHORTEST_KEY || new Set(key).size < FEWEST_CHARACTERS || key.startsWith(INSECURE_PREFIX)
}

function weakKey(id: 'postern.W504' | 'postern.W505', name: string): CheckMessage {
  return checkMessage(
    id,
    `${name} has less than ${SHORTEST_KEY} characters, less than ${FEWEST_CHARACTERS} different ones, or begins with '${INSECURE_PREFIX}': who guesses it can sign in as anybody.`,
    'Make one with `npx postern gensecret` and pass it from the environment. The old one goes into secretKeyFallbacks until its sessions have ended.',
  )
}

function* hostChecks<U extends User>({ options, csrf }: CheckedSite<U>): Generator<CheckMessage> {
  const { allowedHosts = [], proxies = 0 } = options
  if (allowedHosts.length === 0 || allowedHosts.includes('*')) {
    yield checkMessage(
      'postern.W506',
      `allowedHosts ${allowedHosts.length === 0 ? 'is missing' : "has '*'"}: ${allowedHosts.length === 0 ? 'outside development Postern does not start without it' : 'whatever a client writes into its Host header is believed'}.`,
      "Name the hosts that the site answers to: allowedHosts: ['shop.example'].",
    )
  }
  for (const origin of csrf.trustedOrigins) {
    if (!origin.startsWith('http://')) continue
    yield checkMessage(
      'postern.W311',
      `csrf.trustedOrigins has '${origin}': whoever is on the way of a plain http page can act for its visitors.`,
      `Trust https://${origin.slice('http://'.length)} instead.`,
    )
  }
  if (proxies === 0) {
    yield checkMessage(
      'postern.I407',
      'proxies is 0: if a proxy of yours ends HTTPS in front, every form is refused (its Origin says https, the request http), and all clients have one address.',
      'Set proxies to the number of your own proxies in front.',
    )
  }
}
