/** Settings that are missing or contradict each other are refused at start, with a sentence that says what to do. */
import { mergeCatalogs } from './catalogs/merge-catalogs.ts'
import { accessProblems } from './check-access-options.ts'
import { loginProblems } from './check-login-options.ts'
import { unknownSettings } from './checks/setting-names.ts'
import { ConfigurationError } from './errors.ts'
import { deleteCookie } from './kernel/cookies.ts'
import { splitHost } from './kernel/hosts.ts'
import { catalogOf } from './kernel/languages.ts'
import { mailProblems } from './mail-settings.ts'
import type { PosternOptions, SessionOptions } from './options.ts'
import { registrationProblems } from './registration-settings.ts'
import { keysBeforeProblems } from './session-place.ts'
import type { SessionStore } from './sessions/session-store.ts'
import { sessionSettings } from './settings.ts'
import type { User } from './users/user.ts'

const SHORTEST_KEY = 32
const FEWEST_CHARACTERS = 5
/** A century, in seconds; beyond the year 9999 there is no HTTP date. */
const LONGEST_COOKIE = 3_155_760_000
/** What Node's timers can wait, in seconds. */
const LONGEST_TIMER = 2_147_483

/** @throws {ConfigurationError} naming every problem found, each with its cure */
export function checkOptions<U extends User>(options: PosternOptions<U>, development: boolean): void {
  const problems = [...problemsOf(options, development)]
  if (problems.length > 0) throw new ConfigurationError(problems.join('\n'))
}

