/** Writes docs/schema.md. */
import { MEANINGS } from './meanings.ts'
import type { Key, Table } from './statements.ts'
import { DIALECTS, type Dialect, STEPS, type Tables } from './tables.ts'

const DIALECT_NAMES: Readonly<Record<Dialect, string>> = {
  sqlite: 'SQLite',
  postgres: 'PostgreSQL',
  mysql: 'MariaDB and MySQL',
}

const INTRODUCTION = `# Tables

<!-- Made by \`npm run schema\` from the migrations; do not edit. -->

\`auth.migrate()\`, or \`npx postern migrate\`, makes these tables. The first of them are Django's own, as Django 5.2 makes them, down
to the names of their indexes; on a database that Django has migrated they are there already, and are left as they are. Those that begin with \`postern_\` are Postern's, beside Django's and without foreign keys into them: a site that goes
back to Django alone can drop them.

Where types differ between databases each is named; all else is the same in all of them. Times are \`datetime\` in Django's tables,
which on SQLite is text in UTC (\`2030-01-31 12:00:00\`, with \`.250000\` where there are fractions), and milliseconds since 1970 in
Postern's. On MariaDB and MySQL Postern's tables are \`utf8mb4\` with \`utf8mb4_bin\`, so that two ids or hashes are the same only if they
are written the same, and \`postern_session.session_key\` has the character set and collation of \`django_session.session_key\`, so that an index
serves to compare the two. Each foreign key has an index there, which the database makes by itself.

Where users are in another table ([users.md](users.md)), \`auth_user\`, \`auth_user_groups\` and \`auth_user_user_permissions\` are not made.
`

const STEPS_INTRODUCTION = `
## Steps

Each is taken once, in this order, under a lock, so that ten processes may start at once. \`postern_migration\`, which is made first, says
which were taken. A step is never changed after a release; tables change by further steps.

| step | makes |
|---|---|
`

/** How the schema files are used. */
const FILES = `
## With Prisma

\`postern/schema/\` has these tables as models: \`postern-sqlite.prisma\`, \`postern-postgresql.prisma\`, \`postern-mysql.prisma\`. Copy the one for
your database into the folder of your schema, which Prisma reads file by file:

\`\`\`sh
mkdir -p prisma/schema
cp node_modules/postern/schema/postern-postgresql.prisma prisma/schema/postern.prisma
\`\`\`

Postern makes and changes the tables, so Prisma Migrate is to leave them alone (\`externalTables\`, which Prisma calls a preview):

\`\`\`ts
import { defineConfig } from 'prisma/config'

export default defineConfig({
  schema: 'prisma/schema',
  experimental: { externalTables: true },
  tables: {
    external: [
EXTERNAL
    ],
  },
})
\`\`\`

A model of yours names a user with \`author AuthUser @relation(fields: [authorId], references: [id])\`; then \`AuthUser\` needs a line \`posts Post[]\`.
Run \`auth.migrate()\` before Prisma's migrations, since a foreign key needs its table.

The tests have Prisma's own parser read these files, alone and with such a model, and hold every column, key and foreign key against
the catalog of a database that \`auth.migrate()\` has made. The client of Prisma 7.10 was run by hand on PostgreSQL, MariaDB and SQLite, and read
users and sessions; Prisma Migrate was not run.

## With Drizzle

\`postern/schema/drizzle-sqlite\`, \`drizzle-pg\` and \`drizzle-mysql\` export a table each as \`authUser\`, \`djangoSession\`, \`posternSession\`, …:

\`\`\`ts
// schema.ts, which drizzle.config.ts names
import { integer, pgTable } from 'drizzle-orm/pg-core'
import { authUser } from 'postern/schema/drizzle-pg'

export const post = pgTable('post', { id: integer().primaryKey(), authorId: integer().references(() => authUser.id) })
\`\`\`

\`\`\`ts
// elsewhere
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { authUser } from 'postern/schema/drizzle-pg'
import { post } from './schema.ts'

const db = drizzle('postgres://app@localhost/app')
const rows = await db.select({ post, author: authUser.username }).from(post).leftJoin(authUser, eq(authUser.id, post.authorId))
\`\`\`

Import them, but do not export them from the files that \`drizzle.config.ts\` names as your schema: then \`drizzle-kit generate\` makes your tables with
their foreign keys and leaves these alone. **Keep away from \`drizzle-kit push\`, which makes a database what the schema says and drops all other
tables, accounts and all.** On MariaDB and MySQL \`tablesFilter: ['!auth_*', '!django_*', '!postern_*']\` keeps it from that; on PostgreSQL (drizzle-kit 0.31) it
still wants to drop what counts the ids, and stops at the server's refusal.

Times are \`Date\` in Django's tables, in UTC, and numbers in Postern's.

## Reading is free, writing is not

Reading and joining harm nothing. Writing past Postern does: a password or a right that is changed so ends no session and leaves no line in the
audit log. Use \`auth.createUser\`, \`auth.users.update\` and \`auth.logoutUser\`. On SQLite Prisma reads Django's times but writes and compares them
as another text (\`2030-01-31T12:00:00.000+00:00\`), which Postern and Django's comparisons do not take for a time.
`

