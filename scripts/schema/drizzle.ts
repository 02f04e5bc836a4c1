/** Writes the tables for Drizzle: one file for each dialect. */
import { MEANINGS } from './meanings.ts'
import { camelCase } from './names.ts'
import type { Column, Key, Reference, Table } from './statements.ts'
import type { Dialect, Tables } from './tables.ts'

/** Drizzle's folder for a dialect, and how its functions begin. */
export const CORES: Readonly<Record<Dialect, string>> = { sqlite: 'sqlite', postgres: 'pg', mysql: 'mysql' }

/** Drizzle's call for a column, by the column's type: `NAME` and a length `N` are put in. */
const TYPES: Readonly<Record<Dialect, Readonly<Record<string, string>>>> = {
  sqlite: {
    'varchar(n)': 'text(NAME, { length: N })',
    text: 'text(NAME)',
    integer: 'integer(NAME)',
    bigint: 'integer(NAME)',
    bool: "integer(NAME, { mode: 'boolean' })",
    datetime: 'datetime(NAME)',
  },
  postgres: {
    'varchar(n)': 'varchar(NAME, { length: N })',
    text: 'text(NAME)',
    integer: 'integer(NAME)',
    bigint: "bigint(NAME, { mode: 'number' })",
    boolean: 'boolean(NAME)',
    'timestamp with time zone': 'timestamp(NAME, { withTimezone: true })',
  },
  mysql: {
    'varchar(n)': 'varchar(NAME, { length: N })',
    text: 'text(NAME)',
    longtext: 'longtext(NAME)',
    integer: 'int(NAME)',
    bigint: "bigint(NAME, { mode: 'number' })",
    bool: 'boolean(NAME)',
    'datetime(n)': 'datetime(NAME, { fsp: N })',
  },
}

/** Which functions are Drizzle's; the others are in the file. */
const DRIZZLES =
  /(?<!\.)\b(?:text|varchar|integer|int|bigint|boolean|timestamp|longtext|datetime|unique|uniqueIndex|index|foreignKey|customType)(?=[(<])/g

const DATETIME = `/** Django's times: text in UTC, \`2030-01-31 12:00:00\`, with \`.250000\` where there are fractions. */
const datetime = customType<{ data: Date; driverData: string }>({
dataType: () => 'datetime',
fromDriver: (text) => new Date(\`\${text.replace(' ', 'T')}Z\`),
toDriver: (time) => time.toISOString().replace('T', ' ').replace('.000Z', '').replace('Z', '000'),
})
`

/** @returns not yet formatted @throws for a column of a type that is not in `TYPES` */
export function drizzleTables(dialect: Dialect, tables: Tables): string {
  const made = inOrder(tables).map((table) => tableOf(dialect, table))
  const body = [...(dialect === 'sqlite' ? [DATETIME] : []), ...made].join('\n')
  const own = dialect === 'sqlite' ? ['datetime'] : []
  const used = new Set(body.match(DRIZZLES)?.filter((name) => !own.includes(name)))
  const core = CORES[dialect]
  return `/** Postern's tables for Drizzle. Made by \`npm run schema\` of Postern, whose migrations make the tables: docs/schema.md. */
import { ${[...used, `${core}Table`].sort().join(', ')} } from 'drizzle-orm/${core}-core'

${body}`
}

/** Those that others refer to go first. */
function inOrder(tables: Tables): Table[] {
  const left = [...tables.values()]
  const done = new Map<string, Table>()
  while (left.length > 0) {
    const at = left.findIndex(({ references }) => references.every(({ table }) => done.has(table)))
    const [table] = left.splice(at, 1)
    if (at < 0 || table === undefined) throw new Error('The tables refer to each other in a circle.')
    done.set(table.name, table)
  }
  return [...done.values()]
}

function tableOf(dialect: Dialect, table: Table): string {
  const columns = table.columns.map((column) => columnOf(dialect, table, column))
  const more = [
    ...table.keys.filter(({ kind }) => kind !== 'column').map(keyOf),
    ...table.references.map((reference) => referenceOf(reference)),
  ]
  return `/** ${MEANINGS[table.name]?.table} */
export const ${camelCase(table.name)} = ${CORES[dialect]}Table('${table.name}', {
${columns.join('\n')}
}${more.length === 0 ? '' : `, (table) => [${more.join(', ')}]`})
`
}

function columnOf(
  dialect: Dialect,
  table: Table,
  { name, type, nullable, primary, counted, fallback }: Column,
): string {
  const length = /\((\d+)\)/.exec(type)?.[1] ?? ''
  let call = TYPES[dialect][type.replace(`(${length})`, '(n)')]
    ?.replace('NAME', `'${name}'`)
    .replace('N }', `${length} }`)
  if (call === undefined) throw new Error(`Drizzle has no type for ${type} of ${table.name}.`)
  if (primary) call += counted && dialect === 'sqlite' ? '.primaryKey({ autoIncrement: true })' : '.primaryKey()'
  if (counted && dialect === 'postgres') call += '.generatedByDefaultAsIdentity()'
  if (counted && dialect === 'mysql') call += '.autoincrement()'
  if (!(nullable || primary)) call += '.notNull()'
  if (fallback !== undefined) call += `.default(${fallback})`
  if (table.keys.some(({ kind, columns }) => kind === 'column' && columns[0] === name)) {
    call += `.unique(${uniqueName(dialect, table, name)})`
  }
  return `/** ${MEANINGS[table.name]?.columns[name]} */\n${camelCase(name)}: ${call},`
}

/** What the database calls it, where that can be said. */
function uniqueName(dialect: Dialect, table: Table, column: string): string {
  return { sqlite: '', postgres: `'${table.name}_${column}_key'`, mysql: `'${column}'` }[dialect]
}

function keyOf({ unique, kind, name, columns, operators }: Key): string {
  const call = unique ? (kind === 'constraint' ? 'unique' : 'uniqueIndex') : 'index'
  const how = operators === undefined ? '' : `.op('${operators}')`
  return `${call}('${name}').on(${columns.map((column) => `table.${camelCase(column)}${how}`).join(', ')})`
}

function referenceOf({ name, column, table, target }: Reference): string {
  const called = name === undefined ? '' : `name: '${name}', `
  return `foreignKey({ ${called}columns: [table.${camelCase(column)}], foreignColumns: [${camelCase(table)}.${camelCase(target)}] })`
}
