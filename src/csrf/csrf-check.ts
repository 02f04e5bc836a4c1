/**
 * Whether an unsafe request comes from this site's own pages: Origin, then Referer (HTTPS), then the token.
 * Mirrors `CsrfViewMiddleware.process_view` (django/middleware/csrf.py, 5.2), with Fetch Metadata in front
 * (W3C Fetch Metadata, 2.1).
 */
import { isSameDomain } from '../kernel/hosts.ts'
import { urlSplit, urlUnsplit } from '../kernel/url-split.ts'
import { tokenFormatError, tokenMatches, unmaskToken } from './csrf-token.ts'

/** What is looked at. */
export interface CsrfEvidence {
  readonly method: string
  readonly secure: boolean
  /** The request's own host, already checked. */
  readonly host: string
  header(name: string): string | undefined
  /** The secret that the visitor's cookie or session has; null when there is none. */
  readonly secret: string | null
}

/** Origins that are as good as the own one: `https://a.example`, `https://*.b.example`. */
export class TrustedOrigins {
  readonly #exact = new Set<string>()
  readonly #subdomains: { scheme: string; domain: string }[] = []
  readonly #domains: string[] = []

  constructor(origins: readonly string[]) {
    for (const origin of origins) {
      const [scheme = '', netloc = ''] = origin.split('://')
      this.#domains.push(netloc.replace(/^\*/, ''))
      if (origin.includes('*')) this.#subdomains.push({ scheme, domain: netloc.replace(/^\*/, '') })
      else this.#exact.add(origin)
    }
  }

  has(origin: string): boolean {
    if (this.#exact.has(origin)) return true
    if (this.#subdomains.length === 0) return false
    const parts = urlSplit(origin)
    if (parts === null) return false
    return this.#subdomains.some(
      (trusted) => trusted.scheme === parts.scheme && isSameDomain(parts.netloc, trusted.domain),
    )
  }

  hasDomain(netloc: string): boolean {
    return this.#domains.some((domain) => isSameDomain(netloc, domain))
  }
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** Whether a method cannot change anything (RFC 9110, section 9.2.1). */
export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.has(method)
}

/** @returns why the request's source is refused, or null */
export function sourceError(evidence: CsrfEvidence, trusted: TrustedOrigins): string | null {
  const origin = evidence.header('origin')
  if (origin !== undefined && trusted.has(origin)) return null
  // Only a browser sends this, and it cannot be told to lie: another site's page made the request.
  if (evidence.header('sec-fetch-site') === 'cross-site') {
    return 'Fetch Metadata checking failed - the request comes from a page of another site.'
  }
  if (origin !== undefined) {
    return isOwnOrigin(evidence) ? null : `Origin checking failed - ${origin} does not match any trusted origins.`
  }
  return evidence.secure ? refererError(evidence, trusted) : null
}

/** Whether the Origin header is exactly this site's. */
export function isOwnOrigin(evidence: CsrfEvidence): boolean {
  return evidence.header('origin') === `${evidence.secure ? 'https' : 'http'}://${evidence.host}`
}

function refererError(evidence: CsrfEvidence, trusted: TrustedOrigins): string | null {
  const referer = evidence.header('referer')
  if (referer === undefined) return 'Referer checking failed - no Referer.'
  const parts = urlSplit(referer)
  if (parts === null || parts.scheme === '' || parts.netloc === '') {
    return 'Referer checking failed - Referer is malformed.'
  }
  if (parts.scheme !== 'https') return 'Referer checking failed - Referer is insecure while host is secure.'
  if (trusted.hasDomain(parts.netloc) || isSameDomain(parts.netloc, evidence.host)) return null
  return `Referer checking failed - ${urlUnsplit(parts)} does not match any trusted origins.`
}

/**
 * @param field the token of the form's `csrfmiddlewaretoken`, `''` when there is none; it wins over the header, even when wrong
 * @returns why the token is refused, or null
 */
export function tokenError(evidence: CsrfEvidence, field: string): string | null {
  const { secret } = evidence
  if (secret === null) return 'CSRF cookie not set.'
  const badSecret = tokenFormatError(secret)
  if (badSecret !== null) return `CSRF cookie ${badSecret}.`
  const token = field === '' ? evidence.header('x-csrftoken') : field
  if (token === undefined) return 'CSRF token missing.'
  const source = field === '' ? "the 'X-Csrftoken' HTTP header" : 'POST'
  const badToken = tokenFormatError(token)
  if (badToken !== null) return `CSRF token from ${source} ${badToken}.`
  // Django before 4.0 kept the secret masked.
  return tokenMatches(token, unmaskToken(secret)) ? null : `CSRF token from ${source} incorrect.`
}
