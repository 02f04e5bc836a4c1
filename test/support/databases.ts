/** The databases in the box, for tests that hold for each of them; a file goes when its test is over. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Database } from '../../src/database.ts'
import { fileSessions } from '../../src/file.ts'
import { memory } from '../../src/memory.ts'
import { sqlite } from '../../src/sqlite.ts'
import { noMysql, openMysql } from './mysql.ts'
import { noPostgres, openPostgres } from './postgres.ts'
import { noRedis, openRedis } from './redis.ts'

type Hooks = Pick<TestContext, 'after'>

/** Opens a database that has no tables yet. */
export type OpenDatabase = (t: Hooks) => Database

/** A folder of the test's own. */
export function tempFolder(t: Hooks): string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** @param path of the file. @default a new one, in a folder that goes with the test */
export function openSqlite(t: Hooks, path?: string): Database {
  const file = path ?? join(tempFolder(t), 'db.sqlite3')
  const database = sqlite(file)
  t.after(() => database.close())
  return database
}

/** Users in memory, and their sessions in files. @param folder @default a new one, that goes with the test */
export function openFiles(t: Hooks, folder: string = tempFolder(t)): Database {
  return { ...memory(), sessions: fileSessions(folder) }
}

export const DATABASES: Map<string, OpenDatabase> = new Map<string, OpenDatabase>([
  ['memory', () => memory()],
  ['sqlite', (t) => openSqlite(t)],
  ['files', (t) => openFiles(t)],
])
if ((await noMysql()) === false) DATABASES.set('mysql', (t) => openMysql(t))
if ((await noPostgres()) === false) DATABASES.set('postgres', (t) => openPostgres(t))
if ((await noRedis()) === false) DATABASES.set('redis', (t) => openRedis(t))
