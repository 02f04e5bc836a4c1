/** Prisma's own parser takes the models for it, in a schema that names a user; and they are the tables that are there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { get_dmmf, lint } from '@prisma/prisma-schema-wasm'
import { type Catalog, columnLine, keyLine, plainType, referenceLine, type TableLines } from '../support/catalog.ts'
import { migratedMysql, migratedPostgres, migratedSqlite, skipMysql, skipPostgres } from '../support/migrated.ts'
import { read } from '../support/project-files.ts'

/** What Prisma makes of a schema, as far as it is looked at here. */
interface Model {
  readonly name: string
  readonly dbName: string
  readonly fields: readonly Field[]
}

interface Field {
  readonly name: string
  readonly dbName?: string
  readonly kind: 'scalar' | 'object'
  readonly type: string
  readonly nativeType: readonly [name: string, args: readonly string[]] | null
  readonly isRequired: boolean
  readonly relationFromFields?: readonly string[]
  readonly relationToFields?: readonly string[]
}

interface Index {
  readonly model: string
  readonly type: 'id' | 'unique' | 'normal'
  readonly dbName?: string
  readonly fields: readonly { readonly name: string }[]
}

const PROVIDERS = ['sqlite', 'postgresql', 'mysql'] as const
type Provider = (typeof PROVIDERS)[number]

const NATIVE: ReadonlyMap<string, string> = new Map([
  ['VarChar', 'varchar'],
  ['Text', 'text'],
  ['LongText', 'longtext'],
  ['DateTime', 'datetime'],
  ['Timestamptz', 'timestamp with time zone'],
])
const SCALAR: ReadonlyMap<string, string> = new Map([
  ['Int', 'integer'],
  ['BigInt', 'bigint'],
  ['Boolean', 'bool'],
  ['String', 'text'],
  ['DateTime', 'datetime'],
])

function fileOf(provider: Provider): string {
  return read(`schema/postern-${provider}.prisma`)
}

/** As Prisma reads a folder: the models are in a file of their own. */
function schema(provider: Provider, models: string, own = ''): [file: string, text: string][] {
  return [
    ['postern.prisma', models],
    ['schema.prisma', `datasource db {\n  provider = "${provider}"\n}\n${own}`],
  ]
}

function parsed(files: readonly (readonly [string, string])[]): {
  models: readonly Model[]
  indexes: readonly Index[]
} {
  const { datamodel } = JSON.parse(get_dmmf(JSON.stringify({ prismaSchema: files, noColor: true })))
  return datamodel
}

function linesOf(provider: Provider, table: string): TableLines {
  const text = fileOf(provider)
  const { models, indexes } = parsed(schema(provider, text))
  const model = models.find(({ dbName }) => dbName === table) as Model
  const column = (name: string, of = model): string => {
    const field = of.fields.find((candidate) => candidate.name === name) as Field
    return field.dbName ?? field.name
  }
  const body = new RegExp(`^model ${model.name} \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(text)?.[1] ?? ''
  const isAt = { id: 'primary', unique: 'unique', normal: 'index' } as const
  return {
    columns: model.fields
      .filter(({ kind }) => kind === 'scalar')
      .map((field) => columnLine(column(field.name), typeOf(field), !field.isRequired))
      .sort(),
    keys: indexes
      .filter((index) => index.model === model.name)
      .map(({ type, fields, dbName }) =>
        keyLine(
          isAt[type],
          fields.map(({ name }) => column(name)),
          dbName,
        ),
      )
      .sort(),
    references: model.fields
      .filter(({ relationFromFields = [] }) => relationFromFields.length > 0)
      .map(({ name, type, relationFromFields: [from = ''] = [], relationToFields: [to = ''] = [] }) => {
        const other = models.find((candidate) => candidate.name === type) as Model
        const map = new RegExp(`^ *${name} .*@relation\\(.*map: "(\\w+)"\\)$`, 'm').exec(body)?.[1]
        return referenceLine(column(from), other.dbName, column(to, other), map)
      })
      .sort(),
  }
}

function typeOf({ type, nativeType }: Field): string {
  const [name, args] = nativeType ?? []
  if (name === undefined) return SCALAR.get(type) ?? type
  // The catalog of PostgreSQL leaves out what is so by default.
  const length = name === 'Timestamptz' || args?.length === 0 ? '' : `(${args?.join()})`
  return plainType(`${NATIVE.get(name) ?? name}${length}`)
}

function compare(provider: Provider, catalog: Catalog, expected: (lines: TableLines) => TableLines): void {
  const { models } = parsed(schema(provider, fileOf(provider)))
  assert.deepEqual(models.map(({ dbName }) => dbName).sort(), [...catalog.keys()])
  for (const [table, lines] of catalog) assert.deepEqual(linesOf(provider, table), expected(lines), table)
}

test('SQLite: the models for Prisma have every column, key and foreign key, and no other', async (t) => {
  const { catalog } = await migratedSqlite(t)
  // Prisma has one type for texts of SQLite.
  const inPrisma = (line: string): string => line.replace(/ varchar\(\d+\)/, ' text')
  compare('sqlite', await catalog(), (lines) => ({ ...lines, columns: lines.columns.map(inPrisma) }))
})

test('PostgreSQL: the models for Prisma have every column, key and foreign key, and no other', {
  skip: skipPostgres,
}, async (t) => {
  const { catalog } = await migratedPostgres(t)
  compare('postgresql', await catalog(), (lines) => lines)
})

test('MariaDB: the models for Prisma have every column, key and foreign key, and no other', {
  skip: skipMysql,
}, async (t) => {
  const { catalog } = await migratedMysql(t)
  compare('mysql', await catalog(), (lines) => lines)
})

for (const provider of PROVIDERS) {
  test(`a model of the application's own names a user with Prisma for ${provider}`, () => {
    const post = `model Post {
  id       Int      @id @default(autoincrement())
  authorId Int
  author   AuthUser @relation(fields: [authorId], references: [id])
}
`
    const withPosts = fileOf(provider).replace('model AuthUser {\n', 'model AuthUser {\n  posts Post[]\n')
    const files = schema(provider, withPosts, post)
    const { models } = parsed(files)
    const author = models.find(({ name }) => name === 'Post')?.fields.find(({ name }) => name === 'author')
    assert.deepEqual([author?.type, author?.relationFromFields], ['AuthUser', ['authorId']])
    assert.deepEqual(JSON.parse(lint(JSON.stringify(files))), [])
    assert.throws(() => parsed(schema(provider, fileOf(provider), post)), /missing an opposite relation field/)
  })
}
