/** Runs the command-line tools of the project's dependencies for the other scripts, from wherever it is called. */
import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const path = [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter)

/** Runs a program in the project's folder with this terminal; when it fails, so does this process, with the same code. */
export function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    env: { ...process.env, ...env, PATH: path },
    shell: process.platform === 'win32',
    stdio: 'inherit',
  })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}
