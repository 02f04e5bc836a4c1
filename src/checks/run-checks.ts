/**
 * All checks of one site. Mirrors django/core/checks (5.2). What cannot work at all is refused at start already
 * (`ConfigurationError`); what is found here works otherwise than it looks.
 */
import type { User } from '../users/user.ts'
import { type CheckMessage, checkMessage, inOrder } from './check-message.ts'
import type { CheckedSite } from './checked-site.ts'
import { cookieChecks } from './cookie-checks.ts'
import { type CheckedStores, databaseChecks } from './database-checks.ts'
import { deployChecks } from './deploy-checks.ts'
import { type DeclaredPermissions, permissionChecks } from './permission-checks.ts'
import { unknownSettings } from './setting-names.ts'
import { storeChecks } from './store-checks.ts'
import { urlChecks } from './url-checks.ts'

/** Which checks are run. */
export interface CheckOptions {
  /** Also what only matters where the site is served. @default false */
  readonly deploy?: boolean
  /** Asks the database and makes a password hash. @default true */
  readonly database?: boolean
}

/** Milliseconds by which a clock may be off before something is wrong with it. */
const CLOCK_TOLERANCE = 86_400_000

/** What the settings alone tell, as it is found when the site starts. */
export function settingsChecks<U extends User>(site: CheckedSite<U>): readonly CheckMessage[] {
  return inOrder([...startChecks(site)])
}

/** All of it. */
export async function runChecks<U extends User>(
  site: CheckedSite<U>,
  stores: CheckedStores,
  { deploy = false, database = true }: CheckOptions,
): Promise<readonly CheckMessage[]> {
  return inOrder([
    ...startChecks(site),
    ...clockChecks(stores.sessions.now()),
    ...(deploy ? deployChecks(site) : []),
    ...(database ? await databaseChecks(stores) : []),
    ...(database && deploy ? await storeChecks(stores.sessions.store) : []),
  ])
}

function* startChecks<U extends User>(site: CheckedSite<U>): Generator<CheckMessage> {
  const { options } = site
  for (const sentence of unknownSettings(options)) {
    yield checkMessage('postern.W002', sentence, 'It does not count. In development it is refused at start.')
  }
  if (!options.database.sessions.revocable) {
    yield checkMessage(
      'postern.W101',
      'The session store cannot revoke a session: after a logout a copied cookie still works until it expires.',
      "Take a store that can, for instance sqlite('app.db'), and take session.allowUnrevocable away.",
    )
  }
  yield* urlChecks(site)
  yield* cookieChecks(site)
  yield* permissionChecks(options as DeclaredPermissions)
}

function* clockChecks(now: number): Generator<CheckMessage> {
  if (Math.abs(now - Date.now()) <= CLOCK_TOLERANCE) return
  yield checkMessage(
    'postern.W004',
    `The clock \`now\` says ${now}, which is far from this machine's time, ${Date.now()}: sessions end at the wrong time.`,
    'It gives milliseconds since 1970, as Date.now does; leave it out where the site is served.',
  )
}
