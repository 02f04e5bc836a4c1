/** `postern migrate`: brings the tables up to date. Mirrors `manage.py migrate` as far as it concerns these tables. */
import { type Command, JSON_OPTION } from '../command.ts'

export const migrate: Command = {
  name: 'migrate',
  summary: 'Makes the tables, or brings them up to date.',
  takes: '',
  more: 'It may run at every start and from several processes at once; each step is taken once.',
  options: { json: JSON_OPTION },
  run: async ({ terminal, values, open }) => {
    const auth = await open()
    const applied = await terminal.during('Migrating', auth.migrate())
    if (values.json === true) terminal.json({ applied })
    else if (applied.length === 0) terminal.print('Nothing to do: the tables are up to date.')
    else {
      terminal.print(`Took ${applied.length === 1 ? 'one step' : `${applied.length} steps`}:`)
      for (const name of applied) terminal.print(`  ${terminal.style('green', '+')} ${name}`)
    }
    return 0
  },
}
