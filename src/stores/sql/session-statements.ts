/**
 * The statements of the session store, over Django's `django_session` and Postern's index `postern_session`. Each one that
 * writes a session says so only of a live one (`expire_date > ?`), so that what has expired cannot be revived either.
 */
import { deleteIn } from './delete-in.ts'
import type { SqlClient, SqlStatement, SqlValue } from './sql-client.ts'
import { orNothing, orUpdate } from './upsert.ts'
import { userColumns } from './user-row.ts'
import type { SqlUserTable } from './user-table.ts'

/** Where the key is in a row of `LOAD_ALONE` and `loadWithUser`: to some databases keys in another case are the same. */
export const LOADED_KEY = 5
/** Where the user's columns begin in a row of `loadWithUser`. */
export const LOADED_USER = 6

/** The session and its line in the index, for users who are not in this database. */
export const LOAD_ALONE: string = `
SELECT s.session_data, s.expire_date, p.user_id, p.created, p.public_id, s.session_key
FROM django_session s
LEFT JOIN postern_session p ON p.session_key = s.session_key
WHERE s.session_key = ?`

/** The session, its line in the index and its user in one round trip. The id is made a key so that the users' primary key is used. */
export function loadWithUser(users: SqlUserTable): string {
  return `
SELECT s.session_data, s.expire_date, p.user_id, p.created, p.public_id, s.session_key, ${userColumns(users, 'u.')}
FROM django_session s
LEFT JOIN postern_session p ON p.session_key = s.session_key
LEFT JOIN ${users.table} u ON u.${users.id} = ${users.key.ofText('p.user_id')}
WHERE s.session_key = ?`
}

export const EXISTS = 'SELECT 1 FROM django_session WHERE session_key = ? AND expire_date > ?'

export const UPDATE: string = `
UPDATE django_session SET session_data = ?, expire_date = ? WHERE session_key = ? AND expire_date > ?`

/** For a session of nobody: one statement is enough as long as the index does not know it. */
export const UPDATE_UNINDEXED: string = `${UPDATE}
AND NOT EXISTS (SELECT 1 FROM postern_session WHERE postern_session.session_key = django_session.session_key)`

export const MOVE: string = `
UPDATE django_session SET session_key = ?, session_data = ?, expire_date = ? WHERE session_key = ? AND expire_date > ?`

export const TOUCH = 'UPDATE django_session SET expire_date = ? WHERE session_key = ? AND expire_date > ?'

export const DELETE = 'DELETE FROM django_session WHERE session_key = ?'

/** Where the session with this public id has moved to. */
export const MOVED = 'SELECT session_key FROM postern_session WHERE public_id = ?'

/** As `DELETE`, and wherever the session has moved to. */
export const DELETE_MOVED: string = `
DELETE FROM django_session
WHERE session_key = ? OR session_key = (${MOVED})`

const IS_GONE =
  'NOT EXISTS (SELECT 1 FROM django_session WHERE django_session.session_key = postern_session.session_key)'

/** The lines of what `DELETE_MOVED` has ended. One of them may have moved once more while it ran: that line is left. */
export const DELETE_MOVED_INDEX: string = `
DELETE FROM postern_session WHERE (session_key = ? OR public_id = ?) AND ${IS_GONE}`

export const IS_INDEXED = 'SELECT 1 FROM postern_session WHERE public_id = ?'

const LINE = 'INSERT INTO postern_session (session_key, public_id, user_id, created, last_seen, address, user_agent)'
/** The public id and when the index first saw the session stay. */
const SET_RIGHT = {
  user_id: 'new.user_id',
  last_seen: 'new.last_seen',
  address: 'coalesce(new.address, postern_session.address)',
  user_agent: 'coalesce(new.user_agent, postern_session.user_agent)',
}

/** The statements that insert. */
export interface SessionInserts {
  /** A session, where its key is free. */
  readonly create: string
  /** Puts a line into the index, or sets it right. */
  readonly index: string
  /** As `index`, if there is such a session. */
  readonly adopt: string
}

