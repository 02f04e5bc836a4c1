/** Where a redirect may lead, and how its target is written. */
import { isSameDomain } from '../../../src/kernel/hosts.ts'
import {
  escapeLeadingSlashes,
  iriToUri,
  loginRedirectUrl,
  urlHasAllowedHostAndScheme,
} from '../../../src/kernel/redirects.ts'
import type { VectorRow } from '../vector-row.ts'

export function redirectSafe(row: VectorRow): void {
  const url = row.value('url') === null ? null : row.text('url')
  row.check('ok', urlHasAllowedHostAndScheme(url, allowedHosts(row), row.flag('require_https', false)))
}

/** Django takes one host, several or none. */
function allowedHosts(row: VectorRow): ReadonlySet<string> | string | null {
  const hosts = row.has('allowed_hosts') ? row.value('allowed_hosts') : null
  if (hosts === null || typeof hosts === 'string') return hosts
  return new Set(row.texts('allowed_hosts'))
}

export function leadingSlashes(row: VectorRow): void {
  row.check('result', escapeLeadingSlashes(row.text('text')))
}

export function iriToUriText(row: VectorRow): void {
  row.check('result', iriToUri(row.text('text')))
}

export function sameDomain(row: VectorRow): void {
  row.check('ok', isSameDomain(row.text('host'), row.text('pattern')))
}

export function redirectToLogin(row: VectorRow): void {
  const next = row.text('next')
  const loginUrl = row.text('login_url', '/accounts/login/')
  const named = row.has('redirect_field_name')
  const field = named && row.value('redirect_field_name') === null ? null : row.text('redirect_field_name', 'next')
  const location = (): string => loginRedirectUrl(next, loginUrl, field)
  if (!row.refused(location)) row.check('location', location())
}
