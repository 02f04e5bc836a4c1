/**
 * Python's idea of letters, digits and lengths, by which Django judges names and passwords. Mirrors `\w` of `re`,
 * `str.isdigit` and `len` (Python 3); what Unicode adds later counts here as soon as Node knows it.
 */

/** What Python's `\w` matches, for a character class of a regular expression with the flag `u`. */
export const PYTHON_WORD = '\\p{L}\\p{N}_'

/** Digits beyond `Nd`: the superscripts and the circled ones. JavaScript does not know Unicode's `Numeric_Type=Digit`. */
const OTHER_DIGITS =
  '\\u{b2}\\u{b3}\\u{b9}\\u{1369}-\\u{1371}\\u{19da}\\u{2070}\\u{2074}-\\u{2079}\\u{2080}-\\u{2089}\\u{2460}-\\u{2468}' +
  '\\u{2474}-\\u{247c}\\u{2488}-\\u{2490}\\u{24ea}\\u{24f5}-\\u{24fd}\\u{24ff}\\u{2776}-\\u{277e}\\u{2780}-\\u{2788}' +
  '\\u{278a}-\\u{2792}\\u{10a40}-\\u{10a43}\\u{10e60}-\\u{10e68}\\u{11052}-\\u{1105a}\\u{1f100}-\\u{1f10a}'
const DIGITS = new RegExp(`^[\\p{Nd}${OTHER_DIGITS}]+$`, 'u')

/** Whether there is something, and all of it digits (`str.isdigit`): `²` and `٣` count, `½` and `-1` do not. */
export function isPythonDigits(text: string): boolean {
  return DIGITS.test(text)
}

/** How many characters there are by Python's count: code points, not UTF-16 units. */
export function pythonLength(text: string): number {
  let length = text.length
  for (let at = 0; at < text.length - 1; at++) {
    if (isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1))) {
      length--
      at++
    }
  }
  return length
}

function isHigh(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff
}
