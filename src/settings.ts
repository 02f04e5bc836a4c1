/** The settings with their defaults filled in. */
import { DEFAULT_TAGS, INFO } from './messages/message.ts'
import type { CsrfOptions, MessageOptions, PosternOptions, SessionOptions } from './options.ts'
import { modelPermissions } from './users/model-permissions.ts'
import type { Permission } from './users/permission-store.ts'
import type { User } from './users/user.ts'

/** The options of sessions with their defaults filled in. */
export type SessionSettings = Required<
  Omit<SessionOptions, 'cookieDomain' | 'allowUnrevocable' | 'hostPrefix' | 'keysBefore'>
> &
  Pick<SessionOptions, 'cookieDomain'>

/** The options of CSRF with their defaults filled in. */
export type CsrfSettings = Required<Omit<CsrfOptions, 'cookieDomain' | 'failureView'>> &
  Pick<CsrfOptions, 'cookieDomain' | 'failureView'>

/** Fills in the defaults of the session's options. */
export function sessionSettings(options: SessionOptions, development: boolean): SessionSettings {
  const { hostPrefix, allowUnrevocable, keysBefore, ...given } = options
  return {
    cookieAge: 1_209_600,
    absoluteAge: 2_592_000,
    idleFrom: 'use',
    expireAtBrowserClose: false,
    saveEveryRequest: false,
    cookieSecure: !development,
    cookieSameSite: 'Lax',
    cookiePath: '/',
    ...defined(given),
    cookieName: (hostPrefix === true ? '__Host-' : '') + (options.cookieName ?? 'sessionid'),
  }
}

/** Fills in the defaults of the CSRF options. */
export function csrfSettings(options: CsrfOptions, development: boolean): CsrfSettings {
  return {
    cookieName: 'csrftoken',
    cookieAge: 31_449_600,
    cookieSecure: !development,
    cookieSameSite: 'Lax',
    cookiePath: '/',
    cookieHttpOnly: false,
    useSessions: false,
    trustedOrigins: [],
    exempt: [],
    ...defined(options),
  }
}

/** The options of messages with their defaults filled in. */
export type MessageSettings = Required<MessageOptions>

/** Fills in the defaults of the options of messages. */
export function messageSettings(options: MessageOptions): MessageSettings {
  return {
    storage: 'fallback',
    level: INFO,
    cookieName: 'messages',
    ...defined(options),
    tags: { ...DEFAULT_TAGS, ...defined(options.tags ?? {}) },
  }
}

/** What Django calls a model that stands for no table, where a permission belongs to the application as a whole. */
const NO_MODEL = 'globalpermission'

/** The permissions that `permissions` and `models` declare. */
export function declaredPermissions<U extends User>({
  permissions = [],
  models = {},
}: Pick<PosternOptions<U>, 'permissions' | 'models'>): readonly Permission[] {
  const builtIn = Object.entries(models).flatMap(([name, verboseName]) => {
    const [app = '', model = ''] = name.split('.')
    return modelPermissions(app, model, verboseName)
  })
  return [...builtIn, ...permissions.map((one) => ({ ...one, model: (one.model ?? NO_MODEL).toLowerCase() }))]
}

/** Without what is there and undefined (`process.env.…`): it must not displace a default, Secure least of all. */
function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T
}
