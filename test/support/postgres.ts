/** PostgreSQL for tests: the server of this machine, or at `POSTGRES_URL`; every test has a schema of its own. */
import { randomUUID } from 'node:crypto'
import { Client, Pool } from 'pg'
import type { Database } from '../../src/database.ts'
import { type PostgresOptions, type PostgresPool, postgres } from '../../src/postgres.ts'
import { noService } from './service.ts'

type Hooks = { after(end: () => unknown): void }

export const POSTGRES_URL: string = process.env.POSTGRES_URL || 'postgres://postgres@127.0.0.1:5432/postgres'

/** Why tests that need PostgreSQL are skipped, if they are. @throws when there is none and `POSTERN_REQUIRE_SERVICES` is set */
export function noPostgres(): Promise<string | false> {
  return noService('PostgreSQL', POSTGRES_URL, 5432)
}

/** A connection past Postern. @param url @default the server's own database */
export async function postgresClient(t: Hooks, url: string = POSTGRES_URL): Promise<Client> {
  const client = new Client(url)
  client.on('error', () => {})
  await client.connect()
  t.after(() => client.end())
  return client
}

/** An address at which everything is in a new schema, which goes when the test is over. */
export async function postgresUrl(t: Hooks, settings: Readonly<Record<string, string>> = {}): Promise<string> {
  const schema = `postern_test_${randomUUID().replaceAll('-', '')}`
  const admin = new Client(POSTGRES_URL)
  await admin.connect()
  // What a test promises to be durable asks for it itself; the rest need not wait for the disk.
  await admin.query(`SET synchronous_commit = off; CREATE SCHEMA ${schema}`)
  t.after(async () => {
    try {
      await admin.query(`SET client_min_messages = warning; SET lock_timeout = '10s'; DROP SCHEMA ${schema} CASCADE`)
    } finally {
      await admin.end()
    }
  })
  const url = new URL(POSTGRES_URL)
  const options = Object.entries({ search_path: schema, synchronous_commit: 'off', ...settings })
  url.searchParams.set('options', options.map(([name, value]) => `-c ${name}=${value}`).join(' '))
  return url.href
}

/** An empty database without tables, made with the first query. */
export function openPostgres(t: Hooks, options?: PostgresOptions): Database {
  return postgres(lazyPool(t), options)
}

/** A pool on an empty database without tables, which is made with the first query. */
export function lazyPool(t: Hooks): PostgresPool {
  let pool: Promise<Pool> | undefined
  const open = async (): Promise<Pool> => {
    const opened = new Pool({ connectionString: await postgresUrl(t) })
    opened.on('error', () => {})
    t.after(() => opened.end())
    return opened
  }
  return {
    connect: async () => {
      pool ??= open()
      return (await pool).connect()
    },
  }
}

/** Removes all rows but those that a migration makes. @param client of a schema with Postern's tables */
export async function emptyTables(client: Client): Promise<void> {
  const own = ['session', 'user', 'event', 'attempt', 'token'].map((table) => `postern_${table}`)
  const links = ['auth_user_groups', 'auth_user_user_permissions', 'auth_group_permissions']
  const tables = [...own, 'django_session', ...links, 'auth_user', 'auth_group']
  await client.query(`${tables.map((table) => `DELETE FROM ${table}`).join('; ')};
DELETE FROM auth_permission p USING django_content_type c WHERE c.id = p.content_type_id
AND c.app_label NOT IN ('auth', 'contenttypes', 'sessions');
DELETE FROM django_content_type WHERE app_label NOT IN ('auth', 'contenttypes', 'sessions')`)
}
