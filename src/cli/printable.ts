/**
 * Text from outside on a terminal: names, addresses and user agents may hold escape sequences that move the cursor, rewrite
 * what was printed, or turn the direction of the text around. What is not to be printed is shown by its number.
 */

/** Control characters, separators, what has no glyph and what changes the direction of text (Unicode categories C, Zl, Zp). */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu

/** The text on one line. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped)
}

/** The same for text of several lines, as messages of errors are. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** JSON, in which the characters that JSON leaves alone are escaped too. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/[^\n]/gu, (character) =>
    UNPRINTABLE_ONE.test(character) ? jsonEscape(character) : character,
  )
}

const UNPRINTABLE_ONE = /[\p{C}\p{Zl}\p{Zp}]/u

function escaped(character: string): string {
  const code = character.codePointAt(0) as number
  return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u{${code.toString(16)}}`
}

function jsonEscape(character: string): string {
  return Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`).join('')
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
