/** Makes docs/schema.md and the files of schema/ from the migrations (`npm run schema`); a test says when they are stale. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { schemaFiles } from './schema/files.ts'

for (const [name, text] of await schemaFiles()) {
  const path = join(import.meta.dirname, '..', name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
