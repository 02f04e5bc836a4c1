/**
 * Users in Django's `auth_user`, or in another table, on any `SqlClient`.
 *
 * Mirrors django/contrib/auth/models.py `UserManager`, and `PasswordResetForm.get_users` for the search by address (5.2).
 */
import { UserExists } from '../../errors.ts'
import { foldEmail, isAscii } from '../../users/email.ts'
import { User } from '../../users/user.ts'
import type { NewUser, UserChanges, UserListing, UserStore } from '../../users/user-store.ts'
import { withDefaults } from '../new-user.ts'
import { explainUserError } from './check-user-table.ts'
import type { SqlClient, SqlResult, SqlRow, SqlStatement, SqlValue } from './sql-client.ts'
import { isUniqueViolation } from './sql-errors.ts'
import { columnsToWrite, readUser } from './user-row.ts'
import { type UserStatements, userStatements } from './user-statements.ts'
import { type SqlUserTable, sqlUserTable } from './user-table.ts'

/** Rows that a search by a non-ASCII address reads at once. */
const EMAIL_PAGE = 500
/** No address is longer than 254 characters; neither is a question worth asking. */
const LONGEST_EMAIL = 320
const LONGEST_SEARCH = LONGEST_EMAIL

export class SqlUserStore implements UserStore {
  /** Where the users are; the session store reads them along from there. */
  readonly table: SqlUserTable
  readonly #client: SqlClient
  readonly #now: () => number
  readonly #sql: UserStatements

  /**
   * @param options.table where the users are. @default Django's `auth_user`
   * @param options.now the clock, for `dateJoined` of new users
   */
  constructor(client: SqlClient, options: { readonly table?: SqlUserTable; readonly now?: () => number } = {}) {
    this.#client = client
    this.table = options.table ?? sqlUserTable(client.dialect)
    this.#now = options.now ?? Date.now
    this.#sql = userStatements(this.table)
  }

  async findById(id: string): Promise<User | null> {
    const key = this.table.key.toColumn(id)
    return key === null ? null : this.#one(this.#sql.byId, key)
  }

