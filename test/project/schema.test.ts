/** What is made from the migrations is as they are now; and nothing that a migration says is passed over. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schemaFiles } from '../../scripts/schema/files.ts'
import { checkMeanings, MEANINGS } from '../../scripts/schema/meanings.ts'
import { apply, type Table } from '../../scripts/schema/statements.ts'
import { tablesOf } from '../../scripts/schema/tables.ts'
import { read } from '../support/project-files.ts'

test('docs/schema.md and the schema files are as the migrations are: `npm run schema` makes them', async () => {
  const files = await schemaFiles()
  assert.equal(files.size, 7)
  for (const [name, text] of files) assert.equal(read(name), text, `${name} is stale: run npm run schema`)
})

test('a statement that is not understood is an error', () => {
  const tables = new Map<string, Table>()
  apply(tables, 'CREATE TABLE "shelf" ("id" integer NOT NULL PRIMARY KEY, "label" varchar(20) NULL)', 7)
  for (const statement of [
    'DROP TABLE shelf',
    'CREATE VIEW shelves AS SELECT 1',
    'ALTER TABLE shelf DROP COLUMN label',
    'ALTER TABLE shelf ADD COLUMN height integer',
    'ALTER TABLE shelf ADD COLUMN height integer NOT NULL CHECK (height > 0)',
    'ALTER TABLE book ADD COLUMN title text NULL',
    'CREATE INDEX shelf_label ON shelf (lower(label))',
    'CREATE TABLE book (id integer NOT NULL, PRIMARY KEY (id))',
  ]) {
    assert.throws(() => apply(tables, statement, 8), /is not understood|makes no table/, statement)
  }
})

test('a later step adds to what others have made', () => {
  const tables = new Map<string, Table>()
  apply(tables, 'CREATE TABLE shelf (id integer NOT NULL PRIMARY KEY)', 7)
  apply(tables, 'ALTER TABLE shelf ADD COLUMN height integer NOT NULL DEFAULT 0', 8)
  apply(tables, 'CREATE UNIQUE INDEX shelf_height ON shelf (height, id)', 8)
  const { step, columns, keys } = tables.get('shelf') as Table
  assert.equal(step, 7)
  assert.deepEqual(columns.at(-1), {
    name: 'height',
    type: 'integer',
    nullable: false,
    primary: false,
    counted: false,
    fallback: '0',
    step: 8,
  })
  assert.deepEqual(keys, [{ unique: true, kind: 'index', name: 'shelf_height', columns: ['height', 'id'] }])
})

test('a column without a meaning, and a meaning without a column, are errors', async () => {
  const tables = await tablesOf('sqlite')
  checkMeanings(tables)
  const { epoch, ...others } = MEANINGS.postern_user?.columns ?? {}
  const without = { ...MEANINGS, postern_user: { table: 'Users.', columns: others } }
  assert.throws(() => checkMeanings(tables, without), /columns of postern_user: there are .*\bepoch\b/)
  const shelf = { ...MEANINGS, shelf: { table: 'Shelves.', columns: {} } }
  assert.throws(() => checkMeanings(tables, shelf), /tables: .*\bshelf\b/)
})