function* problemsOf<U extends User>(options: PosternOptions<U>, development: boolean): Generator<string> {
  const { database, session = {}, csrf = {} } = options
  // A name that is not understood is refused while it is being written; a site that runs is not stopped by it.
  if (development) yield* unknownSettings(options)
  if (
    options.sessions !== undefined &&
    typeof (options.sessions as Partial<SessionStore> | null)?.load !== 'function'
  ) {
    yield "sessions is no store of sessions: pass one, for instance sessions: redisSessions('redis://localhost:6379') from 'postern/redis'."
    return
  }
  if (typeof database?.sessions?.load !== 'function' || typeof database.users?.findById !== 'function') {
    yield "database is missing or is none: pass one, for instance database: sqlite('app.db') from 'postern/sqlite'."
    return
  }
  if (typeof database.permissions?.permissionsOf !== 'function') {
    yield "database has no store of permissions: give it one, for instance permissions: sqlite('app.db').permissions."
  }
  if (!development) yield* productionProblems(options)
  yield* accessProblems(options)
  if (!database.sessions.revocable && session.allowUnrevocable !== true) yield unrevocable(options)
  for (const [name, age, most] of [
    ['session.cookieAge', session.cookieAge, LONGEST_COOKIE],
    ['session.absoluteAge', session.absoluteAge, Number.POSITIVE_INFINITY],
    ['csrf.cookieAge', csrf.cookieAge, LONGEST_COOKIE],
    ['storeTimeout', options.storeTimeout, LONGEST_TIMER],
    ['passwordResetTimeout', options.passwordResetTimeout, LONGEST_COOKIE],
  ] as const) {
    if (age === undefined || (typeof age === 'number' && age > 0 && age <= most)) continue
    yield `${name} is ${age}; it is a number of seconds above 0${most === Number.POSITIVE_INFINITY ? '' : ` and at most ${most}`}.`
  }
  const { cookieAge, absoluteAge } = sessionSettings(session, development)
  if (session.cookieAge !== undefined && Number.isFinite(cookieAge) && absoluteAge < cookieAge) {
    yield `session.absoluteAge (${absoluteAge} s) is shorter than session.cookieAge (${cookieAge} s), which could then never be reached. Make cookieAge the shorter one, or give session.absoluteAge too.`
  }
  for (const [name, cookie] of [
    ['session', session],
    ['csrf', csrf],
  ] as const) {
    if (cookie.cookieSameSite === 'None' && !(cookie.cookieSecure ?? !development)) {
      yield `${name}.cookieSameSite is 'None' and the cookie is not Secure; browsers drop such a cookie. Set ${name}.cookieSecure: true and serve HTTPS.`
    }
    if (cookie.cookieName !== undefined && !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(cookie.cookieName)) {
      yield `${name}.cookieName '${cookie.cookieName}' is no cookie name (RFC 6265, 4.1.1).`
    } else yield* cookieProblems(name, cookie)
  }
  if ((session.cookieName ?? 'sessionid') === (csrf.cookieName ?? 'csrftoken') && session.hostPrefix !== true) {
    yield `session.cookieName and csrf.cookieName are both '${csrf.cookieName ?? 'csrftoken'}'; give them two names.`
  }
  yield* keysBeforeProblems(options)
  yield* messageProblems(options)
  yield* languageProblems(options)
  yield* mailProblems(options, development)
  yield* registrationProblems(options, development)
  if (options.timeZone !== undefined && !isTimeZone(options.timeZone)) {
    yield `timeZone: '${options.timeZone}' is not known; it is a name such as 'Europe/Berlin' or 'UTC'.`
  }
  yield* loginProblems(options, development)
  for (const key of options.secretKeyFallbacks ?? []) {
    if (typeof key === 'string' && key !== '') continue
    yield 'secretKeyFallbacks holds a key that is empty or no string: anybody could sign with it. Leave it out.'
  }
  if (session.hostPrefix === true) {
    if (!(session.cookieSecure ?? !development))
      yield 'session.hostPrefix needs a Secure cookie: set session.cookieSecure: true and serve HTTPS.'
    if (session.cookieDomain !== undefined)
      yield 'session.hostPrefix and session.cookieDomain contradict each other: a __Host- cookie has no domain. Leave one out.'
    if (session.cookiePath !== undefined && session.cookiePath !== '/')
      yield "session.hostPrefix needs session.cookiePath '/'."
  }
  if (options.interop === 'django' && session.hostPrefix === true) {
    yield "interop: 'django' shares the cookie with Django, which knows no hostPrefix. Leave hostPrefix out, or set session.cookieName to what Django's SESSION_COOKIE_NAME says."
  }
  for (const host of options.allowedHosts ?? []) {
    if (host !== '*' && splitHost(host.replace(/^\./, ''))?.port !== '') {
      yield `allowedHosts: '${host}' is a host alone, without scheme, port or path: 'shop.example', '.shop.example' with its subdomains.`
    }
  }
  for (const origin of csrf.trustedOrigins ?? []) {
    if (!/^https?:\/\/[^/]+$/.test(origin))
      yield `csrf.trustedOrigins: '${origin}' needs a scheme and nothing behind the host, as in 'https://shop.example'.`
  }
  if (!(Array.isArray(csrf.exempt ?? []) && (csrf.exempt ?? []).every((route) => typeof route === 'string'))) {
    yield "csrf.exempt is a list of routes, as in ['hooks/', 'payments/<str:name>/']."
  }
  if (csrf.failureView !== undefined && typeof csrf.failureView !== 'function') {
    yield 'csrf.failureView is a function that answers: (request, reason) => text(reason, 403).'
  }
  const { templates } = options
  if (templates !== undefined && (typeof templates?.has !== 'function' || typeof templates.render !== 'function')) {
    yield "templates is no engine: make one of your folder, for instance templates: nunjucks('templates') from 'postern/nunjucks'."
  }
  if (options.proxies !== undefined && !(Number.isInteger(options.proxies) && options.proxies >= 0)) {
    yield `proxies is ${options.proxies}; it is the number of your own proxies in front, 0 for none.`
  }
}

/** Why a logout would not end a copied cookie, and what to do. */
function unrevocable<U extends User>({ database: { sessions }, interop }: PosternOptions<U>): string {
  const wayOut = 'or say session: { allowUnrevocable: true } if you accept that.'
  if (sessions.cookies === undefined) {
    return `The session store cannot revoke a session, so a logout would not end a copied cookie. Take another store, ${wayOut}`
  }
  if (interop === 'django' && sessions.endsForUser === true) {
    return `Django knows no epochs: a cookie that was copied before a logout would still be signed in there. With interop: 'django', keep sessions in the database, ${wayOut}`
  }
  return `Sessions in signed cookies are compared with no epoch, so a logout would not end a copied cookie. Say signedCookieSessions() with a database whose accounts have epoch and raiseEpoch, as those of sqlite() and memory(); take another store, ${wayOut}`
}

