/** The scenarios in which Postern is not Django, on purpose: differences.json, which is not to excuse anything else. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Difference {
  /** The scenario, or the part of its name in front of the slash for all its cases. */
  readonly scenario: string
  /** The row of docs/differences.md. */
  readonly number: number
  /** The session engines with which it differs. @default all of them */
  readonly engines?: readonly string[]
  readonly why: string
}

export const differences = JSON.parse(
  readFileSync(join(import.meta.dirname, 'differences.json'), 'utf8'),
) as readonly Difference[]

/**
 * The difference that a scenario which fails is known for.
 * @param id of the scenario, with its case behind a slash
 * @param engine Django's name of it
 */
export function knownDifference(
  id: string,
  engine: string,
  known: readonly Difference[] = differences,
): Difference | undefined {
  return known.find(
    ({ scenario, engines }) =>
      (id === scenario || id.startsWith(`${scenario}/`)) && (engines === undefined || engines.includes(engine)),
  )
}
