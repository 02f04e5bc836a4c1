/**
 * Python's idea of whitespace, which is not JavaScript's: `str.strip()` removes U+001C to U+001F and U+0085 and
 * keeps U+FEFF. Where Django strips before it decides, the same characters have to go here.
 */

/**
 * Whether Python's `str.strip()` would remove this UTF-16 code unit.
 * @param code a UTF-16 code unit; NaN (past the end of a string) is no whitespace
 */
export function isPythonSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f)
  if (code < 0x1680) return code === 0x85 || code === 0xa0
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  )
}

/** Does what Python's `str.strip()` does, in linear time (a regular expression for the end of a text is quadratic). */
export function pythonStrip(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isPythonSpace(text.charCodeAt(start))) start++
  while (end > start && isPythonSpace(text.charCodeAt(end - 1))) end--
  return start === 0 && end === text.length ? text : text.slice(start, end)
}
