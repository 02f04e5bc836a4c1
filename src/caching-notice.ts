/**
 * In development, tells of a page that shows who is logged in and lets browsers keep it: after a logout the Back button
 * still shows it. An answer without a Cache-Control of its own never does.
 */
import type { AuthRequest } from './auth/auth-request.ts'
import type { User } from './users/user.ts'

/** A site under development has fewer pages; made-up addresses must not fill the memory. */
const MOST_PATHS = 200

export class CachingNotice {
  readonly #tell: (message: string) => void
  readonly #told = new Set<string>()

  constructor(tell: (message: string) => void) {
    this.#tell = tell
  }

  /** @param cacheControl what the answer says in the end */
  look<U extends User>(request: AuthRequest<U>, cacheControl: string | undefined): void {
    if (cacheControl === undefined || /\bno-store\b/i.test(cacheControl) || request.failure !== undefined) return
    const path = request.path.replace(/[^\x20-\x7e]/g, '?').slice(0, 200)
    if (this.#told.has(path) || this.#told.size >= MOST_PATHS || !request.quietUser().isAuthenticated) return
    this.#told.add(path)
    this.#tell(
      `postern.W103: ${path} shows who is logged in, and its own Cache-Control (${cacheControl}) lets browsers keep it: ` +
        'after a logout the Back button still shows it. Leave Cache-Control out, or put neverCache around the view.',
    )
  }
}
