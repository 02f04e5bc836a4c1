/** `postern/mysql`: users and sessions in MariaDB or MySQL. */

export { type MysqlOptions, mysql } from './stores/mysql/mysql.ts'
export type { MysqlPool } from './stores/mysql/mysql-pool.ts'
export type { UserColumns, UserOf, UserTable } from './stores/sql/user-table.ts'