function* languageProblems<U extends User>({ languages, catalogs = {} }: PosternOptions<U>): Generator<string> {
  if (languages === undefined) return
  if (!Array.isArray(languages) || languages.length === 0) {
    yield "languages is a list of language codes, the first for whoever asks for none of them: ['en', 'de']."
    return
  }
  const known = mergeCatalogs(catalogs)
  for (const language of languages) {
    if (typeof language !== 'string' || !/^[a-z]{2,8}(?:-[a-z0-9]{1,8})*$/i.test(language)) {
      yield `languages: '${language}' is no language code, such as 'de' or 'pt-BR'.`
    } else if (!/^en\b/i.test(language) && catalogOf(known, language) === undefined) {
      yield `languages: there are no sentences in '${language}'. Give them, as in catalogs: { ${JSON.stringify(language)}: { 'Log in': '…' } }.`
    }
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

function* messageProblems<U extends User>({
  messages = {},
  session = {},
  csrf = {},
}: PosternOptions<U>): Generator<string> {
  const { storage, level, tags, cookieName } = messages
  if (storage !== undefined && storage !== 'fallback' && storage !== 'cookie' && storage !== 'session') {
    yield `messages.storage is '${storage}'; it is 'fallback', 'cookie' or 'session'.`
  }
  if (level !== undefined && !Number.isInteger(level)) {
    yield `messages.level is ${level}; it is a whole number, such as messages.DEBUG, which is 10.`
  }
  for (const [number, tag] of Object.entries(tags ?? {})) {
    if (/^-?\d+$/.test(number) && (typeof tag === 'string' || tag === undefined)) continue
    yield `messages.tags: '${number}' needs a number in front and a text behind it, as in { 40: 'danger' }.`
  }
  yield* cookieProblems('messages', { cookieName })
  if ((cookieName ?? 'messages') === (session.cookieName ?? 'sessionid') && session.hostPrefix !== true) {
    yield `messages.cookieName and session.cookieName are both '${session.cookieName ?? 'sessionid'}'; give them two names.`
  }
  if ((cookieName ?? 'messages') === (csrf.cookieName ?? 'csrftoken')) {
    yield `messages.cookieName and csrf.cookieName are both '${csrf.cookieName ?? 'csrftoken'}'; give them two names.`
  }
}

/** What would otherwise be an error page at the first cookie. */
function* cookieProblems(
  name: string,
  cookie: Pick<SessionOptions, 'cookiePath' | 'cookieDomain' | 'cookieSameSite'> & {
    readonly cookieName?: string | undefined
  },
): Generator<string> {
  try {
    const { cookieName = name, cookiePath, cookieDomain, cookieSameSite } = cookie
    deleteCookie(cookieName, { path: cookiePath, domain: cookieDomain, sameSite: cookieSameSite })
  } catch (error) {
    yield `${name}: ${(error as Error).message}`
  }
}

function* productionProblems<U extends User>(options: PosternOptions<U>): Generator<string> {
  const { secretKey } = options
  if (secretKey === undefined || secretKey === '') {
    yield 'secretKey is missing: make one with `node -p "crypto.randomBytes(48).toString(\'base64url\')"`, keep it out of the repository and pass it, for instance secretKey: process.env.SECRET_KEY.'
  } else if (secretKey.length < SHORTEST_KEY || new Set(secretKey).size < FEWEST_CHARACTERS) {
    yield `secretKey is too short or too simple: it needs at least ${SHORTEST_KEY} random characters.`
  }
  if (options.allowedHosts === undefined || options.allowedHosts.length === 0) {
    yield "allowedHosts is missing: name the hosts that this site answers to, for instance allowedHosts: ['shop.example']."
  }
}
