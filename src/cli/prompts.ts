/** Asking somebody at a terminal. The package that draws the questions is loaded only by commands that ask. */
import { CommandError } from './command.ts'
import { printable } from './printable.ts'

export interface Prompts {
  /** @param otherwise what an empty answer means */
  text(question: string, otherwise?: string): Promise<string>
  /** What is typed is not shown. */
  password(question: string): Promise<string>
  /** No, unless somebody says yes. */
  confirm(question: string): Promise<boolean>
}

/** @throws {CommandError} from each question that somebody does not answer but leaves, with Ctrl+C */
export async function loadPrompts(): Promise<Prompts> {
  const clack = await import('@clack/prompts')

  function answered<T>(answer: T): Exclude<T, symbol> {
    if (typeof answer === 'symbol') throw new CommandError('\nOperation cancelled.')
    return answer as Exclude<T, symbol>
  }

  return {
    text: async (question, otherwise = '') => {
      const answer = await clack.text({ message: printable(question), withGuide: false, defaultValue: otherwise })
      return answered(answer) ?? ''
    },
    password: async (question) =>
      answered(await clack.password({ message: printable(question), withGuide: false })) ?? '',
    confirm: async (question) =>
      answered(await clack.confirm({ message: printable(question), withGuide: false, initialValue: false })),
  }
}
