/** Where the command line prints: results to stdout, everything else to stderr, colours only where a person looks. */
import { printable, printableJson, printableLines } from './printable.ts'

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green'

const CODES: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
}

export class Terminal {
  /** Somebody can be asked: what they type comes from a terminal, and the question is seen on one. */
  readonly isInteractive: boolean
  /** `--no-color` was given. */
  plain = false

  constructor() {
    this.isInteractive = process.stdin.isTTY === true && process.stdout.isTTY === true
    // `postern users list | head` closes the pipe: that is no failure.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? 0 : 1)
    })
  }

  /**
   * A question that is left by closing the input (Ctrl+D) is never answered: Node then ends the process, as if all were well.
   * @returns what to call when the command is over
   */
  onceAbandoned(): () => void {
    process.exitCode = 1
    const tell = (): void => {
      // The cursor was hidden for the question.
      process.stderr.write(`${this.isInteractive ? '\u001b[?25h' : ''}\nOperation cancelled.\n`)
    }
    process.once('exit', tell)
    return () => process.off('exit', tell)
  }

  /** A result. The text is the command's own; what comes from outside goes through `printable`. */
  print(text = ''): void {
    process.stdout.write(`${text}\n`)
  }
  /** A result for programs. */
  json(value: unknown): void {
    this.print(printableJson(value))
  }
  /** What is no result: hints, progress. */
  note(text: string): void {
    process.stderr.write(`${text}\n`)
  }
  /** What went wrong. It may quote what somebody typed. */
  error(text: string): void {
    process.stderr.write(`${this.style('red', printableLines(text), process.stderr)}\n`)
  }

  /** @param stream where it will be printed */
  style(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
    if (!this.#hasColours(stream)) return text
    const [on, off] = CODES[style]
    return `\u001b[${on}m${text}\u001b[${off}m`
  }

  /** Lines in columns, each row as long as the head; the cells may hold anything. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    const cells = rows.map((row) => row.map(printable))
    const widths = head.map((title, at) => Math.max(title.length, ...cells.map((row) => (row[at] as string).length)))
    const line = (row: readonly string[]): string =>
      row
        .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] as number)))
        .join('  ')
        .trimEnd()
    this.print(this.style('bold', line(head)))
    for (const row of cells) this.print(line(row))
  }

  /** Waits for long work, and says on stderr that it still goes on. */
  async during<T>(what: string, work: Promise<T>): Promise<T> {
    const began = performance.now()
    const live = process.stderr.isTTY === true
    const tell = (): void => {
      const seconds = Math.round((performance.now() - began) / 1000)
      process.stderr.write(live ? `\r${what} (${seconds} s)` : `${what} (${seconds} s)\n`)
    }
    const timer = setInterval(tell, live ? 1000 : 10_000)
    try {
      return await work
    } finally {
      clearInterval(timer)
      if (live && performance.now() - began >= 1000) process.stderr.write('\r\u001b[K')
    }
  }

  #hasColours(stream: NodeJS.WriteStream): boolean {
    const { NO_COLOR = '', TERM } = process.env
    return stream.isTTY === true && !this.plain && NO_COLOR === '' && TERM !== 'dumb'
  }
}
