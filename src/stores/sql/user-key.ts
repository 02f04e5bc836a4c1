/**
 * The two kinds of primary key that Django gives a table of users, as the columns of each dialect hold them. In the session, in
 * the index and in `User.id` a UUID is the dashed text that Python's `str(uuid)` writes; SQLite and MySQL keep it as
 * `char(32)` without dashes, PostgreSQL as its own type.
 *
 * Mirrors django/db/models/fields/__init__.py `UUIDField` and `AutoField` (5.2).
 */
import { randomUUID } from 'node:crypto'
import type { SqlClient, SqlValue } from './sql-client.ts'
import { toIntegerId } from './sql-values.ts'

type Dialect = SqlClient['dialect']

/** What a table of users counts its rows with. */
export type UserKeyKind = 'integer' | 'uuid'

/** A kind of primary key in one dialect. */
export interface UserKey {
  readonly kind: UserKeyKind
  /** The value of the column for an id as text; null for a text that is nobody's id. */
  toColumn(id: string): SqlValue | null
  /** The id of a user, for the value of the column. */
  toId(value: SqlValue | undefined): string | number
  /** The id of a new user; undefined where the database makes one. */
  make(): string | undefined
  /** No key is lower. */
  readonly lowest: SqlValue
  /** The placeholder for a key: as wide as any, so that a number beyond the column's is nobody's and no error. */
  readonly mark: string
  /** The key as SQL, for a column that holds an id as text: nobody's, and no error, where the text is no id. */
  ofText(column: string): string
}

/** As `str(uuid)` writes it; any other spelling of the same number would be another user to the index of sessions. */
const DASHED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const UNDASHED = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/i

function integerKey(ofText: (column: string) => string, mark = '?'): UserKey {
  return {
    kind: 'integer',
    toColumn: toIntegerId,
    toId: (value) => (typeof value === 'number' || typeof value === 'string' ? value : String(value)),
    make: () => undefined,
    lowest: Number.MIN_SAFE_INTEGER,
    mark,
    ofText,
  }
}

/** Nobody's. */
const NIL = '00000000-0000-0000-0000-000000000000'

/** @param native the database has a type for UUIDs, and takes and gives them with dashes */
function uuidKey(native: boolean, ofText: (column: string) => string): UserKey {
  return {
    kind: 'uuid',
    toColumn: (id) => {
      if (!DASHED.test(id)) return null
      return native ? id : id.replaceAll('-', '')
    },
    toId: (value) => String(value).toLowerCase().replace(UNDASHED, '$1-$2-$3-$4-$5'),
    make: randomUUID,
    lowest: native ? NIL : NIL.replaceAll('-', ''),
    mark: '?',
    ofText,
  }
}

/** A text that is no number would be an error to PostgreSQL's CAST, and the session of a user who is elsewhere unreadable. */
function castWhere(pattern: string, type: string): (column: string) => string {
  return (column) => `CASE WHEN ${column} ~ '${pattern}' THEN CAST(${column} AS ${type}) END`
}

const undashed = (column: string): string => `REPLACE(${column}, '-', '')`

const KEYS: Readonly<Record<Dialect, Readonly<Record<UserKeyKind, UserKey>>>> = {
  sqlite: {
    integer: integerKey((column) => `CAST(${column} AS INTEGER)`),
    uuid: uuidKey(false, undashed),
  },
  mysql: {
    integer: integerKey((column) => `CAST(${column} AS SIGNED)`),
    // In the character set ASCII it takes over the collation of whatever column it is compared with, whose index then serves.
    uuid: uuidKey(false, (column) => `CONVERT(${undashed(column)} USING ascii)`),
  },
  postgres: {
    integer: integerKey(castWhere('^(-|)[0-9]{1,18}$', 'bigint'), 'CAST(? AS bigint)'),
    uuid: uuidKey(true, castWhere('^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', 'uuid')),
  },
}

/** The key of this kind in this dialect. */
export function userKey(dialect: Dialect, kind: UserKeyKind): UserKey {
  return KEYS[dialect][kind]
}
