/** Reads the statements that make tables, as the migrations write them; one that it does not understand is an error, not a gap. */

/** One column of a table. */
export interface Column {
  readonly name: string
  /** As the statement has it: `varchar(150)`, `timestamp with time zone`. */
  readonly type: string
  readonly nullable: boolean
  /** It alone is the primary key. */
  readonly primary: boolean
  /** The database counts it up by itself. */
  readonly counted: boolean
  /** @default none */
  readonly fallback?: string
  /** The number of the step that makes it. */
  readonly step: number
}

/** A key of a table besides its primary key. */
export interface Key {
  readonly unique: boolean
  /** `column`: written with its one column; `constraint`: added to the table; `index`: an index of its own. */
  readonly kind: 'column' | 'constraint' | 'index'
  /** Without one the database names it. */
  readonly name?: string
  readonly columns: readonly string[]
  /** How PostgreSQL compares, where that is not as usual: `varchar_pattern_ops`. */
  readonly operators?: string
}

/** A column that names a row of another table. */
export interface Reference {
  readonly name?: string
  readonly column: string
  readonly table: string
  readonly target: string
}

/** A table, as far as the statements read so far have made it. */
export interface Table {
  readonly name: string
  /** The number of the step that makes it; 0 for the list of the steps. */
  readonly step: number
  readonly columns: Column[]
  readonly keys: Key[]
  readonly references: Reference[]
}

const ATTRIBUTES = / (?:NOT NULL|NULL|PRIMARY KEY|UNIQUE|AUTO_?INCREMENT|GENERATED|DEFAULT|REFERENCES|CHARACTER SET) ?/
const LATER = '(?: DEFERRABLE INITIALLY DEFERRED)?'

/**
 * Does to the tables what a statement does to a database.
 * @param step the number of the step that it belongs to
 * @throws when it makes something else, or says something of a table that is not known here
 */
export function apply(tables: Map<string, Table>, statement: string, step: number): void {
  const text = statement.replaceAll(/["`]/g, '').replaceAll(/\s+/g, ' ')
  const make = /^CREATE TABLE (?:IF NOT EXISTS )?(\w+) \((.*)\)(?: ENGINE=\w+)?(?: CHARACTER SET \w+ COLLATE \w+)?$/
  const made = make.exec(text)
  if (made !== null) {
    const [, name = '', body = ''] = made
    const table: Table = { name, step, columns: [], keys: [], references: [] }
    for (const column of body.split(/, (?![^(]*\))/)) addColumn(table, column, step)
    tables.set(name, table)
    return
  }
  const found = /^(?:ALTER TABLE (\w+)|CREATE (?:UNIQUE )?INDEX \w+ ON (\w+)) /.exec(text)
  const table = tables.get(found?.[1] ?? found?.[2] ?? '')
  if (table === undefined) throw new Error(`This makes no table, nor is it about one that is known: ${statement}`)
  if (!(changeColumns(table, text, step) || addKey(table, text)))
    throw new Error(`This is not understood: ${statement}`)
}

function changeColumns(table: Table, text: string, step: number): boolean {
  const added = /^ALTER TABLE \w+ ADD COLUMN (.*)$/.exec(text)?.[1]
  if (added === undefined) return false
  addColumn(table, added, step)
  return true
}

function addKey(table: Table, text: string): boolean {
  const reference = new RegExp(
    `^ALTER TABLE \\w+ ADD CONSTRAINT (\\w+) FOREIGN KEY \\((\\w+)\\) REFERENCES (\\w+) \\((\\w+)\\)${LATER}$`,
  ).exec(text)
  if (reference !== null) {
    const [, name = '', column = '', other = '', target = ''] = reference
    table.references.push({ name, column, table: other, target })
    return true
  }
  const constraint = /^ALTER TABLE \w+ ADD CONSTRAINT (\w+) UNIQUE \(([\w, ]+)\)$/.exec(text)
  if (constraint !== null) {
    const [, name = '', columns = ''] = constraint
    table.keys.push({ unique: true, kind: 'constraint', name, columns: columns.split(', ') })
    return true
  }
  const index = /^CREATE (UNIQUE )?INDEX (\w+) ON \w+ \((?:(\w+) (\w+_ops)|([\w, ]+))\)$/.exec(text)
  if (index === null) return false
  const [, unique, name = '', compared, operators, columns = compared ?? ''] = index
  const key: Key = { unique: unique !== undefined, kind: 'index', name, columns: columns.split(', ') }
  table.keys.push(operators === undefined ? key : { ...key, operators })
  return true
}

function addColumn(table: Table, text: string, step: number): void {
  const [, name = '', rest = ''] = /^(\w+) (.*)$/.exec(text) ?? []
  const end = ATTRIBUTES.exec(rest)?.index ?? rest.length
  const type = rest.slice(0, end)
  let left = rest.slice(end)
  const take = (pattern: string): RegExpExecArray | null => {
    const taken = new RegExp(` ${pattern}(?= |$)`).exec(left)
    if (taken !== null) left = left.replace(taken[0], '')
    return taken
  }
  take(String.raw`CHARACTER SET \w+ COLLATE \w+`)
  const reference = take(String.raw`REFERENCES (\w+) \((\w+)\)${LATER}`)
  const required = take('NOT NULL') !== null
  const nullable = take('NULL') !== null
  const primary = take('PRIMARY KEY') !== null
  const counted = take('(?:AUTO_?INCREMENT|GENERATED BY DEFAULT AS IDENTITY)') !== null
  const unique = take('UNIQUE') !== null
  const fallback = take(String.raw`DEFAULT (\d+)`)?.[1]
  if (left !== '' || !/^[a-z ]+(?:\(\d+\))?$/.test(type) || required === nullable) {
    throw new Error(`This column of ${table.name} is not understood: ${text}`)
  }
  const column: Column = { name, type, nullable, primary, counted, step }
  table.columns.push(fallback === undefined ? column : { ...column, fallback })
  if (unique) table.keys.push({ unique: true, kind: 'column', columns: [name] })
  if (reference !== null) {
    table.references.push({ column: name, table: reference[1] ?? '', target: reference[2] ?? '' })
  }
}
