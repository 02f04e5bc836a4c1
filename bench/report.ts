/** Turns measurements into the tables that the benchmark prints. */
import { bars, type Case, comparedWith, peers } from './cases.ts'

/** What one round of one case was. */
export interface Measurement {
  readonly requests: number
  readonly seconds: number
  readonly cpuSeconds: number
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

const rate = ({ requests, cpuSeconds }: Measurement): number => requests / cpuSeconds
const thousands = (perSecond: number): string => `${(perSecond / 1000).toFixed(1)}k`

/**
 * The table of one framework, and whether it is good: no bar missed. A share is the median of the rounds' shares, since
 * the two cases of a round ran at nearly the same time.
 */
export function report(measurements: ReadonlyMap<Case, readonly Measurement[]>): { text: string; good: boolean } {
  const lines = [
    'case                     requests    CPU     share   spread     server',
    '                        per CPU-s     us                          busy',
  ]
  let good = true
  let idle = false
  for (const [name, rounds] of measurements) {
    const base = measurements.get(comparedWith[name]) ?? []
    const rates = rounds.map(rate)
    const shares = rates.map(
      (one, round) => (100 * one) / rate(base[round] ?? { requests: 0, seconds: 0, cpuSeconds: 0 }),
    )
    const share = median(shares)
    const busy = median(rounds.map((round) => (100 * round.cpuSeconds) / round.seconds))
    idle ||= busy < 80
    const bar = bars[name]
    const passed = bar === undefined || share >= bar
    good &&= passed
    const verdict = bar === undefined ? '' : `  ${passed ? 'pass' : 'FAIL'}: at least ${bar} %`
    lines.push(
      [
        name.padEnd(23),
        thousands(median(rates)).padStart(9),
        (1e6 / median(rates)).toFixed(1).padStart(6),
        `${share.toFixed(1)} %`.padStart(9),
        `${Math.min(...shares).toFixed(0)}-${Math.max(...shares).toFixed(0)}`.padStart(8),
        `${busy.toFixed(0)} %`.padStart(8),
        comparedWith[name] === name ? '' : `  of ${comparedWith[name]}`,
        verdict,
      ]
        .join(' ')
        .trimEnd(),
    )
  }
  if (idle) lines.push("The core was not the server's alone, or the load was too slow: these numbers are worth little.")
  return { text: lines.join('\n'), good }
}

/** The table of what others reached, and where. */
export function peersTable(): string {
  const cell = (value: number | null, unit: string): string =>
    (value === null ? '-' : `${value.toFixed(1)}${unit}`).padStart(9)
  const rows = peers.map(
    ({ name, signedIn, share, login, logout }) =>
      `${name.padEnd(42)} ${cell(signedIn, 'k')} ${cell(share, ' %')} ${cell(login, 'k')} ${cell(logout, 'k')}`,
  )
  return [
    '\nOthers, per server CPU-second (November 2026, one core of a shared two-core EPYC, Node 24.21; Redis not counted)',
    `${''.padEnd(42)} signed-in     share     login    logout`,
    ...rows,
  ].join('\n')
}
