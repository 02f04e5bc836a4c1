/** On MariaDB every statement of a request, and of what is cleared along with one, finds its rows by an index, among ten thousands of others. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mysql } from '../../src/mysql.ts'
import { deleteIn } from '../../src/stores/sql/delete-in.ts'
import * as statements from '../../src/stores/sql/session-statements.ts'
import { userStatements } from '../../src/stores/sql/user-statements.ts'
import { sqlUserTable } from '../../src/stores/sql/user-table.ts'
import { mysqlClient, mysqlUrl, noMysql } from '../support/mysql.ts'

const skip = await noMysql()

const FILL = `
INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
SELECT 'x', 0, CONCAT('u', seq), '', '', '', 0, 1, NOW() FROM seq_1_to_20000;
INSERT INTO django_session SELECT MD5(seq), 'data', NOW() + INTERVAL seq SECOND FROM seq_1_to_20000;
INSERT INTO postern_session SELECT MD5(seq), MD5(seq + 1), seq DIV 3, 1, 1, NULL, NULL FROM seq_1_to_20000;
INSERT INTO postern_token SELECT MD5(seq), 'reset', seq, seq, 0 FROM seq_1_to_20000;
ANALYZE TABLE auth_user, django_session, postern_session, postern_token`

test('every statement of a request finds its rows by an index', { skip, timeout: 60_000 }, async (t) => {
  const url = await mysqlUrl(t)
  const database = mysql(url)
  t.after(() => database.close())
  await database.migrate()
  const client = await mysqlClient(t, url)
  await client.query(FILL)
  const users = sqlUserTable('mysql')
  const key = 'c4ca4238a0b923820dcc509a6f75849b'
  const [past, soon, far] = ['2020-01-01 00:00:00', '2026-01-01 00:00:00', '2999-01-01 00:00:00']
  const expired = 'SELECT token_hash FROM (SELECT token_hash FROM postern_token WHERE expires <= ? LIMIT ?) AS expired'
  const asked: readonly (readonly [sql: string, params: readonly unknown[]])[] = [
    [statements.loadWithUser(users), [key]],
    [statements.LOAD_ALONE, [key]],
    [statements.EXISTS, [key, past]],
    [statements.UPDATE, ['data', far, key, past]],
    [statements.UPDATE_UNINDEXED, ['data', far, key, past]],
    [statements.MOVE, ['new', 'data', far, key, past]],
    [statements.MOVE_INDEX, ['new', key]],
    [statements.TOUCH, [far, key, past]],
    [statements.SEEN, [1, key]],
    [statements.DELETE, [key]],
    [statements.DELETE_INDEX, [key]],
    statements.deleteKeys([key, `${key}x`, 'new']),
    [statements.DELETE_MOVED_INDEX, [key, 'ffffffffffffffffffffffffffffffff']],
    [statements.IS_INDEXED_FOR_USER, ['7', key]],
    [statements.DELETE_INDEX_FOR_USER, ['7', key]],
    [statements.LIST_FOR_USER, ['7', past]],
    ...statements.clearing('mysql').map((sql) => [sql, [soon, 500]] as const),
    [deleteIn('mysql', 'postern_token', 'token_hash', expired), [10, 10]],
    [userStatements(users).byUsername, ['u5']],
    [userStatements(users).byId, [5]],
  ]
  for (const [sql, params] of asked) {
    const [plan] = (await client.query(`EXPLAIN ${sql}`, params as unknown[])) as unknown as [unknown[][]]
    for (const [, , table, type, , used, , , , extra] of plan) {
      // What comes out of an inner SELECT is as long as that lets it be.
      if (table === null || String(table).startsWith('<derived') || /const table/.test(String(extra))) continue
      assert.match(String(type), /^(?:const|eq_ref|ref|range|index_merge)$/, `${sql}: ${table}`)
      assert.notEqual(used, null, `${sql}: ${table}`)
    }
  }
})
