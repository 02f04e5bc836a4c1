/** Plays the rows of a vector file, kind by kind, and counts: passed, failed, skipped. */
import { players } from './players.ts'
import { Skip, VectorRow } from './vector-row.ts'

/** What holds for all rows that do not say otherwise. */
export interface Defaults {
  readonly secretKey: string
  /** Seconds since 1970. */
  readonly time: number
}

/** Plays one row. @throws {Mismatch} when something else came, and {Skip} when it cannot be played */
export type Player = (row: VectorRow, defaults: Defaults) => void | Promise<void>

/** What came of a file. */
export interface Outcome {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** One line for each failed row and for each reason to skip, and the counts at the end. */
  readonly lines: readonly string[]
}

interface Vectors {
  readonly defaults: Defaults
  readonly groups: readonly (readonly [kind: string, rows: readonly unknown[]])[]
}

/** @throws when the text is no vector file, or one without rows */
function vectorsIn(text: string): Vectors {
  const file: unknown = JSON.parse(text)
  if (!isObject(file) || !isObject(file.groups)) throw new Error('This is no vector file: it has no "groups".')
  const { secret_key: secretKey, fixed_time: time } = file
  const groups: [string, readonly unknown[]][] = []
  for (const [kind, rows] of Object.entries(file.groups)) {
    if (!Array.isArray(rows)) throw new Error(`This is no vector file: the group "${kind}" is no list.`)
    if (rows.length > 0) groups.push([kind, rows])
  }
  if (groups.length === 0) throw new Error('The vector file has no rows: nothing was played.')
  return {
    groups,
    defaults: { secretKey: typeof secretKey === 'string' ? secretKey : '', time: typeof time === 'number' ? time : 0 },
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @throws {Skip} for a row that nobody can vouch for, and whatever says that the row failed */
async function playRow(player: Player, fields: unknown, defaults: Defaults): Promise<void> {
  if (!isObject(fields)) throw new Error('the row is no object')
  const row = new VectorRow(fields)
  await player(row, defaults)
  const [unplayed] = row.unplayed
  if (unplayed !== undefined) throw new Skip(`the field "${unplayed}" is not played`)
  if (row.checks === 0) throw new Error('the row says nothing about what has to come')
}

/**
 * Plays a whole file.
 * @param text the file
 * @throws when the text is no vector file, or one without rows
 */
export async function playVectors(text: string): Promise<Outcome> {
  const { defaults, groups } = vectorsIn(text)
  const failures: string[] = []
  const skips = new Map<string, Map<string, number>>()
  let passed = 0
  let skipped = 0
  for (const [kind, rows] of groups) {
    const player = players.get(kind)
    for (const [index, fields] of rows.entries()) {
      try {
        if (player === undefined) throw new Skip('unknown kind')
        await playRow(player, fields, defaults)
        passed++
      } catch (error) {
        if (error instanceof Skip) {
          skipped++
          const reasons = skips.get(kind) ?? new Map<string, number>()
          skips.set(kind, reasons.set(error.message, (reasons.get(error.message) ?? 0) + 1))
        } else {
          failures.push(`failed ${kind}[${index}]: ${messageOf(error)}`)
        }
      }
    }
  }
  const lines = [...failures]
  for (const [kind, reasons] of skips) {
    for (const [reason, count] of reasons) lines.push(`skipped ${kind} (${count}): ${reason}`)
  }
  lines.push(`${passed} passed, ${failures.length} failed, ${skipped} skipped`)
  return { passed, failed: failures.length, skipped, lines }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`
}
