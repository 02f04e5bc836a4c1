/** The settings of the reference site. What a scenario run varies comes from the environment, under Django's names. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PosternOptions } from '../../src/index.ts'
import { keepMail } from './outbox.ts'

const { env } = process

function flag(name: string): boolean {
  return !['', '0', 'false', 'no'].includes(env[name] ?? '0')
}

/** Which of the three ways to run Postern the site takes: `node`, `express` or `fetch`. */
export const adapter: string = env.ADAPTER ?? 'node'
export const databasePath: string = env.DB_PATH ?? join(mkdtempSync(join(tmpdir(), 'reference-site-')), 'ref.sqlite3')
export const rounds: number = Number(env.REF_PBKDF2_ITERATIONS ?? 60_000)
/** A name of engines.ts. */
export const engineName: string = env.SESSION_ENGINE || 'db'
/** Where the engine `file` keeps sessions. */
export const sessionFolder: string = env.SESSION_FILE_PATH || `${databasePath}-sessions`

const messageStorages = { FallbackStorage: 'fallback', CookieStorage: 'cookie', SessionStorage: 'session' } as const
/** As Django's setting has it, `fallback.FallbackStorage`. */
export const messageStorage: string = env.MESSAGE_STORAGE ?? 'fallback.FallbackStorage'
const storage = messageStorages[messageStorage.split('.').at(-1) as keyof typeof messageStorages]
if (storage === undefined) throw new Error(`MESSAGE_STORAGE=${messageStorage} is none that there is.`)

export const settings = {
  secretKey: env.SECRET_KEY ?? 'reference-site-secret-key-not-for-production-0123456789',
  secretKeyFallbacks: (env.SECRET_KEY_FALLBACKS ?? '').split(',').filter((key) => key !== ''),
  development: false,
  // "evil.example" is absent on purpose: a request with that Host gets 400.
  allowedHosts: ['127.0.0.1', 'localhost', '[::1]', 'testserver', 'site.example'],
  // A scenario marks a request as HTTPS with X-Forwarded-Proto.
  proxies: 1,
  appendSlash: true,
  // Django has no limits on guessing, and scenarios guess a lot.
  loginLimits: false,
  loginUrl: '/accounts/login/',
  loginRedirectUrl: '/dashboard/',
  logoutRedirectUrl: env.LOGOUT_REDIRECT_URL || null,
  publicUrl: `http://127.0.0.1:${env.PORT ?? 8100}`,
  sendMail: keepMail,
  passwordResetTimeout: Number(env.PASSWORD_RESET_TIMEOUT ?? 259_200),
  session: {
    saveEveryRequest: flag('SESSION_SAVE_EVERY_REQUEST'),
    expireAtBrowserClose: flag('SESSION_EXPIRE_AT_BROWSER_CLOSE'),
    cookieSecure: flag('SESSION_COOKIE_SECURE'),
  },
  csrf: {
    useSessions: flag('CSRF_USE_SESSIONS'),
    cookieSecure: false,
    trustedOrigins: ['https://trusted.example', 'https://*.wild.example'],
  },
  messages: { storage },
} as const satisfies Partial<PosternOptions>
