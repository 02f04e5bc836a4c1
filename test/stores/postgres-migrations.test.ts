/** On PostgreSQL the tables are Django's to the letter, made once however many processes start, and what Django made is left as it is. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Client } from 'pg'
import { postgres } from '../../src/postgres.ts'
import { POSTGRES_MIGRATIONS } from '../../src/stores/postgres/migrations.ts'
import { startDjango } from '../interop/two-sites.ts'
import { noPostgres, postgresClient, postgresUrl } from '../support/postgres.ts'
import { djangoWith } from '../support/requirements.ts'

const skip = await noPostgres()
const ALL_STEPS = POSTGRES_MIGRATIONS.map(({ name }) => name)

async function migrate(url: string): Promise<readonly string[]> {
  const database = postgres(url)
  try {
    return await database.migrate()
  } finally {
    await database.close()
  }
}

async function rows(client: Client, text: string): Promise<unknown[][]> {
  return (await client.query({ text, rowMode: 'array' })).rows
}

/** Everything that the catalog says of the tables of this schema, but for its name. */
async function schema(client: Client, others = "LIKE 'postern%'"): Promise<string[]> {
  const [[name = '']] = (await rows(client, 'SELECT current_schema()')) as [[string]]
  const found = [
    ...(await rows(
      client,
      `SELECT table_name, row_number() OVER (PARTITION BY table_name ORDER BY ordinal_position), column_name, data_type, character_maximum_length, is_nullable, column_default,
is_identity, identity_generation FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name NOT ${others} ORDER BY 1, 2`,
    )),
    ...(await rows(
      client,
      `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename NOT ${others} ORDER BY 1`,
    )),
    ...(await rows(
      client,
      `SELECT conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace AND conrelid::regclass::text NOT ${others} ORDER BY 1, 2`,
    )),
  ]
  return found.map((row) => row.join(' | ').replaceAll(`${name}.`, ''))
}

async function emptySchema(t: TestContext): Promise<{ url: string; client: Client }> {
  const url = await postgresUrl(t)
  return { url, client: await postgresClient(t, url) }
}

const found = skip === false ? djangoWith('psycopg2') : { skip }

test('PostgreSQL: an empty database gets the tables and rows that Django 5.2 makes, and Django finds nothing left to migrate', {
  skip: found.skip,
}, async (t) => {
  if (found.skip !== undefined) return
  const [ours, djangos] = [await emptySchema(t), await emptySchema(t)]
  assert.deepEqual(await migrate(ours.url), ALL_STEPS)
  const made = await schema(ours.client)
  await startDjango(t, found.path, { env: { DB_URL: djangos.url } })
  assert.deepEqual(made, await schema(djangos.client))
  assert.ok(made.length > 80, `${made.length} lines`)
  const ROWS = [
    'SELECT app, name FROM django_migrations ORDER BY id',
    'SELECT app_label, model FROM django_content_type ORDER BY 1, 2',
    `SELECT c.app_label, c.model, p.codename, p.name FROM auth_permission p
JOIN django_content_type c ON c.id = p.content_type_id ORDER BY 1, 2, 3`,
  ]
  for (const sql of ROWS.slice(1)) assert.deepEqual(await rows(ours.client, sql), await rows(djangos.client, sql))
  const sorted = async (client: Client): Promise<string[]> => (await rows(client, ROWS[0] as string)).map(String).sort()
  assert.deepEqual(await sorted(ours.client), await sorted(djangos.client))
  await startDjango(t, found.path, { env: { DB_URL: ours.url } })
  assert.deepEqual(await schema(ours.client), made, 'manage.py migrate has changed nothing')
})

test('PostgreSQL: a database that Django has migrated is adopted: nothing of its own is touched', {
  skip: found.skip,
}, async (t) => {
  if (found.skip !== undefined) return
  const { url, client } = await emptySchema(t)
  await startDjango(t, found.path, { env: { DB_URL: url } })
  const before = [await schema(client), await rows(client, 'SELECT * FROM django_migrations')]
  assert.deepEqual(await migrate(url), ALL_STEPS)
  assert.deepEqual([await schema(client), await rows(client, 'SELECT * FROM django_migrations')], before)
})

test('PostgreSQL: a second run takes no step and changes nothing', { skip }, async (t) => {
  const { url, client } = await emptySchema(t)
  await migrate(url)
  const before = await schema(client, "LIKE ''")
  assert.deepEqual(await migrate(url), [])
  assert.deepEqual(await schema(client, "LIKE ''"), before)
})

test('PostgreSQL: ten processes that migrate at once make one set of tables', { skip }, async (t) => {
  const { url, client } = await emptySchema(t)
  const fixture = fileURLToPath(new URL('fixtures/migrate-postgres.ts', import.meta.url))
  const run = promisify(execFile)
  const outputs = await Promise.all(Array.from({ length: 10 }, () => run(process.execPath, [fixture, url])))
  const taken = outputs.map(({ stdout }): unknown => JSON.parse(stdout)).filter((names) => String(names) !== '')
  assert.deepEqual(taken, [ALL_STEPS])
  assert.deepEqual(await rows(client, 'SELECT count(*)::int FROM django_migrations'), [[15]])
  assert.deepEqual(await rows(client, 'SELECT count(*)::int FROM postern_migration'), [[ALL_STEPS.length]])
})

test('PostgreSQL: a run that is cut off leaves nothing, and the next one does all of it', { skip }, async (t) => {
  const { url, client } = await emptySchema(t)
  // The seventh of the tables that it wants to make is there already.
  await client.query('CREATE TABLE postern_token (nothing int)')
  await assert.rejects(migrate(url))
  assert.deepEqual(
    await rows(client, 'SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()'),
    [['postern_token']],
  )
  await client.query('DROP TABLE postern_token')
  assert.deepEqual(await migrate(url), ALL_STEPS)
})

test("PostgreSQL: tables of Django's names that are not Django's are refused", { skip }, async (t) => {
  const { url, client } = await emptySchema(t)
  await client.query('CREATE TABLE auth_user (id int PRIMARY KEY, login text)')
  await assert.rejects(migrate(url), { code: 'ERR_CONFIGURATION', message: /already has auth_user/ })
  const tables = 'SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()'
  assert.deepEqual(await rows(client, tables), [['auth_user']])
})

test('PostgreSQL: what is in another schema is no obstacle, and stays as it is', { skip }, async (t) => {
  const [one, other] = [await emptySchema(t), await emptySchema(t)]
  assert.deepEqual(await migrate(one.url), ALL_STEPS)
  assert.deepEqual(await migrate(other.url), ALL_STEPS)
  assert.deepEqual(await schema(one.client), await schema(other.client))
})
