/** The files of the project, as its own guards read them: what git tracks or would, and what is in it. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The project's folder. */
export const root: string = join(import.meta.dirname, '..', '..')

/** The text of one file, named from the project's folder. */
export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

/**
 * The files that pass a filter, by name from the project's folder, with their text.
 * @throws when there are none: a guard that saw nothing has held nothing
 */
export function projectFiles(filter: (file: string) => boolean): Map<string, string> {
  const names = execFileSync(
    'git',
    ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  ).split('\0')
  const files = new Map<string, string>()
  for (const name of names) {
    // Git calls a file what is a folder behind a link, too, such as a node_modules that is elsewhere.
    const isFile = name !== '' && statSync(join(root, name), { throwIfNoEntry: false })?.isFile() === true
    if (isFile && filter(name)) files.set(name, read(name))
  }
  assert.notEqual(files.size, 0, 'the guard saw no files')
  return files
}

/** The TypeScript files of `src`. */
export function sources(): Map<string, string> {
  return projectFiles((file) => file.startsWith('src/') && file.endsWith('.ts'))
}

/** The lines of a source that are no comment lines, with their numbers. */
export function codeLines(text: string): [line: string, number: number][] {
  const lines: [string, number][] = []
  let comment = false
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim()
    if (trimmed.startsWith('/*')) comment = true
    if (!comment && !trimmed.startsWith('//')) lines.push([line, index + 1])
    if (comment && trimmed.includes('*/')) comment = false
  }
  return lines
}
