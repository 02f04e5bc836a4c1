/**
 * JSON as Python's `json.dumps` writes it, so that Django and Postern sign the same bytes.
 * Not the same: a float without a fraction (Python's `1.0`; JavaScript cannot tell it from 1), very small and very
 * large floats (`1e-7` there `1e-07`), NaN and the infinities (null here), and keys that look like whole numbers,
 * which JavaScript keeps in front. All of them read back as the same value on either side.
 */

// Python escapes DEL too; other control characters are escaped by JSON.stringify already.
const UNPRINTABLE = /[^ -~]/
const ALL_UNPRINTABLE = /[^ -~]/g

/**
 * Writes a value as Python's `json.dumps(value)` does: all but printable ASCII as `\uXXXX`.
 * @param separators `compact` is Python's `separators=(',', ':')`, `spaced` its default `(', ', ': ')`
 * @throws {TypeError} for what JSON cannot hold: undefined, functions, bigints, circles
 */
export function asciiJson(value: unknown, separators: 'compact' | 'spaced' = 'compact'): string {
  const text: string | undefined = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`A ${typeof value} cannot be written as JSON.`)
  const ascii = UNPRINTABLE.test(text) ? text.replace(ALL_UNPRINTABLE, escapeUnit) : text
  return separators === 'spaced' ? withSpaces(ascii) : ascii
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Adds a space behind each comma and colon that stands outside a string. */
function withSpaces(json: string): string {
  let spaced = ''
  let from = 0
  let inString = false
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i)
    if (inString) {
      if (code === 0x5c) i++
      else if (code === 0x22) inString = false
    } else if (code === 0x22) {
      inString = true
    } else if (code === 0x2c || code === 0x3a) {
      spaced += `${json.slice(from, i + 1)} `
      from = i + 1
    }
  }
  return from === 0 ? json : spaced + json.slice(from)
}
