/**
 * Users in Django's `auth_user`, on any `SqlClient`.
 *
 * Mirrors django/contrib/auth/models.py `UserManager`, and `PasswordResetForm.get_users` for the search by address (5.2).
 */
import { UserExists } from '../../errors.ts'
import { foldEmail, isAscii } from '../../users/email.ts'
import { User } from '../../users/user.ts'
import type { NewUser, UserChanges, UserStore } from '../../users/user-store.ts'
import { withDefaults } from '../new-user.ts'
import type { SqlClient, SqlValue } from './sql-client.ts'
import { isUniqueViolation } from './sql-errors.ts'
import { toIntegerId } from './sql-values.ts'
import { COLUMN_OF, readUser, toColumn, USER_COLUMNS } from './user-row.ts'

const SELECT = `SELECT ${USER_COLUMNS.join(', ')} FROM auth_user`
const BY_ID = `${SELECT} WHERE id = ?`
const BY_USERNAME = `${SELECT} WHERE username = ?`
const BY_ASCII_EMAIL = `${SELECT} WHERE LOWER(email) = ? ORDER BY id`
const EMAILS_LIKE =
  "SELECT id, email FROM auth_user WHERE id > ? AND LOWER(email) LIKE ? ESCAPE '!' ORDER BY id LIMIT ?"
const REPLACE_PASSWORD = 'UPDATE auth_user SET password = ? WHERE id = ? AND password = ?'

const FIELDS = Object.keys(COLUMN_OF) as (keyof typeof COLUMN_OF)[]
const INSERT = `INSERT INTO auth_user (${FIELDS.map((field) => COLUMN_OF[field]).join(', ')})
VALUES (${FIELDS.map(() => '?').join(', ')})`

/** Rows that a search by a non-ASCII address reads at once. */
const EMAIL_PAGE = 500
/** No address is longer than 254 characters; neither is a question worth asking. */
const LONGEST_EMAIL = 320

const DURABLE = { durable: true } as const

export class SqlUserStore implements UserStore {
  readonly #client: SqlClient
  readonly #now: () => number

  /** @param now the clock, for `dateJoined` of new users */
  constructor(client: SqlClient, now: () => number = Date.now) {
    this.#client = client
    this.#now = now
  }

  async findById(id: string): Promise<User | null> {
    const key = toIntegerId(id)
    return key === null ? null : this.#one(BY_ID, key)
  }

  findByUsername(username: string): Promise<User | null> {
    return this.#one(BY_USERNAME, username)
  }

  /** The address may be stored in any case; those outside of ASCII are compared here, since SQL's LOWER does not know them all. */
  async findByEmail(email: string): Promise<readonly User[]> {
    if (email === '' || email.length > LONGEST_EMAIL) return []
    if (isAscii(email)) {
      const rows = await this.#client.all(BY_ASCII_EMAIL, [email.toLowerCase()])
      return rows.map((row) => readUser(row, 0)).filter((user) => isAscii(user.email))
    }
    return this.#findByUnicodeEmail(email)
  }

  async create(user: NewUser): Promise<User> {
    const fields = withDefaults(user, this.#now())
    const params = FIELDS.map((field) => toColumn(field, fields[field]))
    const [result] = await asUserExists(this.#client.batch([[INSERT, params]], DURABLE))
    return new User({ ...fields, id: Number(result?.lastId) })
  }

  async update(id: string, changes: UserChanges): Promise<boolean> {
    const key = toIntegerId(id)
    if (key === null) return false
    const columns: string[] = []
    const params: SqlValue[] = []
    for (const field of FIELDS) {
      const value = changes[field]
      if (value === undefined) continue
      columns.push(`${COLUMN_OF[field]} = ?`)
      params.push(toColumn(field, value))
    }
    if (columns.length === 0) return (await this.#one(BY_ID, key)) !== null
    // The time of the last login alone is written on every login, and nothing hangs on it.
    const durable = columns.length > 1 || changes.lastLogin === undefined
    const sql = `UPDATE auth_user SET ${columns.join(', ')} WHERE id = ?`
    const [result] = await asUserExists(this.#client.batch([[sql, [...params, key]]], { durable }))
    return result !== undefined && result.matched > 0
  }

  async replacePassword(id: string, from: string, to: string): Promise<boolean> {
    const key = toIntegerId(id)
    if (key === null) return false
    const [result] = await this.#client.batch([[REPLACE_PASSWORD, [to, key, from]]], DURABLE)
    return result !== undefined && result.matched > 0
  }

  async #one(sql: string, param: SqlValue): Promise<User | null> {
    const row = await this.#client.one(sql, [param])
    return row === undefined ? null : readUser(row, 0)
  }

  /** Page by page, so that an address such as `ü@example.com` does not read every user of that host in one go. */
  async #findByUnicodeEmail(email: string): Promise<User[]> {
    const folded = foldEmail(email)
    const pattern = likePattern(email)
    const ids: string[] = []
    for (let after: SqlValue = Number.MIN_SAFE_INTEGER; ; ) {
      const rows = await this.#client.all(EMAILS_LIKE, [after, pattern, EMAIL_PAGE])
      for (const [id, stored] of rows) if (foldEmail(String(stored)) === folded) ids.push(String(id))
      const last = rows.at(-1)
      if (last === undefined || rows.length < EMAIL_PAGE) break
      after = last[0] as SqlValue
    }
    const users = await Promise.all(ids.map((id) => this.findById(id)))
    return users.filter((user) => user !== null)
  }
}

/**
 * What is in ASCII before the first and after the last other character, with any text between. The last letter of
 * the former is left out, since a combining accent may follow it.
 */
function likePattern(email: string): string {
  const [before = ''] = /^[\x20-\x7e]*/.exec(email) ?? []
  const [after = ''] = /[\x20-\x7e]*$/.exec(email) ?? []
  return `${escapeLike(before.slice(0, -1))}%${escapeLike(after)}`.toLowerCase()
}

function escapeLike(text: string): string {
  return text.replace(/[!%_]/g, '!$&')
}

async function asUserExists<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw isUniqueViolation(error) ? new UserExists() : error
  }
}
