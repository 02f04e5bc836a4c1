/** Formats every file and sorts its imports; with `--check` it only says which files would change. */
import { run } from './run.ts'

const check = process.argv.includes('--check')
run('biome', ['check', '--linter-enabled=false', ...(check ? [] : ['--write'])])
