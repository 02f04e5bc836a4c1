/** `postern init`: a settings file that works as it stands, and the lines for the server. */
import { existsSync, writeFileSync } from 'node:fs'
import { type Command, CommandError } from '../command.ts'
import { CONFIG_FILES } from '../load-config.ts'
import { loadPrompts } from '../prompts.ts'
import { CONFIG_TEXT, findProject, type Project, serverLines } from '../site-files.ts'
import type { Terminal } from '../terminal.ts'

const FRAMEWORKS = { express: 'Express', node: 'node:http' } as const

export const init: Command = {
  name: 'init',
  summary: 'Writes postern.config.ts, and shows what to add to the server.',
  takes: '',
  more: 'It writes JavaScript where the project has no TypeScript, and never over a file that is there without asking.',
  options: { force: { type: 'boolean', help: 'Writes over a settings file that is there.' } },
  run: async ({ terminal, values }) => {
    const project = findProject()
    const there = CONFIG_FILES.find((file) => existsSync(file))
    const overwrite = there === undefined || values.force === true || (await mayOverwrite(there, terminal))
    if (!overwrite) {
      terminal.print(`${there} stays as it is.`)
      return 0
    }
    write({ ...project, file: there ?? project.file }, there !== undefined, terminal)
    return 0
  },
}

async function mayOverwrite(file: string, terminal: Terminal): Promise<boolean> {
  if (!terminal.isInteractive) throw new CommandError(`${file} is there already; --force writes over it.`)
  return (await loadPrompts()).confirm(`${file} is there already. Write over it?`)
}

function write(project: Project, overwrite: boolean, terminal: Terminal): void {
  const { file, framework, hasPostern, hasManifest } = project
  // `wx` fails when there is one: it may have come since.
  writeFileSync(file, CONFIG_TEXT, { flag: overwrite ? 'w' : 'wx' })
  const title = (text: string): string => terminal.style('bold', text)
  const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ')
  terminal.print(`${terminal.style('green', 'Wrote')} ${file}: SQLite in app.db, login at /accounts/login/.

${title(`For your server (${FRAMEWORKS[framework]}):`)}

${indented(serverLines(project))}

${title('Next:')}

${indented(nextSteps(hasManifest, hasPostern))}

${title('For a secret key that survives a restart:')}

  echo "SECRET_KEY=$(npx postern gensecret)" >> .env   # and start with: node --env-file=.env

Keep app.db and .env out of the repository.`)
}

function nextSteps(hasManifest: boolean, hasPostern: boolean): string {
  const steps = [
    ['npx postern migrate', 'makes the tables'],
    ['npx postern createsuperuser', 'makes the first account'],
    ['npx postern check', 'looks for what is missing'],
  ]
  if (!hasPostern)
    steps.unshift([hasManifest ? 'npm install postern' : 'npm init -y && npm install postern', 'it is not there yet'])
  const width = Math.max(...steps.map(([command = '']) => command.length))
  return steps.map(([command = '', what]) => `${command.padEnd(width)}   # ${what}`).join('\n')
}
