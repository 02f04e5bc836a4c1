/** Links that let somebody choose a new password. */
import { PasswordResetTokenGenerator, type ResetTokenOptions, type TokenUser } from '../../../src/tokens/reset-token.ts'
import type { Defaults } from '../play.ts'
import type { VectorRow } from '../vector-row.ts'

const EPOCH = Date.UTC(2001, 0, 1)

/** A time without a zone is UTC's here as there. */
function timeOf(value: unknown): Date | null {
  return typeof value === 'string' ? new Date(/Z|[+-]\d\d:\d\d$/.test(value) ? value : `${value}Z`) : null
}

class Generator extends PasswordResetTokenGenerator {
  hashValue(user: TokenUser, timestamp: number): string {
    return this.makeHashValue(user, timestamp)
  }
}

function generator(secretKey: string, seconds: number, more: Partial<ResetTokenOptions> = {}): Generator {
  return new Generator({ secretKey, now: () => EPOCH + seconds * 1000, ...more })
}

export function resetToken(row: VectorRow, { secretKey }: Defaults): void {
  const seconds = row.number('seconds_since_2001')
  const user = {
    id: row.number('pk'),
    password: row.text('password_field'),
    lastLogin: timeOf(row.value('last_login')),
    email: row.text('email', ''),
  }
  const tokens = generator(row.text('secret_key', secretKey), seconds)
  row.check('hash_value', tokens.hashValue(user, seconds))
  row.check('token', tokens.makeToken(user))
  row.expect('our own token, checked', true, tokens.checkToken(user, row.text('token')))
}

export function resetTokenCheck(row: VectorRow, { secretKey }: Defaults): void {
  const given = row.value('user') as Readonly<Record<string, unknown>>
  const user = {
    id: Number(given.pk),
    password: String(given.password),
    lastLogin: timeOf(given.last_login),
    email: String(given.email ?? ''),
  }
  const key = row.text('secret_key', secretKey)
  const tokens = generator(key, row.number('now_seconds_since_2001'), { timeout: row.number('timeout') })
  row.check('ok', tokens.checkToken(user, row.text('token')))
}
