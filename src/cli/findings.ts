/** What checks find, as a person reads it: the worst first, each with its cure. */
import { type CheckLevel, type CheckMessage, checkMessage } from '../checks/check-message.ts'
import { ConfigError } from './config-error.ts'
import { printableLines } from './printable.ts'
import type { Terminal } from './terminal.ts'

/** The worst first. */
export const LEVELS: readonly CheckLevel[] = ['error', 'warning', 'info']
const TITLES: Readonly<Record<CheckLevel, string>> = { error: 'ERRORS', warning: 'WARNINGS', info: 'INFOS' }
const COLOURS = { error: 'red', warning: 'yellow', info: 'dim' } as const

export function reportFindings(found: readonly CheckMessage[], terminal: Terminal): void {
  for (const level of LEVELS) {
    const messages = found.filter((message) => message.level === level)
    if (messages.length === 0) continue
    terminal.print(terminal.style('bold', `${TITLES[level]}:`))
    for (const { id, message, cure } of messages) {
      terminal.print(`${terminal.style(COLOURS[level], id)} ${printableLines(message)}`)
      terminal.print(`  ${terminal.style('dim', '->')} ${printableLines(cure)}`)
    }
    terminal.print()
  }
  const count = found.length
  const summary = count === 0 ? 'no issues' : count === 1 ? '1 issue' : `${count} issues`
  terminal.print(terminal.style(count === 0 ? 'green' : 'bold', `System check identified ${summary}.`))
}

/** Settings that `createPostern` refused, as findings. @throws {unknown} any other error, as it is */
export function refusedSettings(error: unknown): readonly CheckMessage[] {
  if (!(error instanceof ConfigError) || error.problems.length === 0) throw error
  return error.problems.map((problem) => checkMessage('postern.E001', problem, `Change it in ${error.place}.`))
}
