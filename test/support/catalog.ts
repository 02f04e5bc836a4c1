/** What a database says of its tables: types, NULL, keys and foreign keys, each as one line that files of schemas can be held against. */

/** Runs a query past Postern; rows as arrays. */
export type Rows = (sql: string) => Promise<readonly (readonly unknown[])[]>

/** A table as lines, sorted. */
export interface TableLines {
  /** `username varchar(150)`, `last_login datetime?`: a question mark is for NULL. */
  readonly columns: readonly string[]
  /** `primary id`, `unique user_id+group_id NAME`, `index user_id NAME`; no name where a database makes one up that says nothing. */
  readonly keys: readonly string[]
  /** `user_id auth_user.id NAME`. */
  readonly references: readonly string[]
}

export type Catalog = ReadonlyMap<string, TableLines>

export function columnLine(name: string, type: string, nullable: boolean): string {
  return `${name} ${type}${nullable ? '?' : ''}`
}

export function keyLine(kind: 'primary' | 'unique' | 'index', columns: readonly string[], name = ''): string {
  return `${kind} ${columns.join('+')}${kind === 'primary' ? '' : ` ${name}`}`.trimEnd()
}

export function referenceLine(column: string, table: string, target: string, name: string | null = null): string {
  return `${column} ${table}.${target} ${name ?? ''}`.trimEnd()
}

/** One spelling for what databases, Drizzle and Prisma call by several. */
export function plainType(type: string): string {
  return type
    .toLowerCase()
    .replace(/^character varying/, 'varchar')
    .replace(/^tinyint\(1\)$/, 'bool')
    .replace(/^boolean$/, 'bool')
    .replace(/^(int|bigint)\(\d+\)$/, '$1')
    .replace(/^int$/, 'integer')
}

type Row = readonly [table: string, ...values: unknown[]]

/** Groups what queries have found by table. */
function catalog(columns: readonly Row[], keys: readonly Row[], references: readonly Row[]): Catalog {
  const of = (rows: readonly Row[], table: string, line: (...values: never[]) => string): string[] =>
    rows
      .filter(([name]) => name === table)
      .map(([, ...values]) => line(...(values as never[])))
      .sort()
  const names = [...new Set(columns.map(([table]) => table))].sort()
  return new Map(
    names.map((table) => [
      table,
      {
        columns: of(columns, table, (name: string, type: string, nullable: unknown) =>
          columnLine(name, plainType(type), Number(nullable) === 1),
        ),
        keys: of(keys, table, (kind: 'unique', list: string, name: string | null) =>
          keyLine(kind, list.split(','), name ?? ''),
        ),
        references: of(references, table, referenceLine),
      },
    ]),
  )
}

/** @param queries for the columns, the keys and the foreign keys */
async function ask(rows: Rows, queries: readonly string[]): Promise<Catalog> {
  const found: (readonly Row[])[] = []
  for (const query of queries) found.push((await rows(query)) as readonly Row[])
  const [columns = [], keys = [], references = []] = found
  return catalog(columns, keys, references)
}

export function sqliteCatalog(rows: Rows): Promise<Catalog> {
  const tables = "(SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%') AS t"
  return ask(rows, [
    `SELECT t.name, c.name, c.type, NOT c."notnull" FROM ${tables}, pragma_table_info(t.name) AS c`,
    `SELECT t.name, CASE WHEN i."unique" THEN 'unique' ELSE 'index' END,
(SELECT group_concat(name) FROM pragma_index_info(i.name)), CASE WHEN i.origin = 'c' THEN i.name END
FROM ${tables}, pragma_index_list(t.name) AS i WHERE i.origin <> 'pk'
UNION ALL SELECT t.name, 'primary', c.name, NULL FROM ${tables}, pragma_table_info(t.name) AS c WHERE c.pk`,
    `SELECT t.name, f."from", f."table", f."to", NULL FROM ${tables}, pragma_foreign_key_list(t.name) AS f`,
  ])
}

export function postgresCatalog(rows: Rows): Promise<Catalog> {
  const names = (ids: string, of: string): string =>
    `(SELECT string_agg(a.attname, ',' ORDER BY k.at) FROM unnest(${ids}) WITH ORDINALITY AS k(id, at)
JOIN pg_attribute a ON a.attrelid = ${of} AND a.attnum = k.id)`
  const here = 'c.relnamespace = current_schema()::regnamespace'
  return ask(rows, [
    `SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), (NOT a.attnotnull)::int
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE ${here} AND c.relkind = 'r' AND a.attnum > 0`,
    `SELECT c.relname, CASE WHEN i.indisprimary THEN 'primary' WHEN i.indisunique THEN 'unique' ELSE 'index' END,
${names('i.indkey::int2[]', 'c.oid')}, x.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_class x ON x.oid = i.indexrelid WHERE ${here}`,
    `SELECT c.relname, ${names('f.conkey', 'f.conrelid')}, o.relname, ${names('f.confkey', 'f.confrelid')}, f.conname
FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class o ON o.oid = f.confrelid WHERE ${here} AND f.contype = 'f'`,
  ])
}

export function mysqlCatalog(rows: Rows): Promise<Catalog> {
  return ask(rows, [
    `SELECT table_name, column_name, column_type, is_nullable = 'YES' FROM information_schema.columns
WHERE table_schema = DATABASE()`,
    `SELECT table_name,
CASE WHEN index_name = 'PRIMARY' THEN 'primary' WHEN max(non_unique) = 0 THEN 'unique' ELSE 'index' END,
group_concat(column_name ORDER BY seq_in_index), index_name FROM information_schema.statistics
WHERE table_schema = DATABASE() GROUP BY table_name, index_name`,
    `SELECT table_name, column_name, referenced_table_name, referenced_column_name, constraint_name
FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL`,
  ])
}
