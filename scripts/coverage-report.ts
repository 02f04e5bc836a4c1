/**
 * What a coverage run says of each room of `src`: lines, branches, and which branches nobody takes. Rooms on which the safety of
 * accounts hangs have to be covered altogether, the others nearly.
 */
import { relative, sep } from 'node:path'
import type { EventData } from 'node:test'

type FileCoverage = EventData.TestCoverage['summary']['files'][number]

/** Every branch of these is taken by some test, in percent. */
const STRICT_ROOMS: ReadonlySet<string> = new Set(['kernel', 'passwords', 'users', 'sessions', 'csrf', 'auth'])
const LEAST_IN_STRICT = 100
const LEAST = 95

/** What came of one room. */
interface Room {
  files: number
  lines: number
  reachedLines: number
  /** Functions that are never called among them. */
  branches: number
  reachedBranches: number
  /** `file:line`. */
  readonly missed: string[]
}

/** The report, and whether the run is good enough. */
export interface CoverageReport {
  readonly text: string
  readonly problems: readonly string[]
}

/**
 * @param coverage as the runner of node:test gives it
 * @param built every file of `src` as JavaScript, by its name from the project's folder: one that no test loads is found here alone
 * @throws when the coverage names no file of `src`
 */
export function coverageReport(
  coverage: EventData.TestCoverage['summary'],
  built: ReadonlyMap<string, string>,
): CoverageReport {
  const rooms = new Map<string, Room>()
  const loaded = new Set<string>()
  for (const covered of coverage.files) {
    const file = relative(coverage.workingDirectory, covered.path).replaceAll(sep, '/')
    if (!file.startsWith('src/')) continue
    loaded.add(file)
    count(roomOf(rooms, file), file, covered)
  }
  if (loaded.size === 0) throw new Error('The coverage names no file of src.')
  for (const [file, text] of built) {
    if (loaded.has(file) || !hasCode(text)) continue
    const room = roomOf(rooms, file)
    room.branches += 1
    room.missed.push(`${file} (no test loads it)`)
  }
  const sorted = [...rooms].sort(([a], [b]) => (a < b ? -1 : 1))
  const bad = sorted.filter(([name, room]) => percent(room.reachedBranches, room.branches) < least(name))
  const problems = bad.map(
    ([name, room]) =>
      `${name}: ${shown(room.reachedBranches, room.branches)} of the branches are taken, and ${least(name)} % have to be.`,
  )
  const missed = bad.flatMap(([, room]) => room.missed)
  const lists =
    missed.length === 0 ? '' : `\nBranches that no test takes:\n${missed.map((line) => `  ${line}\n`).join('')}`
  return { text: `\n${table(sorted)}${lists}${problems.map((problem) => `\n${problem}`).join('')}\n`, problems }
}

/** The room of a file: its folder below `src`, or the top floor. */
function roomOf(rooms: Map<string, Room>, file: string): Room {
  const [, folder = '', rest] = file.split('/')
  const name = rest === undefined ? '(top)' : folder
  const room = rooms.get(name) ?? { files: 0, lines: 0, reachedLines: 0, branches: 0, reachedBranches: 0, missed: [] }
  rooms.set(name, room)
  return room
}

function count(room: Room, file: string, covered: FileCoverage): void {
  // A function that is never called has no branches to Node, and may stand on a line that is reached.
  const functions = covered.functions.filter(({ count }) => count === 0)
  room.files += 1
  room.lines += covered.totalLineCount
  room.reachedLines += covered.coveredLineCount
  room.branches += covered.totalBranchCount + functions.length
  room.reachedBranches += covered.coveredBranchCount
  const branches = covered.branches.filter(({ count }) => count === 0)
  const lines = [...branches, ...functions].map(({ line }) => line)
  room.missed.push(...[...new Set(lines)].sort((a, b) => a - b).map((line) => `${file}:${line}`))
}

function least(room: string): number {
  return STRICT_ROOMS.has(room) ? LEAST_IN_STRICT : LEAST
}

function percent(reached: number, all: number): number {
  return all === 0 ? 100 : (100 * reached) / all
}

/** Cut, not rounded: 99.96 % is not all. */
function shown(reached: number, all: number): string {
  return `${(Math.floor(percent(reached, all) * 10) / 10).toFixed(1)} %`
}

function table(rooms: readonly (readonly [string, Room])[]): string {
  const total: Room = { files: 0, lines: 0, reachedLines: 0, branches: 0, reachedBranches: 0, missed: [] }
  for (const [, room] of rooms) {
    total.files += room.files
    total.lines += room.lines
    total.reachedLines += room.reachedLines
    total.branches += room.branches
    total.reachedBranches += room.reachedBranches
  }
  const rows = [...rooms, ['all', total] as const].map(([name, room]) => [
    name,
    String(room.files),
    String(room.lines),
    shown(room.reachedLines, room.lines),
    String(room.branches),
    shown(room.reachedBranches, room.branches),
  ])
  const head = ['room', 'loaded', 'lines', 'reached', 'branches', 'taken']
  return [head, ...rows]
    .map((cells) =>
      cells
        .map((cell, at) => (at === 0 ? cell.padEnd(12) : cell.padStart(10)))
        .join('')
        .trimEnd(),
    )
    .join('\n')
    .concat('\n')
}

/** Whether there is anything to run: types are gone, and imports and what is passed on are nothing. */
function hasCode(javaScript: string): boolean {
  const left = javaScript
    .replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    .replaceAll(
      /^(?:import|export)\s[^;'"]*\sfrom\s+(['"]).*?\1;?$|^import\s+(['"]).*?\2;?$|^export\s*\{\s*\};?$/gm,
      '',
    )
  return left.trim() !== ''
}
