/**
 * Hashes the session keys that are stored as the cookie has them, when no Django looks them up any more. The site goes on meanwhile:
 * a key changes in one step, and nothing else of the session does.
 */
import { hashedKey, isHashedKey } from '../../sessions/session-key.ts'
import { MOVE_INDEX } from './session-statements.ts'
import type { SqlClient, SqlStatement } from './sql-client.ts'

/** Sessions that are changed in one transaction. */
const AT_ONCE = 200

const PAGE = 'SELECT session_key FROM django_session WHERE session_key > ? ORDER BY session_key LIMIT ?'
const RENAME = 'UPDATE django_session SET session_key = ? WHERE session_key = ?'

/** @returns how many there were @throws {StoreUnavailable} some are hashed then; asking again hashes the rest */
export async function hashSessionKeys(client: Pick<SqlClient, 'all' | 'batch'>): Promise<number> {
  let [total, after] = [0, '']
  for (;;) {
    const page = (await client.all(PAGE, [after, AT_ONCE])).map(([key]) => String(key))
    const raw = page.filter((key) => !isHashedKey(key))
    const renamed = raw.map((key): SqlStatement => [RENAME, [hashedKey(key), key]])
    const indexed = raw.map((key): SqlStatement => [MOVE_INDEX, [hashedKey(key), key]])
    const results = raw.length === 0 ? [] : await client.batch([...renamed, ...indexed], { durable: true })
    // Whose session was ended meanwhile does not count.
    total += results.slice(0, raw.length).filter(({ matched }) => matched > 0).length
    if (page.length < AT_ONCE) return total
    after = page.at(-1) as string
  }
}
