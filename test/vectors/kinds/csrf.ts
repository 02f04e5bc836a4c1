/** CSRF tokens, and which origins and referers an unsafe request may have. */
import { sourceError, TrustedOrigins } from '../../../src/csrf/csrf-check.ts'
import { maskSecret, tokenFormatError, tokenMatches, unmaskToken } from '../../../src/csrf/csrf-token.ts'
import type { VectorRow } from '../vector-row.ts'

/** The CSRF_TRUSTED_ORIGINS under which the rows without a list were made. */
const TRUSTED = ['https://trusted.example', 'https://*.wild.example', 'http://plain.example:8080']

export function csrfMask(row: VectorRow): void {
  const secret = row.text('secret')
  const token = row.text('token')
  if (row.has('mask')) row.check('token', maskSecret(secret, row.text('mask')))
  row.check('unmasked', unmaskToken(token))
  row.check('matches', tokenMatches(token, secret))
  row.check('bare_matches', tokenMatches(secret, secret))
}

export function csrfFormat(row: VectorRow): void {
  row.check('error', tokenFormatError(row.text('token')))
}

export function csrfOrigin(row: VectorRow): void {
  row.check('ok', sourceErrorOf(row, row.flag('secure'), { origin: row.value('origin') }) === null)
}

/** A Referer is asked for on HTTPS alone, and only where there is no Origin. */
export function csrfReferer(row: VectorRow): void {
  row.check('error', sourceErrorOf(row, row.flag('secure', true), { referer: row.value('referer') }))
}

function sourceErrorOf(row: VectorRow, secure: boolean, headers: Readonly<Record<string, unknown>>): string | null {
  const evidence = {
    method: 'POST',
    secure,
    host: row.text('host'),
    secret: null,
    header: (name: string): string | undefined => {
      const value = headers[name]
      return typeof value === 'string' ? value : undefined
    },
  }
  return sourceError(evidence, new TrustedOrigins(row.texts('trusted', TRUSTED)))
}