export function sessionInserts(dialect: SqlClient['dialect']): SessionInserts {
  const orSetRight = orUpdate(dialect, 'session_key', SET_RIGHT)
  return {
    create: `INSERT INTO django_session (session_key, session_data, expire_date) VALUES (?, ?, ?)
${orNothing(dialect, 'session_key')}`,
    index: `${LINE} VALUES (?, ?, ?, ?, ?, ?, ?)
${orSetRight}`,
    adopt: `${LINE}
SELECT session_key, ?, ?, ?, ?, ?, ? FROM django_session WHERE session_key = ? AND expire_date > ?
${orSetRight}`,
  }
}

export const MOVE_INDEX = 'UPDATE postern_session SET session_key = ? WHERE session_key = ?'

export const SEEN = 'UPDATE postern_session SET last_seen = ? WHERE session_key = ?'

export const DELETE_INDEX = 'DELETE FROM postern_session WHERE session_key = ?'

const EXPIRED = `SELECT session_key FROM
(SELECT session_key FROM django_session WHERE expire_date <= ? ORDER BY expire_date, session_key LIMIT ?) AS expired`

/** Removes what has expired, in this order and one transaction. */
export function clearing(dialect: SqlClient['dialect']): readonly [lines: string, sessions: string] {
  return [
    deleteIn(dialect, 'postern_session', 'session_key', EXPIRED),
    deleteIn(dialect, 'django_session', 'session_key', EXPIRED),
  ]
}

/** A user's sessions but for one. */
export const OF_USER = 'SELECT session_key FROM postern_session WHERE user_id = ? AND session_key <> ?'
export const DELETE_FOR_USER: string = `DELETE FROM django_session WHERE session_key IN (${OF_USER})`

/** Ends sessions by their keys. Lists of a few lengths alone, filled up with the last key: each length is a statement to prepare. */
export function deleteKeys(keys: readonly SqlValue[]): SqlStatement {
  const length = 2 ** Math.ceil(Math.log2(keys.length))
  const all = Array.from({ length }, (_, at) => keys[Math.min(at, keys.length - 1)] ?? null)
  return [`DELETE FROM django_session WHERE session_key IN (${all.map(() => '?').join(', ')})`, all]
}

/** As `DELETE_MOVED_INDEX`, of `DELETE_FOR_USER`. */
export const DELETE_INDEX_FOR_USER: string = `
DELETE FROM postern_session WHERE user_id = ? AND session_key <> ? AND ${IS_GONE}`

export const IS_INDEXED_FOR_USER = 'SELECT 1 FROM postern_session WHERE user_id = ? AND session_key <> ? LIMIT 1'

export const LIST_FOR_USER: string = `
SELECT p.public_id, p.created, p.last_seen, s.expire_date, p.address, p.user_agent, p.session_key
FROM postern_session p JOIN django_session s ON s.session_key = p.session_key
WHERE p.user_id = ? AND s.expire_date > ?
ORDER BY p.last_seen DESC, p.created DESC, p.public_id`

/** Live sessions without a line in the index, page by page. */
export const UNLISTED: string = `
SELECT s.session_key, s.session_data
FROM django_session s LEFT JOIN postern_session p ON p.session_key = s.session_key
WHERE s.session_key > ? AND p.session_key IS NULL AND s.expire_date > ?
ORDER BY s.session_key LIMIT ?`

/** The last key of the next page of the index. */
export const INDEX_PAGE =
  'SELECT session_key FROM postern_session WHERE session_key > ? ORDER BY session_key LIMIT 1 OFFSET ?'

/** Lines of the index whose session is gone, after one key and up to another. */
export const CLEAR_ORPHANS: string = `
DELETE FROM postern_session WHERE session_key > ? AND session_key <= ? AND ${IS_GONE}`

/** As `CLEAR_ORPHANS`, to the end. */
export const CLEAR_LAST_ORPHANS: string = `
DELETE FROM postern_session WHERE session_key > ? AND ${IS_GONE}`
