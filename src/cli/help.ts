/** What `--help` prints. */
import type { Command, CommandOption } from './command.ts'
import { commands } from './commands.ts'
import type { Terminal } from './terminal.ts'

/** Of every command. */
export const COMMON_OPTIONS: Readonly<Record<string, CommandOption>> = {
  config: { type: 'string', value: 'FILE', help: 'The settings file. [postern.config.ts, .js or .mjs of this folder]' },
  env: {
    type: 'string',
    value: 'FILE',
    help: 'Reads environment variables from a file first, as node --env-file.',
  },
  'no-color': { type: 'boolean', help: 'Prints no colours; NO_COLOR in the environment says the same.' },
  traceback: { type: 'boolean', help: 'Shows where an error came from.' },
  help: { type: 'boolean', help: 'Shows this.' },
}

const EXIT_CODES = `Exit codes: 0 done, 1 failed or found problems, 2 called wrongly.`

/** All commands. */
export function helpOfAll(terminal: Terminal): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const lines = commands.map(({ name, summary }) => `  ${terminal.style('bold', name.padEnd(width))}  ${summary}`)
  return `${terminal.style('bold', 'Usage:')} postern <command> [options]

${lines.join('\n')}

  postern <command> --help says more, postern --version which version this is.

The site's settings are in postern.config.ts (.js, .mjs) of this folder, which exports \`auth\`.
${EXIT_CODES}`
}

/** One command, or those that begin with the same word. */
export function helpOf(command: Command, terminal: Terminal): string {
  const { name, takes, summary, more, options } = command
  const usage = ['postern', name, takes, '[options]'].filter((part) => part !== '').join(' ')
  const own = optionLines(options)
  return `${terminal.style('bold', 'Usage:')} ${usage}

${summary}${more === undefined ? '' : `\n\n${more}`}
${own === '' ? '' : `\n${terminal.style('bold', 'Options:')}\n${own}\n`}
${terminal.style('bold', 'Of every command:')}
${optionLines(COMMON_OPTIONS)}

${EXIT_CODES}`
}

function optionLines(options: Readonly<Record<string, CommandOption>>): string {
  const lines = Object.entries(options).map(
    ([name, { value, help }]) => [`--${name}${value === undefined ? '' : ` ${value}`}`, help] as const,
  )
  const width = Math.max(0, ...lines.map(([option]) => option.length))
  return lines.map(([option, help]) => `  ${option.padEnd(width)}  ${help}`).join('\n')
}
