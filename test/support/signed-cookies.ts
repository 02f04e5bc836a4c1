/** Sessions in signed cookies for tests that are given a database, under the secret key of the tests. */
import type { Database } from '../../src/database.ts'
import { memory } from '../../src/memory.ts'
import { sessionSettings } from '../../src/settings.ts'
import { type SignedCookieOptions, signedCookieSessions } from '../../src/signed-cookies.ts'
import { joined } from '../../src/with-sessions.ts'
import { SECRET_KEY } from './postern.ts'

/** A database whose sessions are in cookies. */
export function inCookies(database: Database = memory(), options?: SignedCookieOptions): Database {
  const { users, accounts } = database
  const ages = sessionSettings({}, true)
  const site = { key: SECRET_KEY, fallbackKeys: [], users, accounts, ages, isShared: false }
  return joined(database, signedCookieSessions(options).forSite(site))
}
