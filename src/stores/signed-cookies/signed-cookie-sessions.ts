/** Sessions in signed cookies: Django's engine `signed_cookies`, with a logout that ends a copied cookie, too. */
import type { SessionEngine } from '../../sessions/session-store.ts'
import { SignedCookieStore } from './signed-cookie-store.ts'

/** What `signedCookieSessions` may be told. */
export interface SignedCookieOptions {
  /**
   * Compares the user's epoch in the cookie with the database at each request, so that a logout ends it. Without, nothing can
   * be ended, and `session: { allowUnrevocable: true }` has to say that this is known. @default true
   */
  readonly epochs?: boolean
}

/**
 * Sessions that are in the visitors' cookies alone, signed with the site's secret key: their values can be read by whoever has the
 * cookie, and be made by nobody else. Anonymous visitors take no room in the database. A logout ends all sessions of the user.
 * @example createPostern({ secretKey, database: sqlite('app.db'), sessions: signedCookieSessions() })
 */
export function signedCookieSessions({ epochs = true }: SignedCookieOptions = {}): SessionEngine {
  return { forSite: (site) => new SignedCookieStore(site, epochs) }
}
