/** `postern check`: what is wrong with the site, or will be where it is served. Mirrors django/core/management/commands/check.py (5.2). */
import type { CheckLevel, CheckMessage } from '../../checks/check-message.ts'
import { checkMessage } from '../../checks/check-message.ts'
import { type Call, type Command, JSON_OPTION, textOf, usageError } from '../command.ts'
import { ConfigError } from '../config-error.ts'
import { printableLines } from '../printable.ts'
import type { Terminal } from '../terminal.ts'

const LEVELS: readonly CheckLevel[] = ['error', 'warning', 'info']
const TITLES: Readonly<Record<CheckLevel, string>> = { error: 'ERRORS', warning: 'WARNINGS', info: 'INFOS' }
const COLOURS = { error: 'red', warning: 'yellow', info: 'dim' } as const

export const check: Command = {
  name: 'check',
  summary: 'Looks for what is wrong with the site.',
  takes: '',
  more: 'docs/checks.md explains each finding. Outside development set NODE_ENV=production, as where the site is served.',
  options: {
    deploy: { type: 'boolean', help: 'Looks also at what only matters where the site is served.' },
    'fail-level': {
      type: 'string',
      value: 'LEVEL',
      help: 'Exits with 1 from this level on: error, warning or info. [error]',
    },
    'no-database': { type: 'boolean', help: 'Asks the database nothing.' },
    json: JSON_OPTION,
  },
  run: async (call) => {
    const { terminal, values } = call
    const level = textOf(values['fail-level'])?.toLowerCase() ?? 'error'
    const failing = LEVELS.indexOf(level as CheckLevel)
    if (failing === -1) throw usageError(`--fail-level is error, warning or info, not '${level}'.`)
    const found = await findings(call)
    if (values.json === true) terminal.json(found)
    else report(found, terminal)
    return found.some(({ level: its }) => LEVELS.indexOf(its) <= failing) ? 1 : 0
  },
}

async function findings({ values, open }: Call): Promise<readonly CheckMessage[]> {
  try {
    const auth = await open()
    return await auth.check({ deploy: values.deploy === true, database: values['no-database'] !== true })
  } catch (error) {
    if (!(error instanceof ConfigError) || error.problems.length === 0) throw error
    return error.problems.map((problem) => checkMessage('postern.E001', problem, `Change it in ${error.place}.`))
  }
}

function report(found: readonly CheckMessage[], terminal: Terminal): void {
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
