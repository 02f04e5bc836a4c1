/**
 * Builds `dist` from `src`, and what is for Drizzle from `schema`: beside it first, then in its place, so that a failed build
 * leaves nothing half done and a run of the tests in another window never sees a missing file for long.
 */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { run } from './run.ts'

const fresh = `dist.${process.pid}`
const old = `dist.${process.pid}.old`

try {
  run('tsc', ['-p', 'tsconfig.build.json', '--outDir', fresh])
  run('tsc', ['-p', 'tsconfig.schema.json', '--outDir', `${fresh}/schema`])
  if (existsSync('dist')) renameSync('dist', old)
  renameSync(fresh, 'dist')
} finally {
  rmSync(fresh, { recursive: true, force: true })
  rmSync(old, { recursive: true, force: true })
}
