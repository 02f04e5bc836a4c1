/**
 * The settings of a Postern beside a Django project, out of what the project says of itself. What cannot be honoured is an
 * error where sharing would go wrong unseen, and a notice where somebody should know.
 */
import { readFileSync } from 'node:fs'
import { AllowAllUsersModelBackend, ModelBackend } from './auth/model-backend.ts'
import { AllowAllUsersRemoteUserBackend, RemoteUserBackend } from './auth/remote-user-backend.ts'
import { djangoHashers, djangoValidators } from './django-passwords.ts'
import { type DjangoProject, type DjangoUserModel, HOW_TO_MAKE, parseDjangoProject } from './django-project.ts'
import { ConfigurationError } from './errors.ts'
import type { BackendFactory, CsrfOptions, MessageOptions, PosternOptions, SessionOptions } from './options.ts'

/** A table of users as `sqlite` and the others take it. */
export interface DjangoUserTable {
  readonly table: string
  readonly key: 'integer' | 'uuid'
  readonly columns: Readonly<Record<string, string | null>>
  readonly groupsTable: string | null
  readonly permissionsTable: string | null
  readonly userColumn?: string
}

/** A Django project's side of `createPostern`. */
export interface DjangoSettings {
  /** Everything but `database` and, unless the JSON has it, `secretKey`. */
  readonly settings: Omit<PosternOptions, 'database'>
  /** Where the users are, for `sqlite('db.sqlite3', { users })`; undefined for Django's own `auth_user`. */
  readonly users: DjangoUserTable | undefined
  /** What Postern does otherwise than the project, one sentence each. */
  readonly notices: readonly string[]
}

const SESSIONS = 'django.contrib.sessions.'
const MESSAGES = 'django.contrib.messages.storage.'
const BACKENDS: ReadonlyMap<string, BackendFactory> = new Map<string, BackendFactory>([
  ['django.contrib.auth.backends.ModelBackend', (context) => new ModelBackend(context)],
  ['django.contrib.auth.backends.AllowAllUsersModelBackend', (context) => new AllowAllUsersModelBackend(context)],
  ['django.contrib.auth.backends.RemoteUserBackend', (context) => new RemoteUserBackend(context)],
  [
    'django.contrib.auth.backends.AllowAllUsersRemoteUserBackend',
    (context) => new AllowAllUsersRemoteUserBackend(context),
  ],
])

/**
 * Translates a project.
 * @param project what the Python of `npx postern django-settings` printed: parsed, or the file that holds it
 * @throws {ConfigurationError} when sessions cannot be shared: times without a zone, pickled sessions, no JSON
 * @example const { settings, users } = djangoSettings('django.json')
 */
export function djangoSettings(project: DjangoProject | string): DjangoSettings {
  const given = typeof project === 'string' ? read(project) : project
  const notices: string[] = []
  refuseUnshareable(given)
  noticeSessionEngine(given, notices)
  noticeOthers(given, notices)
  const hashers = djangoHashers(given.PASSWORD_HASHERS, notices)
  const backends = backendsOf(given.AUTHENTICATION_BACKENDS, notices)
  return {
    settings: {
      interop: 'django',
      ...(given.SECRET_KEY === undefined ? {} : { secretKey: given.SECRET_KEY }),
      ...optional('secretKeyFallbacks', given.SECRET_KEY_FALLBACKS),
      ...optional('allowedHosts', given.ALLOWED_HOSTS),
      ...optional('timeZone', given.TIME_ZONE),
      ...(given.LANGUAGE_CODE?.startsWith('de') ? { languages: ['de', 'en'] as const } : {}),
      loginUrl: given.LOGIN_URL ?? '/accounts/login/',
      loginRedirectUrl: given.LOGIN_REDIRECT_URL ?? '/accounts/profile/',
      logoutRedirectUrl: given.LOGOUT_REDIRECT_URL ?? null,
      ...optional('passwordResetTimeout', given.PASSWORD_RESET_TIMEOUT),
      session: sessionOf(given, notices),
      csrf: csrfOf(given, notices),
      messages: messagesOf(given, notices),
      ...optional('passwordHashers', hashers),
      passwordValidators: djangoValidators(given.AUTH_PASSWORD_VALIDATORS ?? [], notices),
      ...optional('backends', backends),
    },
    users: userTableOf(given.USER_MODEL),
    notices,
  }
}

