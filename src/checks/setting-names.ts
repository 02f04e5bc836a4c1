/** The names of all settings, so that a mistyped one is no setting that silently does not count. */
import { nearestName } from '../kernel/nearest-name.ts'
import type { CsrfOptions, MessageOptions, PosternOptions, RegistrationOptions, SessionOptions } from '../options.ts'
import type { HashQueueOptions } from '../passwords/hash-queue.ts'

// The type checker holds these lists equal to the interfaces.
const SETTINGS: ReadonlySet<string> = namesOf<PosternOptions>({
  secretKey: true,
  secretKeyFallbacks: true,
  database: true,
  sessions: true,
  development: true,
  allowedHosts: true,
  proxies: true,
  urls: true,
  accountsPrefix: true,
  appendSlash: true,
  loginUrl: true,
  loginRedirectUrl: true,
  logoutRedirectUrl: true,
  siteName: true,
  publicUrl: true,
  sendMail: true,
  mailFrom: true,
  registration: true,
  logoutMail: true,
  audit: true,
  loginLimits: true,
  languages: true,
  catalogs: true,
  passwordResetTimeout: true,
  timeZone: true,
  templates: true,
  session: true,
  csrf: true,
  messages: true,
  passwordHashers: true,
  passwordValidators: true,
  hashQueue: true,
  backends: true,
  remoteUser: true,
  loginRequiredMiddleware: true,
  permissions: true,
  models: true,
  interop: true,
  storeTimeout: true,
  now: true,
})

const GROUPS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'session',
    namesOf<SessionOptions>({
      cookieName: true,
      cookieAge: true,
      absoluteAge: true,
      idleFrom: true,
      expireAtBrowserClose: true,
      saveEveryRequest: true,
      cookieSecure: true,
      cookieSameSite: true,
      cookiePath: true,
      cookieDomain: true,
      hostPrefix: true,
      allowUnrevocable: true,
      keysBefore: true,
    }),
  ],
  [
    'csrf',
    namesOf<CsrfOptions>({
      cookieName: true,
      cookieAge: true,
      cookieSecure: true,
      cookieSameSite: true,
      cookiePath: true,
      cookieDomain: true,
      useSessions: true,
      cookieHttpOnly: true,
      trustedOrigins: true,
      exempt: true,
      failureView: true,
    }),
  ],
  ['messages', namesOf<MessageOptions>({ storage: true, level: true, tags: true, cookieName: true })],
  ['hashQueue', namesOf<HashQueueOptions>({ concurrency: true, maxWait: true })],
  [
    'registration',
    namesOf<RegistrationOptions>({
      identify: true,
      confirmEmail: true,
      loginAfter: true,
      redirectUrl: true,
      confirmTimeout: true,
    }),
  ],
])

/** Django's settings that have another name here. */
const DJANGO_NAMES: ReadonlyMap<string, string> = new Map([
  ['debug', 'development'],
  ['authenticationbackends', 'backends'],
  ['databases', 'database'],
  ['sessionengine', 'sessions'],
  ['messagestorage', 'messages.storage'],
  ['messagelevel', 'messages.level'],
  ['messagetags', 'messages.tags'],
  ['sessioncookiehttponly', 'nothing: the session cookie is always HttpOnly'],
  ['staticurl', 'nothing: files are served by the framework'],
])

function namesOf<T extends object>(names: Readonly<Record<keyof T, true>>): ReadonlySet<string> {
  return new Set(Object.keys(names))
}

/** @returns a sentence for each setting that there is not, with the one that was probably meant */
export function* unknownSettings(options: object): Generator<string> {
  yield* unknownIn(options, '', SETTINGS)
  for (const [group, names] of GROUPS) {
    const given: unknown = (options as Readonly<Record<string, unknown>>)[group]
    if (typeof given === 'object' && given !== null) yield* unknownIn(given, `${group}.`, names)
  }
}

function* unknownIn(given: object, prefix: string, names: ReadonlySet<string>): Generator<string> {
  for (const name of Object.keys(given)) {
    if (names.has(name)) continue
    const meant = probablyMeant(prefix, name, names)
    const hint = meant === undefined ? `There are: ${[...names].map((known) => prefix + known).join(', ')}.` : meant
    yield `There is no setting '${prefix}${name}'. ${hint}`
  }
}

function probablyMeant(prefix: string, name: string, names: ReadonlySet<string>): string | undefined {
  const plain = plainName(prefix + name)
  const django = DJANGO_NAMES.get(plain)
  if (django !== undefined) return `Here it is ${django}.`
  const paths = [...SETTINGS, ...[...GROUPS].flatMap(([group, known]) => [...known].map((one) => `${group}.${one}`))]
  const same = paths.filter((path) => plainName(path) === plain)
  const moved = paths.filter((path) => path.endsWith(`.${name}`) || path === name)
  const near = nearestName(name, names)
  const found = [same, moved, near === undefined ? [] : [prefix + near]].find((some) => some.length > 0)
  return found === undefined ? undefined : `Did you mean ${found.join(' or ')}?`
}

/** `SESSION_COOKIE_AGE` and `session.cookieAge` are written differently and mean the same. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
