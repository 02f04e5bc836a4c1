/** Writes the models for Prisma: one file for each of its providers. */
import { format } from '@prisma/prisma-schema-wasm'
import { MEANINGS } from './meanings.ts'
import { camelCase, modelName } from './names.ts'
import type { Column, Key, Reference, Table } from './statements.ts'
import type { Dialect, Tables } from './tables.ts'

/** What Prisma calls the dialects. */
export const PROVIDERS: Readonly<Record<Dialect, string>> = { sqlite: 'sqlite', postgres: 'postgresql', mysql: 'mysql' }

/** Prisma's type of a column, by the column's own; a length is put where `(n)` is. */
const TYPES: Readonly<Record<Dialect, Readonly<Record<string, string>>>> = {
  sqlite: {
    'varchar(n)': 'String',
    text: 'String',
    integer: 'Int',
    bigint: 'BigInt',
    bool: 'Boolean',
    datetime: 'DateTime',
  },
  postgres: {
    'varchar(n)': 'String @db.VarChar(n)',
    text: 'String',
    integer: 'Int',
    bigint: 'BigInt',
    boolean: 'Boolean',
    'timestamp with time zone': 'DateTime @db.Timestamptz(6)',
  },
  mysql: {
    'varchar(n)': 'String @db.VarChar(n)',
    text: 'String @db.Text',
    longtext: 'String @db.LongText',
    integer: 'Int',
    bigint: 'BigInt',
    bool: 'Boolean',
    'datetime(n)': 'DateTime @db.DateTime(n)',
  },
}

const UNTOUCHED = 'onDelete: NoAction, onUpdate: NoAction'

/** @throws for a column of a type that is not in `TYPES` */
export function prismaModels(dialect: Dialect, tables: Tables): string {
  const models = [...tables.values()].map((table) => {
    const lines = [
      ...table.columns.map((column) => field(dialect, table, column)),
      ...table.references.map((reference) => relation(reference)),
      ...[...tables.values()].flatMap((other) => back(table, other)),
      '',
      ...keysOf(dialect, table).map((key) => compound(key)),
      `@@map("${table.name}")`,
    ]
    return `/// ${MEANINGS[table.name]?.table}\nmodel ${modelName(table.name)} {\n${lines.join('\n')}\n}\n`
  })
  const head = `// Postern's tables as models of Prisma. Made by \`npm run schema\` of Postern, whose migrations make the tables: docs/schema.md.\n`
  return formatted(`${head}\n${models.join('\n')}`)
}

function field(dialect: Dialect, table: Table, column: Column): string {
  const length = /\((\d+)\)/.exec(column.type)?.[1] ?? ''
  const [type, native = ''] = TYPES[dialect][column.type.replace(`(${length})`, '(n)')]?.split(' ') ?? []
  if (type === undefined) throw new Error(`Prisma has no type for ${column.type} of ${table.name}.`)
  const name = camelCase(column.name)
  const parts = [name, column.nullable ? `${type}?` : type]
  if (column.primary) parts.push('@id')
  if (column.counted) parts.push('@default(autoincrement())')
  if (column.fallback !== undefined) parts.push(`@default(${column.fallback})`)
  const unique = table.keys.find(({ kind, columns }) => kind === 'column' && columns[0] === column.name)
  if (unique !== undefined)
    parts.push(dialect === 'mysql' ? `@unique(map: "${column.name}")` : uniqueOf(dialect, table, column))
  if (name !== column.name) parts.push(`@map("${column.name}")`)
  if (native !== '') parts.push(native.replace('(n)', `(${length})`))
  return `/// ${MEANINGS[table.name]?.columns[column.name]}\n${parts.join(' ')}`
}

/** SQLite gives it a name that Prisma does not look at; PostgreSQL one that Prisma would not give. */
function uniqueOf(dialect: Dialect, table: Table, column: Column): string {
  return dialect === 'sqlite' ? '@unique' : `@unique(map: "${table.name}_${column.name}_key")`
}

function relation({ name, column, table, target }: Reference): string {
  const map = name === undefined ? '' : `, map: "${name}"`
  const fields = `fields: [${camelCase(column)}], references: [${camelCase(target)}]`
  return `${camelCase(column.replace(/_id$/, ''))} ${modelName(table)} @relation(${fields}, ${UNTOUCHED}${map})`
}

/** The other side of each relation to a table, which Prisma wants named. */
function back(table: Table, other: Table): string[] {
  const here = other.references.filter((reference) => reference.table === table.name)
  if (here.length > 1) throw new Error(`Prisma needs names for the ${here.length} relations of ${other.name}.`)
  return here.map(() => `${camelCase(other.name)} ${modelName(other.name)}[]`)
}

/** All keys but those that are written with a column. MySQL indexes a foreign key by itself where no key begins with it. */
function keysOf(dialect: Dialect, table: Table): Key[] {
  const keys = table.keys.filter(({ kind }) => kind !== 'column')
  if (dialect !== 'mysql') return keys
  const bare = table.references.filter(({ column }) => !keys.some(({ columns }) => columns[0] === column))
  const made = bare.map(
    ({ name, column }): Key => ({ unique: false, kind: 'index', columns: [column], name: name ?? '' }),
  )
  return [...keys, ...made]
}

function compound({ unique, columns, operators, name }: Key): string {
  const how = operators === undefined ? '' : `(ops: raw("${operators}"))`
  const fields = columns.map((column) => `${camelCase(column)}${how}`).join(', ')
  return `@@${unique ? 'unique' : 'index'}([${fields}], map: "${name}")`
}

/** As `prisma format` writes it. */
export function formatted(schema: string): string {
  const options = { textDocument: { uri: 'file:///postern.prisma' }, options: { tabSize: 2, insertSpaces: true } }
  const edits: unknown = JSON.parse(
    format(JSON.stringify([['file:///postern.prisma', schema]]), JSON.stringify(options)),
  )
  const [[, text] = []] = edits as [[string, string]]
  if (typeof text !== 'string') throw new Error('Prisma has not formatted its schema.')
  return text
}
