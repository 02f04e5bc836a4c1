/** The settings of a Django project beside those of a Postern: what one has and the other has not, one finding for each. */
import type { AuthContext } from '../auth/auth-context.ts'
import { MODEL_BACKEND } from '../django/auth-keys.ts'
import type { DjangoProject } from '../django-project.ts'
import type { User } from '../users/user.ts'
import { type CheckId, type CheckMessage, checkMessage } from './check-message.ts'
import type { CheckedSite } from './checked-site.ts'

/** One setting of both sides. */
interface Pair {
  readonly id: CheckId
  readonly django: keyof DjangoProject
  /** What Django takes where the project says nothing; undefined for what is not compared then. */
  readonly usual: unknown
  /** The setting here; undefined where there is none, and it is always as `value` says. */
  readonly name: string | undefined
  readonly value: unknown
  /** What follows from a difference. */
  readonly harm: string
}

const SESSIONS = 'django.contrib.sessions.'
const MESSAGES = 'django.contrib.messages.storage.'

const NO_SESSION = "neither side finds the other's session."
const TAKES_TURNS = 'the cookie is as the side says that has sent it last.'
const NO_TOKEN = 'forms of one side are refused by the other, or have no token to read.'
const NO_LINK =
  'a link to choose a new password that one side has sent is not good on the other for as long as it says.'
const ELSEWHERE = 'the two sides lead to different pages.'
const NO_MESSAGE = 'a message of one side is not shown by the other.'

export function* settingDifferences<U extends User>(
  site: CheckedSite<U>,
  context: Pick<AuthContext<U>, 'backends' | 'messages'>,
  project: DjangoProject,
): Generator<CheckMessage> {
  yield* engineChecks(project)
  for (const pair of [...cookiePairs(site), ...csrfPairs(site, project), ...otherPairs(site, context)]) {
    const theirs = project[pair.django] === undefined ? pair.usual : project[pair.django]
    if (theirs === undefined || same(theirs, pair.value)) continue
    yield checkMessage(
      pair.id,
      `${pair.django} is ${shown(theirs)}, and here ${hereOf(pair)}: ${pair.harm}`,
      cureOf(pair, theirs),
    )
  }
  yield* backendChecks(context, project)
}

function* engineChecks(project: DjangoProject): Generator<CheckMessage> {
  const { SESSION_ENGINE = `${SESSIONS}backends.db`, SESSION_SERIALIZER, USE_TZ } = project
  const cure = `Set SESSION_ENGINE = '${SESSIONS}backends.db' in the project.`
  if (SESSION_ENGINE === `${SESSIONS}backends.cached_db`) {
    yield checkMessage(
      'postern.W823',
      'SESSION_ENGINE is cached_db: Django reads its cache first, so that a logout made here, everywhere or not, is not seen there until the cache forgets.',
      cure,
    )
  } else if (SESSION_ENGINE !== `${SESSIONS}backends.db`) {
    yield checkMessage(
      'postern.E822',
      `SESSION_ENGINE is ${shown(SESSION_ENGINE)}: sessions of Django are not in django_session, so that nobody who signs in there is known here, and no logout here ends one of them, everywhere or not.`,
      cure,
    )
  }
  if (SESSION_SERIALIZER !== undefined && SESSION_SERIALIZER !== `${SESSIONS}serializers.JSONSerializer`) {
    yield checkMessage(
      'postern.E824',
      `SESSION_SERIALIZER is ${shown(SESSION_SERIALIZER)}: only JSON can be read here.`,
      `Set SESSION_SERIALIZER = '${SESSIONS}serializers.JSONSerializer' in the project.`,
    )
  }
  if (USE_TZ === false) {
    yield checkMessage(
      'postern.E825',
      'USE_TZ is False: Django writes the ends of sessions in local time and Postern reads UTC, so that every session ends hours early or late.',
      'Set USE_TZ = True in the project.',
    )
  }
}