function read(file: string): DjangoProject {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigurationError(`${file} cannot be read. ${HOW_TO_MAKE}`, error)
  }
  return parseDjangoProject(text, file)
}

function refuseUnshareable({ USE_TZ, SESSION_SERIALIZER }: DjangoProject): void {
  if (USE_TZ === false) {
    throw new ConfigurationError(
      'USE_TZ is False: Django then writes the ends of sessions in local time, and every session would end hours early or late. Set USE_TZ = True in the project.',
    )
  }
  if (SESSION_SERIALIZER !== undefined && SESSION_SERIALIZER !== `${SESSIONS}serializers.JSONSerializer`) {
    throw new ConfigurationError(
      `SESSION_SERIALIZER is '${SESSION_SERIALIZER}': only JSON can be read here. Set SESSION_SERIALIZER = '${SESSIONS}serializers.JSONSerializer' in the project.`,
    )
  }
}

function noticeSessionEngine({ SESSION_ENGINE = `${SESSIONS}backends.db` }: DjangoProject, notices: string[]): void {
  const engine = SESSION_ENGINE.startsWith(`${SESSIONS}backends.`)
    ? SESSION_ENGINE.slice(`${SESSIONS}backends.`.length)
    : SESSION_ENGINE
  if (engine === 'db') return
  notices.push(
    engine === 'cached_db'
      ? "SESSION_ENGINE is cached_db: Django reads its cache first, so that a logout made here is not seen there until the cache forgets. Set it to 'django.contrib.sessions.backends.db'."
      : `SESSION_ENGINE is ${engine}: Django's sessions are out of reach, so that nobody who signs in there is known here, and a logout ends one side only. Set it to 'django.contrib.sessions.backends.db'.`,
  )
}

function noticeOthers(project: DjangoProject, notices: string[]): void {
  if (project.SESSION_COOKIE_HTTPONLY === false) {
    notices.push('SESSION_COOKIE_HTTPONLY is False: here the cookie of a session is HttpOnly all the same.')
  }
  if ((project.CSRF_HEADER_NAME ?? 'HTTP_X_CSRFTOKEN') !== 'HTTP_X_CSRFTOKEN') {
    notices.push(`CSRF_HEADER_NAME is ${project.CSRF_HEADER_NAME}: here the token is taken from X-CSRFToken alone.`)
  }
  if (project.SECURE_PROXY_SSL_HEADER) {
    notices.push('SECURE_PROXY_SSL_HEADER is set: say how many proxies stand in front here, `proxies: 1`.')
  }
}

function sessionOf(project: DjangoProject, notices: string[]): SessionOptions {
  return {
    ...optional('cookieName', project.SESSION_COOKIE_NAME),
    ...optional('cookieAge', project.SESSION_COOKIE_AGE),
    ...optional('cookieDomain', project.SESSION_COOKIE_DOMAIN),
    ...optional('cookiePath', project.SESSION_COOKIE_PATH),
    cookieSecure: project.SESSION_COOKIE_SECURE ?? false,
    cookieSameSite: sameSite('SESSION_COOKIE_SAMESITE', project.SESSION_COOKIE_SAMESITE, notices),
    ...optional('saveEveryRequest', project.SESSION_SAVE_EVERY_REQUEST),
    ...optional('expireAtBrowserClose', project.SESSION_EXPIRE_AT_BROWSER_CLOSE),
  }
}

