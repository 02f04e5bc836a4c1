/**
 * What a username may be. Mirrors django/contrib/auth/validators.py, `normalize_username` of base_user.py, `username` of
 * models.py and `UsernameField` of forms.py (5.2).
 */
import { PYTHON_WORD, pythonLength } from '../kernel/python-characters.ts'
import { pythonStrip } from '../kernel/python-strip.ts'
import { sentence, type Text } from '../kernel/text.ts'

/** Characters, not bytes. */
export const USERNAME_MAX_LENGTH = 150

const UNICODE = new RegExp(`^[${PYTHON_WORD}.@+-]+$`, 'u')
const ASCII = /^[\w.@+-]+$/

/** What is wrong with a username. */
export interface UsernameProblem {
  /** Django's: `required`, `max_length`, `invalid`. */
  readonly code: string
  readonly text: Text
}

/** One form for each name, so that one that was typed in another finds its account (NFKC). */
export function normalizeUsername(username: string): string {
  return username.normalize('NFKC')
}

/** A name as a form takes it: without the space around it, and normalized; an overlong one is left as it is, to be refused. */
export function cleanUsername(given: string): string {
  const stripped = pythonStrip(given)
  return pythonLength(stripped) > USERNAME_MAX_LENGTH ? stripped : normalizeUsername(stripped)
}

/** Django's `UnicodeUsernameValidator`: letters and digits of all scripts, and `@ . + - _`. */
export function isUnicodeUsername(username: string): boolean {
  return UNICODE.test(username)
}

/** Django's `ASCIIUsernameValidator`: the letters from a to z, digits, and `@ . + - _`. */
export function isAsciiUsername(username: string): boolean {
  return ASCII.test(username)
}

/**
 * What is wrong with a new user's name, or null.
 * @param options.ascii takes unaccented letters alone. @default false
 */
export function usernameProblem(username: string, options: { readonly ascii?: boolean } = {}): UsernameProblem | null {
  if (username === '') return { code: 'required', text: sentence('This field is required.') }
  const length = pythonLength(username)
  if (length > USERNAME_MAX_LENGTH) return { code: 'max_length', text: tooLong(length) }
  if (options.ascii === true) {
    return isAsciiUsername(username) ? null : { code: 'invalid', text: sentence(INVALID_ASCII) }
  }
  return isUnicodeUsername(username) ? null : { code: 'invalid', text: sentence(INVALID) }
}

/** @param length in characters */
function tooLong(length: number): Text {
  return {
    id: 'Ensure this value has at most %(limit_value)d character (it has %(show_value)d).',
    plural: 'Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).',
    count: USERNAME_MAX_LENGTH,
    params: { limit_value: USERNAME_MAX_LENGTH, show_value: length },
  }
}

const INVALID = 'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.'
const INVALID_ASCII =
  'Enter a valid username. This value may contain only unaccented lowercase a-z and uppercase A-Z letters, numbers, and @/./+/-/_ characters.'
