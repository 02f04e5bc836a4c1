/** `postern django-check`: what differs between the site's settings and a Django site on the same database. It writes nothing. */
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import type { DjangoComparison, DjangoSeen } from '../../checks/django-checks.ts'
import { type DjangoProject, HOW_TO_MAKE, parseDjangoProject } from '../../django-project.ts'
import { type Call, type Command, CommandError, JSON_OPTION, textOf } from '../command.ts'
import { refusedSettings, reportFindings } from '../findings.ts'
import { printable } from '../printable.ts'
import type { Terminal } from '../terminal.ts'

export const djangoCheck: Command = {
  name: 'django-check',
  summary: 'Compares the settings with a Django site on the same database.',
  takes: '',
  more: `In the folder of the Django project, and then here:

  python manage.py shell -v 0 -c "$(npx postern django-settings)" > django.json
  npx postern django-check --settings django.json

It looks at tables, sessions and settings and writes nothing; keys, hashes and sessions are not shown. docs/checks.md explains
each finding.`,
  options: {
    settings: {
      type: 'string',
      value: 'FILE',
      help: 'What the project says of itself; - reads it from standard input.',
    },
    json: JSON_OPTION,
  },
  run: async (call) => {
    const { terminal, values } = call
    const { seen, findings } = await compare(call)
    if (values.json === true) terminal.json({ seen, findings })
    else {
      if (seen !== null) printSeen(seen, terminal)
      reportFindings(findings, terminal)
    }
    return findings.some(({ level }) => level === 'error') ? 1 : 0
  },
}

async function compare({ terminal, values, open }: Call): Promise<DjangoComparison> {
  const file = textOf(values.settings)
  const project = file === undefined ? undefined : await readProject(file)
  try {
    const auth = await open()
    return await terminal.during('Looking', auth.checkDjango(project))
  } catch (error) {
    return { seen: null, findings: refusedSettings(error) }
  }
}

async function readProject(file: string): Promise<DjangoProject> {
  if (file === '-') return parseDjangoProject(await text(process.stdin), 'Standard input')
  let json: string
  try {
    json = readFileSync(file, 'utf8')
  } catch {
    throw new CommandError(`${file} cannot be read. ${HOW_TO_MAKE}`)
  }
  return parseDjangoProject(json, file)
}

function printSeen({ database, users, sessions, djangoMigrations }: DjangoSeen, terminal: Terminal): void {
  terminal.print(terminal.style('bold', 'SEEN:'))
  const hashes = Object.entries(users.hashes).map(([algorithm, count]) => `${count} ${HASHES[algorithm] ?? algorithm}`)
  const lines = [`${database}, users in ${users.table}: ${hashes.length === 0 ? 'none' : hashes.join(', ')}`]
  if (sessions !== null) {
    const { raw, hashed, other, looked, signed, signedByFallback } = sessions
    lines.push(
      `live sessions: ${raw} under keys as Django makes them, ${hashed} under hashed ones, ${other} under others`,
    )
    const by = signedByFallback === 0 ? '' : `, ${signedByFallback} of them by a fallback`
    lines.push(`${signed} of the ${looked} newest sessions are signed with this secret key${by}`)
  }
  const last = Object.entries(djangoMigrations ?? {}).map(([app, name]) => `${app} ${name}`)
  if (last.length > 0) lines.push(`Django's migrations: ${last.join(', ')}`)
  for (const line of lines) terminal.print(`  ${printable(line)}`)
  terminal.print()
}

/** Hashes that no algorithm made. */
const HASHES: Readonly<Record<string, string>> = { '!': 'unusable', '': 'of no name' }
