/** What the CSRF check looks at of a request, and the check that `login` makes by itself. */
import { type CsrfEvidence, isSafeMethod, sourceError } from '../csrf/csrf-check.ts'
import { PermissionDenied } from '../errors.ts'
import type { AuthRequest } from './auth-request.ts'

export function csrfEvidence(request: AuthRequest): CsrfEvidence {
  const { incoming } = request
  return {
    method: incoming.method,
    secure: request.isSecure,
    host: incoming.host,
    header: (name) => incoming.header(name),
    secret: request.csrfSecret.raw,
  }
}

/**
 * A route of the application's own is not checked while the visitor has no session, and must not become the way to sign
 * somebody in to another's account from another site (login CSRF). Only browsers say where a request comes from.
 * @throws {PermissionDenied}
 */
export function refuseForeignLogin(request: AuthRequest): void {
  if (request.sourceIsJudged || isSafeMethod(request.method)) return
  const { incoming, context } = request
  if (incoming.header('origin') === undefined && incoming.header('sec-fetch-site') === undefined) return
  const reason = sourceError(csrfEvidence(request), context.trustedOrigins)
  if (reason === null) return
  throw new PermissionDenied(
    `A login from another site is refused. ${reason} If it is meant, name the origin in csrf.trustedOrigins or the route in csrf.exempt.`,
  )
}
