/** `postern/sqlite`: users and sessions in a SQLite file. */
export type { UserColumns, UserOf, UserTable } from './stores/sql/user-table.ts'
export { type SqliteOptions, sqlite } from './stores/sqlite/sqlite.ts'
