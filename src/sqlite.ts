/** `postern/sqlite`: users and sessions in a SQLite file. */
export { type SqliteOptions, sqlite } from './stores/sqlite/sqlite.ts'