/** @param all the tables of every dialect @throws where two dialects have other columns under one name */
export function schemaPage(all: ReadonlyMap<Dialect, Tables>): string {
  const tables = [...(all.get('postgres') ?? new Map<string, Table>()).keys()]
  const djangos = tables.filter((name) => !name.startsWith('postern_'))
  const own = tables.filter((name) => name.startsWith('postern_')).sort(byStep(all))
  const parts = [
    INTRODUCTION,
    "\n## Django's tables\n",
    ...djangos.map((name) => section(name, all)),
    "\n## Postern's tables\n",
    ...own.map((name) => section(name, all)),
    STEPS_INTRODUCTION,
    ...STEPS.map((step) => `| \`${step.name}\` | ${madeBy(step.id, all)} |\n`),
    FILES.replace('EXTERNAL', tables.map((name) => `      '${name}',`).join('\n')),
  ]
  return parts.join('')
}

/** The list of the steps, which nobody asks for, comes last. */
function byStep(all: ReadonlyMap<Dialect, Tables>): (one: string, other: string) => number {
  const step = (name: string): number => all.get('postgres')?.get(name)?.step || Number.POSITIVE_INFINITY
  return (one, other) => Math.sign(step(one) - step(other)) || 0
}

function madeBy(step: number, all: ReadonlyMap<Dialect, Tables>): string {
  const tables = [...(all.get('postgres')?.values() ?? [])]
  const made = tables.filter((table) => table.step === step).map(({ name }) => `\`${name}\``)
  for (const table of tables.filter((other) => other.step !== step)) {
    made.push(...table.columns.filter((column) => column.step === step).map(({ name }) => `\`${table.name}.${name}\``))
  }
  if (made.length === 0) throw new Error(`Nobody has taught this page to say what step ${step} makes.`)
  return made.join(', ')
}

function section(name: string, all: ReadonlyMap<Dialect, Tables>): string {
  const meaning = MEANINGS[name]
  const tables = new Map(DIALECTS.map((dialect) => [dialect, all.get(dialect)?.get(name) as Table]))
  const rows = (tables.get('postgres') as Table).columns.map(({ name: column }) => {
    const { nullable, fallback } = columnOf(tables.get('postgres') as Table, column)
    const types = inDialects(tables, (table) => `\`${columnOf(table, column).type}\``)
    const type = fallback === undefined ? types : `${types}, ${fallback} by default`
    return `| \`${column}\` | ${type} | ${nullable ? 'yes' : ''} | ${meaning?.columns[column]} |\n`
  })
  return `
### ${name}

${meaning?.table}

| column | type | NULL | |
|---|---|---|---|
${rows.join('')}
${keys(tables)}`
}

function keys(tables: ReadonlyMap<Dialect, Table>): string {
  const lines: string[] = []
  for (const key of ['primary', 'unique', 'index', 'foreign'] as const) {
    const said = inDialects(tables, (table) => keysOf(table)[key].join(', '))
    if (said !== '') lines.push(`- ${WORDS[key]}: ${said}\n`)
  }
  return lines.join('')
}

const WORDS = { primary: 'Primary key', unique: 'Unique', index: 'Index', foreign: 'Foreign key' } as const

function keysOf(table: Table): Readonly<Record<keyof typeof WORDS, readonly string[]>> {
  const columns = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(' with ')
  const key = ({ columns: names, operators }: Key): string =>
    operators === undefined ? columns(names) : `${columns(names)} (\`${operators}\`)`
  return {
    primary: table.columns
      .filter(({ primary }) => primary)
      .map(({ name, counted }) => (counted ? `\`${name}\`, counted by the database` : `\`${name}\``)),
    unique: table.keys.filter(({ unique }) => unique).map(key),
    index: table.keys
      .filter(({ unique }) => !unique)
      .map(key)
      .sort(),
    foreign: table.references.map(({ column, table: other, target }) => `\`${column}\` to \`${other}.${target}\``),
  }
}

function columnOf(table: Table, name: string): Table['columns'][number] {
  const column = table.columns.find((candidate) => candidate.name === name)
  if (column === undefined) throw new Error(`${table.name} has ${name} in some databases only.`)
  return column
}

/** What is said of all dialects once where it is the same, else of each. */
function inDialects(tables: ReadonlyMap<Dialect, Table>, say: (table: Table) => string): string {
  const said = new Map<string, string[]>()
  for (const [dialect, table] of tables) {
    const text = say(table)
    said.set(text, [...(said.get(text) ?? []), DIALECT_NAMES[dialect]])
  }
  const [[only = ''] = []] = said
  if (said.size === 1) return only
  return [...said]
    .filter(([text]) => text !== '')
    .map(([text, names]) => `${names.join(', ')}: ${text}`)
    .join('; ')
}