function cookiePairs<U extends User>({ session }: CheckedSite<U>): readonly Pair[] {
  const [fatal, other] = ['postern.E818', 'postern.W819'] as const
  return [
    pair(fatal, 'SESSION_COOKIE_NAME', 'sessionid', 'session.cookieName', session.cookieName, NO_SESSION),
    pair(fatal, 'SESSION_COOKIE_DOMAIN', null, 'session.cookieDomain', session.cookieDomain, NO_SESSION),
    pair(fatal, 'SESSION_COOKIE_PATH', '/', 'session.cookiePath', session.cookiePath, NO_SESSION),
    pair(
      other,
      'SESSION_COOKIE_AGE',
      1_209_600,
      'session.cookieAge',
      session.cookieAge,
      'a session lives as long as the side says that wrote it last.',
    ),
    pair(other, 'SESSION_COOKIE_SECURE', false, 'session.cookieSecure', session.cookieSecure, TAKES_TURNS),
    pair(other, 'SESSION_COOKIE_HTTPONLY', true, undefined, true, TAKES_TURNS),
    pair(other, 'SESSION_COOKIE_SAMESITE', 'Lax', 'session.cookieSameSite', session.cookieSameSite, TAKES_TURNS),
    pair(
      other,
      'SESSION_EXPIRE_AT_BROWSER_CLOSE',
      false,
      'session.expireAtBrowserClose',
      session.expireAtBrowserClose,
      TAKES_TURNS,
    ),
    pair(
      other,
      'SESSION_SAVE_EVERY_REQUEST',
      false,
      'session.saveEveryRequest',
      session.saveEveryRequest,
      'a session is renewed on one side more often.',
    ),
  ]
}

function csrfPairs<U extends User>({ csrf }: CheckedSite<U>, project: DjangoProject): readonly Pair[] {
  const [fatal, other] = ['postern.E820', 'postern.W821'] as const
  const origins = [...csrf.trustedOrigins].sort()
  const both = [
    pair(fatal, 'CSRF_USE_SESSIONS', false, 'csrf.useSessions', csrf.useSessions, NO_TOKEN),
    pair(
      fatal,
      'CSRF_HEADER_NAME',
      'HTTP_X_CSRFTOKEN',
      undefined,
      'HTTP_X_CSRFTOKEN',
      'a script that sends the one is refused by the other.',
    ),
    pair(other, 'CSRF_TRUSTED_ORIGINS', [], 'csrf.trustedOrigins', origins, 'their pages may post to one side alone.'),
  ]
  if (csrf.useSessions && project.CSRF_USE_SESSIONS === true) return both
  return [
    ...both,
    pair(fatal, 'CSRF_COOKIE_NAME', 'csrftoken', 'csrf.cookieName', csrf.cookieName, NO_TOKEN),
    pair(fatal, 'CSRF_COOKIE_DOMAIN', null, 'csrf.cookieDomain', csrf.cookieDomain, NO_TOKEN),
    pair(fatal, 'CSRF_COOKIE_PATH', '/', 'csrf.cookiePath', csrf.cookiePath, NO_TOKEN),
    pair(other, 'CSRF_COOKIE_AGE', 31_449_600, 'csrf.cookieAge', csrf.cookieAge, TAKES_TURNS),
    pair(other, 'CSRF_COOKIE_SECURE', false, 'csrf.cookieSecure', csrf.cookieSecure, TAKES_TURNS),
    pair(other, 'CSRF_COOKIE_HTTPONLY', false, 'csrf.cookieHttpOnly', csrf.cookieHttpOnly, TAKES_TURNS),
    pair(other, 'CSRF_COOKIE_SAMESITE', 'Lax', 'csrf.cookieSameSite', csrf.cookieSameSite, TAKES_TURNS),
  ]
}

