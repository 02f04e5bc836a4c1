/** `postern check`: what is wrong with the site, or will be where it is served. Mirrors django/core/management/commands/check.py (5.2). */
import type { CheckLevel, CheckMessage } from '../../checks/check-message.ts'
import { type Call, type Command, JSON_OPTION, textOf, usageError } from '../command.ts'
import { LEVELS, refusedSettings, reportFindings } from '../findings.ts'

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
    else reportFindings(found, terminal)
    return found.some(({ level: its }) => LEVELS.indexOf(its) <= failing) ? 1 : 0
  },
}

async function findings({ values, open }: Call): Promise<readonly CheckMessage[]> {
  try {
    const auth = await open()
    return await auth.check({ deploy: values.deploy === true, database: values['no-database'] !== true })
  } catch (error) {
    return refusedSettings(error)
  }
}