  /** To some databases a name in another case, or with other accents, is the same; here it is somebody else's. */
  async findByUsername(username: string): Promise<User | null> {
    const users = (await this.#all(this.#sql.byUsername, [username])).map((row) => readUser(this.table, row, 0))
    return users.find((user) => user.username === username) ?? null
  }

  async hasUsername(username: string): Promise<boolean> {
    return (await this.#all(this.#sql.hasUsername, asciiLowerVariants(username))).length > 0
  }

  /** The address may be stored in any case; those outside of ASCII are compared here, since SQL's LOWER does not know them all. */
  async findByEmail(email: string): Promise<readonly User[]> {
    if (this.#sql.byEmail === null || email === '' || email.length > LONGEST_EMAIL) return []
    if (isAscii(email)) {
      const folded = email.toLowerCase()
      const rows = await this.#all(this.#sql.byEmail.ascii, [folded])
      return rows
        .map((row) => readUser(this.table, row, 0))
        .filter((user) => isAscii(user.email) && user.email.toLowerCase() === folded)
    }
    return this.#findByUnicodeEmail(email, this.#sql.byEmail.like)
  }

  async list({ search = '', after, limit }: UserListing): Promise<readonly User[]> {
    if (search.length > LONGEST_SEARCH || search.includes('\u0000')) return []
    const params: SqlValue[] = after === undefined ? [] : [after]
    if (search !== '') {
      const pattern = `%${escapeLike(search)}%`
      for (const _ of this.#sql.searched) params.push(pattern, pattern.toLowerCase())
    }
    const rows = await this.#all(this.#sql.list(after !== undefined, search !== ''), [...params, limit])
    return rows.map((row) => readUser(this.table, row, 0))
  }

  async create(user: NewUser): Promise<User> {
    const { table } = this
    const fields = withDefaults(
      table.emailIsUsername ? { ...user, email: user.email || user.username } : user,
      this.#now(),
    )
    const made = table.key.make()
    const columns = columnsToWrite(table, fields)
    if (made !== undefined) columns.set(table.id, table.key.toColumn(made))
    const result = await this.#write([this.#sql.insert([...columns.keys()]), [...columns.values()]])
    const id = made ?? Number(result?.lastId)
    // Another table may have made something else of it: columns that are not there, defaults of its own.
    const kept = table.isMapped ? await this.findById(String(id)) : null
    return kept ?? new User({ ...fields, id })
  }

  async update(id: string, changes: UserChanges): Promise<boolean> {
    const key = this.table.key.toColumn(id)
    if (key === null) return false
    const columns = columnsToWrite(this.table, changes)
    if (columns.size === 0) return (await this.#one(this.#sql.byId, key)) !== null
    // The time of the last login alone is written on every login, and nothing hangs on it.
    const durable = columns.size > 1 || changes.lastLogin === undefined
    const result = await this.#write([this.#sql.update([...columns.keys()]), [...columns.values(), key]], durable)
    return result !== undefined && result.matched > 0
  }

  async replacePassword(id: string, from: string, to: string): Promise<boolean> {
    const key = this.table.key.toColumn(id)
    if (key === null) return false
    const result = await this.#write([this.#sql.replacePassword, [to, key, from]])
    return result !== undefined && result.matched > 0
  }

  /** For a statement that failed: the settings may not fit the table. @internal */
  explain(error: unknown): Promise<unknown> {
    return explainUserError(this.#client, this.table, error)
  }

  async #one(sql: string, param: SqlValue): Promise<User | null> {
    try {
      const row = await this.#client.one(sql, [param])
      return row === undefined ? null : readUser(this.table, row, 0)
    } catch (error) {
      throw await this.explain(error)
    }
  }

  async #all(sql: string, params: readonly SqlValue[]): Promise<SqlRow[]> {
    try {
      return await this.#client.all(sql, params)
    } catch (error) {
      throw await this.explain(error)
    }
  }

  async #write(statement: SqlStatement, durable = true): Promise<SqlResult | undefined> {
    try {
      const [result] = await this.#client.batch([statement], { durable })
      return result
    } catch (error) {
      throw isUniqueViolation(error) ? new UserExists() : await this.explain(error)
    }
  }

  /** Page by page, so that an address such as `ü@example.com` does not read every user of that host in one go. */
  async #findByUnicodeEmail(email: string, like: string): Promise<User[]> {
    const folded = foldEmail(email)
    const pattern = likePattern(email)
    const ids: string[] = []
    for (let after: SqlValue = this.table.key.lowest; ; ) {
      const rows = await this.#all(like, [after, pattern, EMAIL_PAGE])
      for (const [key, stored] of rows) {
        if (foldEmail(String(stored)) === folded) ids.push(String(this.table.key.toId(key)))
      }
      const last = rows.at(-1)
      if (last === undefined || rows.length < EMAIL_PAGE) break
      after = last[0] as SqlValue
    }
    const users = await Promise.all(ids.map((id) => this.findById(id)))
    return users.filter((user) => user !== null)
  }
}

/**
 * What SQL's LOWER, which on SQLite knows ASCII alone, may make of the name in another case: with its other letters as they were
 * given, all small, and all capital.
 */
function asciiLowerVariants(username: string): string[] {
  const spellings = [username, username.toLowerCase(), username.toUpperCase()]
  return spellings.map((text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()))
}

/**
 * What is in ASCII before the first and after the last other character, with any text between. The last letter of
 * the former is left out, since a combining accent may follow it.
 */
function likePattern(email: string): string {
  const [before] = /^[\x20-\x7e]*/.exec(email) as RegExpExecArray
  const [after] = /[\x20-\x7e]*$/.exec(email) as RegExpExecArray
  return `${escapeLike(before.slice(0, -1))}%${escapeLike(after)}`.toLowerCase()
}

function escapeLike(text: string): string {
  return text.replace(/[!%_]/g, '!$&')
}
