/** `postern/postgres`: users and sessions in PostgreSQL. */

export { type PostgresOptions, postgres } from './stores/postgres/postgres.ts'
export type { PostgresPool } from './stores/postgres/postgres-pool.ts'
export type { UserColumns, UserOf, UserTable } from './stores/sql/user-table.ts'
