/** The numbered steps of a SQLite database. */
import type { Migration } from '../sql/migrate.ts'
import { sqlMigrations } from '../sql/sql-migrations.ts'
import { DJANGO_TABLES } from './django-tables.ts'

/** In the order in which they are taken. */
export const SQLITE_MIGRATIONS: readonly Migration[] = sqlMigrations({
  names: "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')",
  django: DJANGO_TABLES,
  identity: 'integer NOT NULL PRIMARY KEY AUTOINCREMENT',
})
