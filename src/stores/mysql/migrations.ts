/** The numbered steps of a database on MariaDB or MySQL. */
import { ConfigurationError } from '../../errors.ts'
import type { Migration, MigrationClient } from '../sql/migrate.ts'
import { sqlMigrations } from '../sql/sql-migrations.ts'
import { DJANGO_TABLES } from './django-tables.ts'

const ENGINE = 'ENGINE=InnoDB'
/** What Postern's own tables are told apart by is the same only if it is written the same. */
const EXACT = `${ENGINE} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`

const KEY_COLLATION = `SELECT character_set_name, collation_name FROM information_schema.columns
WHERE table_schema = DATABASE() AND table_name = 'django_session' AND column_name = 'session_key'`

/** In the order in which they are taken. */
export const MYSQL_MIGRATIONS: readonly Migration[] = sqlMigrations({
  names: 'SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()',
  django: DJANGO_TABLES.map((statement) => (isTable(statement) ? `${statement} ${ENGINE}` : statement)),
  identity: 'bigint NOT NULL PRIMARY KEY AUTO_INCREMENT',
  own,
})

async function own(statement: string, client: MigrationClient): Promise<string> {
  if (!isTable(statement)) return statement
  // It is compared with Django's column: an index serves only where both have one collation.
  const ofKey = /\bsession_key varchar\(40\)/.exec(statement)?.[0]
  const written = ofKey === undefined ? statement : statement.replace(ofKey, `${ofKey} ${await keyCollation(client)}`)
  return `${written} ${EXACT}`
}

async function keyCollation(client: MigrationClient): Promise<string> {
  const row = await client.one(KEY_COLLATION, [])
  if (row === undefined) throw new ConfigurationError('The database has no django_session.session_key any more.')
  return `CHARACTER SET ${String(row[0])} COLLATE ${String(row[1])}`
}

function isTable(statement: string): boolean {
  return statement.startsWith('CREATE TABLE')
}