function csrfOf(project: DjangoProject, notices: string[]): CsrfOptions {
  return {
    ...optional('cookieName', project.CSRF_COOKIE_NAME),
    ...optional('cookieAge', project.CSRF_COOKIE_AGE),
    ...optional('cookieDomain', project.CSRF_COOKIE_DOMAIN),
    ...optional('cookiePath', project.CSRF_COOKIE_PATH),
    cookieSecure: project.CSRF_COOKIE_SECURE ?? false,
    ...optional('cookieHttpOnly', project.CSRF_COOKIE_HTTPONLY),
    cookieSameSite: sameSite('CSRF_COOKIE_SAMESITE', project.CSRF_COOKIE_SAMESITE, notices),
    ...optional('useSessions', project.CSRF_USE_SESSIONS),
    ...optional('trustedOrigins', project.CSRF_TRUSTED_ORIGINS),
  }
}

function messagesOf(project: DjangoProject, notices: string[]): MessageOptions {
  const { MESSAGE_STORAGE = `${MESSAGES}fallback.FallbackStorage`, MESSAGE_LEVEL, MESSAGE_TAGS } = project
  const [, storage] = /^django\.contrib\.messages\.storage\.(fallback|cookie|session)\./.exec(MESSAGE_STORAGE) ?? []
  if (storage === undefined) {
    notices.push(
      `MESSAGE_STORAGE is ${MESSAGE_STORAGE}: here messages wait in the cookie and the session, as by default.`,
    )
  }
  return {
    storage: (storage ?? 'fallback') as 'fallback' | 'cookie' | 'session',
    ...optional('level', MESSAGE_LEVEL),
    ...optional('tags', MESSAGE_TAGS),
  }
}

function backendsOf(
  paths: readonly string[] | undefined,
  notices: string[],
): readonly [BackendFactory, ...BackendFactory[]] | undefined {
  const known = (paths ?? []).flatMap((path) => {
    const backend = BACKENDS.get(path)
    if (backend !== undefined) return [backend]
    notices.push(
      `AUTHENTICATION_BACKENDS has ${path}, which is not known here: whoever signed in by it is nobody, until \`backends\` has one with this path.`,
    )
    return []
  })
  const [first, ...others] = known
  if (first !== undefined) return [first, ...others]
  if (paths === undefined) return undefined
  // Without any, passwords would be taken here that the project does not take.
  throw new ConfigurationError(
    `AUTHENTICATION_BACKENDS has none that is known here (${paths.join(', ')}): leave it out of the JSON and pass \`backends\`.`,
  )
}

function userTableOf(model: DjangoUserModel | undefined): DjangoUserTable | undefined {
  if (model === undefined || model.table === 'auth_user') return undefined
  if (!/^(?:Big|Small)?(?:AutoField|IntegerField)$|^UUIDField$/.test(model.key)) {
    throw new ConfigurationError(`The key of ${model.table} is a ${model.key}; it can be an integer or a UUID.`)
  }
  const { columns } = model
  return {
    table: model.table,
    key: model.key === 'UUIDField' ? 'uuid' : 'integer',
    columns: Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [
        name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
        column,
      ]),
    ),
    groupsTable: model.groups,
    permissionsTable: model.permissions,
    ...(model.userColumn === null ? {} : { userColumn: model.userColumn }),
  }
}

function sameSite(
  name: string,
  value: string | false | null | undefined,
  notices: string[],
): 'Lax' | 'Strict' | 'None' {
  if (value === undefined) return 'Lax'
  if (value === 'Lax' || value === 'Strict' || value === 'None') return value
  notices.push(`${name} is ${value === false ? 'False' : value}: here the cookie is SameSite=Lax.`)
  return 'Lax'
}

/** The setting, or nothing where Django has its default or None. */
function optional<Name extends string, Value>(
  name: Name,
  value: Value | null | undefined,
): { readonly [key in Name]?: Value } {
  return value === undefined || value === null ? {} : ({ [name]: value } as { readonly [key in Name]: Value })
}
