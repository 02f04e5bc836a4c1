/** All files that are made from the migrations: docs/schema.md, and what is in schema/. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { CORES, drizzleTables } from './drizzle.ts'
import { schemaPage } from './markdown.ts'
import { checkMeanings } from './meanings.ts'
import { PROVIDERS, prismaModels } from './prisma.ts'
import { DIALECTS, type Dialect, type Tables, tablesOf } from './tables.ts'

const root = join(import.meta.dirname, '..', '..')

/** @returns by name from the project's folder, their text */
export async function schemaFiles(): Promise<ReadonlyMap<string, string>> {
  const all = new Map<Dialect, Tables>()
  for (const dialect of DIALECTS) all.set(dialect, await tablesOf(dialect))
  const files = new Map([['docs/schema.md', schemaPage(all)]])
  for (const [dialect, tables] of all) {
    checkMeanings(tables)
    files.set(`schema/postern-${PROVIDERS[dialect]}.prisma`, prismaModels(dialect, tables))
    const drizzle = `schema/drizzle-${CORES[dialect]}.ts`
    files.set(drizzle, formatted(drizzle, drizzleTables(dialect, tables)))
  }
  return files
}

/** As `npm run format` writes it. */
function formatted(file: string, text: string): string {
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  const options = ['check', '--write', '--linter-enabled=false', `--stdin-file-path=${file}`]
  return execFileSync(process.execPath, [biome, ...options], { cwd: root, input: text, encoding: 'utf8' })
}
