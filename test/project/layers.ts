/** Which file may import which: the floors of docs/architecture.md as a function that the test asks. */
import { posix } from 'node:path'

const floors: readonly (readonly string[])[] = [
  ['ground'],
  ['django'],
  ['passwords', 'users', 'audit', 'guessing'],
  ['sessions', 'tokens'],
  ['csrf', 'messages'],
  ['auth'],
  ['views'],
  ['hall'],
  ['adapters', 'stores', 'engines', 'mailers', 'admin', 'cli', 'testing'],
  ['entries'],
]

const topFiles: ReadonlyMap<string, string> = new Map([
  ['errors.ts', 'ground'],
  ['events.ts', 'ground'],
  ['index.ts', 'hall'],
  ['postern.ts', 'hall'],
  ['options.ts', 'hall'],
  ['database.ts', 'hall'],
])

/** A file's room and its floor, 0 being the ground; a top-level file that is not of the hall is an entry. */
export function placeOf(file: string, entries: ReadonlySet<string>): { room: string; floor: number } {
  const [, first = '', rest] = file.split('/')
  let room = first === 'kernel' || first === 'catalogs' ? 'ground' : first
  if (first === 'checks') room = 'hall'
  if (rest === undefined) room = topFiles.get(first) ?? (entries.has(file) ? 'entries' : 'hall')
  const floor = floors.findIndex((rooms) => rooms.includes(room))
  if (floor < 0) throw new Error(`${file} is in no room that has a floor: name it in test/project/layers.ts.`)
  return { room, floor }
}

/** What a file imports or passes on, types included, as written. */
export function importsOf(text: string): string[] {
  const found = new Set<string>()
  const statement = /^(?:import|export)\s+(?:type\s+)?(?:[\w$*\s,]*(?:\{[^}]*\})?)\s*from\s+'([^']+)'/gm
  const effect = /^import\s+'([^']+)'/gm
  const call = /\bimport\(\s*'([^']+)'\s*\)/g
  const code = text.replaceAll(/^\s*\/\*[\s\S]*?\*\//gm, '').replaceAll(/^\s*\/\/.*$/gm, '')
  let statements = 0
  for (const pattern of [statement, effect, call]) {
    for (const [whole, specifier = ''] of code.matchAll(pattern)) {
      found.add(specifier)
      if (/^import\s/.test(whole)) statements++
    }
  }
  const written = code.match(/^import\s/gm)?.length ?? 0
  if (written !== statements) throw new Error(`${written} imports are written and ${statements} were understood.`)
  return [...found]
}

/** `mysql2` of `mysql2/promise`, `@scope/name` of `@scope/name/part`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** What is not allowed about the imports of one file, as sentences. */
export function violations(
  file: string,
  imports: readonly string[],
  entries: ReadonlySet<string>,
  packages: ReadonlySet<string>,
): string[] {
  const from = placeOf(file, entries)
  const found: string[] = []
  for (const specifier of imports) {
    if (specifier.startsWith('node:') || packages.has(packageOf(specifier))) continue
    if (!specifier.startsWith('.')) {
      found.push(`${file} imports ${specifier}, which is no dependency.`)
      continue
    }
    const target = posix.join(posix.dirname(file), specifier)
    const to = placeOf(target, entries)
    if (from.room === to.room ? !sameRoom(file, target, from.room) : to.floor >= from.floor) {
      found.push(`${file} (${from.room}) may not import ${target} (${to.room}).`)
    }
  }
  return found
}

/** Inside one room everything goes, except that a store knows only itself, the SQL and the files beside the folders, and entries nobody. */
function sameRoom(file: string, target: string, room: string): boolean {
  if (room === 'entries') return false
  if (room !== 'stores') return true
  const folder = (path: string): string => path.split('/')[2] ?? ''
  return folder(target) === folder(file) || folder(target) === 'sql' || folder(target).endsWith('.ts')
}