function otherPairs<U extends User>(site: CheckedSite<U>, context: Pick<AuthContext<U>, 'messages'>): readonly Pair[] {
  const { options, loginUrl, loginRedirectUrl, logoutRedirectUrl } = site
  const storage = `${MESSAGES}${STORAGES[context.messages.storage]}`
  const { timeZone = 'UTC', passwordResetTimeout = 259_200 } = options
  return [
    // What Django takes without the setting is what no project has.
    pair('postern.W830', 'TIME_ZONE', undefined, 'timeZone', timeZone, NO_LINK),
    pair('postern.W830', 'PASSWORD_RESET_TIMEOUT', 259_200, 'passwordResetTimeout', passwordResetTimeout, NO_LINK),
    pair('postern.I831', 'LOGIN_URL', '/accounts/login/', 'loginUrl', loginUrl, ELSEWHERE),
    pair('postern.I831', 'LOGIN_REDIRECT_URL', '/accounts/profile/', 'loginRedirectUrl', loginRedirectUrl, ELSEWHERE),
    pair('postern.I831', 'LOGOUT_REDIRECT_URL', null, 'logoutRedirectUrl', logoutRedirectUrl, ELSEWHERE),
    pair(
      'postern.W832',
      'MESSAGE_STORAGE',
      `${MESSAGES}fallback.FallbackStorage`,
      'messages.storage',
      storage,
      NO_MESSAGE,
    ),
  ]
}

const STORAGES = {
  fallback: 'fallback.FallbackStorage',
  cookie: 'cookie.CookieStorage',
  session: 'session.SessionStorage',
} as const

function* backendChecks<U extends User>(
  { backends }: Pick<AuthContext<U>, 'backends'>,
  project: DjangoProject,
): Generator<CheckMessage> {
  const theirs = project.AUTHENTICATION_BACKENDS ?? [MODEL_BACKEND]
  const mine = backends.map(({ path }) => path)
  for (const [path, here] of [
    ...theirs.filter((one) => !mine.includes(one)).map((one) => [one, false] as const),
    ...mine.filter((one) => !theirs.includes(one)).map((one) => [one, true] as const),
  ]) {
    yield checkMessage(
      'postern.W829',
      here
        ? `The backend ${shown(path)} is not in AUTHENTICATION_BACKENDS: whoever signs in by it here is nobody there.`
        : `AUTHENTICATION_BACKENDS has ${shown(path)}, which is not among the backends here: whoever signs in by it there is nobody here.`,
      here
        ? 'Add it to AUTHENTICATION_BACKENDS, or take it out of `backends`.'
        : 'Add a backend with this `path` to `backends`.',
    )
  }
}

function pair(
  id: CheckId,
  django: keyof DjangoProject,
  usual: unknown,
  name: string | undefined,
  value: unknown,
  harm: string,
): Pair {
  return { id, django, usual, name, value, harm }
}

/** Django's None and a setting that is left out are the same, and so are a domain with and without a dot before it. */
function same(theirs: unknown, mine: unknown): boolean {
  if (Array.isArray(theirs) && Array.isArray(mine)) return [...theirs].sort().join(' ') === mine.join(' ')
  const plain = (value: unknown): unknown => (typeof value === 'string' ? value.replace(/^\./, '') : (value ?? null))
  return plain(theirs) === plain(mine)
}

function hereOf({ name, value }: Pair): string {
  return name === undefined ? `it is always ${shown(value)}` : `${name} is ${shown(value)}`
}

function cureOf({ django, name, value }: Pair, theirs: unknown): string {
  // What cannot be written here: SameSite=None by leaving it away, a cookie for a browser's life.
  const cannot =
    name === undefined || ((theirs === null || theirs === false) && typeof value !== 'boolean' && !NULLABLE.test(name))
  if (cannot) return `Change ${django} in the project.`
  if (django === 'MESSAGE_STORAGE') {
    const [, storage] = /\.(fallback|cookie|session)\.\w+$/.exec(String(theirs)) ?? []
    return storage === undefined ? `Change ${django} in the project.` : `Say messages.storage: '${storage}'.`
  }
  return theirs === null ? `Leave ${name} out.` : `Say ${name}: ${shown(theirs)}.`
}

/** Settings here that may be left out. */
const NULLABLE = /Domain$|^logoutRedirectUrl$/

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`
  return value === undefined || value === null ? 'nothing' : String(value)
}
