/** What a command is, and how it fails. Mirrors `BaseCommand` and `CommandError` (django/core/management/base.py, 5.2). */
import type { Postern } from '../postern.ts'
import type { Terminal } from './terminal.ts'

/** 0 when it did what it was to do, 1 when it failed or found problems, 2 when it was called wrongly. */
export type ExitCode = 0 | 1 | 2

/** One option; `type: 'boolean'` takes no value. */
export interface CommandOption {
  readonly type: 'string' | 'boolean'
  /** What its value is, in the help: `NAME`. */
  readonly value?: string
  readonly help: string
}

/** What a command was called with. */
export interface Call {
  readonly terminal: Terminal
  /** The values of its options by their names. */
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  /** What is no option. */
  readonly given: readonly string[]
  /** The site's Postern, from its settings; its database is closed when the command is over. */
  open(): Promise<Postern>
}

/** A command of `postern`. */
export interface Command {
  /** `migrate`, `sessions list` */
  readonly name: string
  /** One line. */
  readonly summary: string
  /** What is no option, as in `[user]`; `''` for nothing. */
  readonly takes: string
  /** More, for its own help. */
  readonly more?: string
  readonly options: Readonly<Record<string, CommandOption>>
  /** @throws {CommandError} */
  run(call: Call): Promise<ExitCode>
}

/** The command could not do what it was to do; the message is for the person at the terminal. */
export class CommandError extends Error {
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode = 1) {
    super(message)
    this.name = 'CommandError'
    this.exitCode = exitCode
  }
}

/** The command was called wrongly. */
export function usageError(message: string): CommandError {
  return new CommandError(message, 2)
}

/** The one thing that a command takes besides its options, or undefined. @throws {CommandError} when there is more */
export function atMostOne(given: readonly string[], what: string): string | undefined {
  if (given.length > 1) throw usageError(`One ${what} at a time: '${given.join("', '")}' is too much.`)
  return given[0]
}

/** The text that an option was given. */
export function textOf(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** For all that list. */
export const JSON_OPTION: CommandOption = { type: 'boolean', help: 'Prints JSON, for programs.' }
