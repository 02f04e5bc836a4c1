/**
 * What a form says of its fields, and how one is cleaned: Django's checks in Django's order, with its messages and codes.
 * Mirrors `CharField` and `EmailField` (django/forms/fields.py, 5.2).
 */
import { pythonLength } from '../../kernel/python-characters.ts'
import { pythonStrip } from '../../kernel/python-strip.ts'
import { countedSentence, sentence, type Text } from '../../kernel/text.ts'
import { isEmail } from '../../users/email.ts'

/** Something wrong, as a sentence for people and a code for programs. */
export interface FormError {
  /** `required`, `invalid`, `max_length`, `password_mismatch`, … */
  readonly code: string
  readonly text: Text
}

/** One field as a form declares it; attributes are written in the order in which they stand here. */
export interface FieldDeclaration {
  /** @default 'text' */
  readonly type?: 'text' | 'password' | 'email' | 'hidden'
  /** @default the name with a capital and spaces */
  readonly label?: Text
  /** Shown with the field; several are a list. */
  readonly helpText?: Text | readonly Text[]
  /** @default true */
  readonly required?: boolean
  /** Takes white space at both ends away before anything is checked; an e-mail address always. @default true */
  readonly strip?: boolean
  /** In characters. */
  readonly maxLength?: number
  readonly autocomplete?: string
  readonly autocapitalize?: string
  readonly autofocus?: boolean
  /** What stands in an empty form. @default '' */
  readonly initial?: string
  /** What becomes of the text before it is checked, as NFKC of a username. */
  readonly normalize?: (text: string) => string
}

/** The fields of a form by their names, in the order of the page. */
export type FieldDeclarations = Readonly<Record<string, FieldDeclaration>>

export const REQUIRED: FormError = { code: 'required', text: sentence('This field is required.') }
const INVALID_EMAIL: FormError = { code: 'invalid', text: sentence('Enter a valid email address.') }
const NULL_CHARACTERS: FormError = {
  code: 'null_characters_not_allowed',
  text: sentence('Null characters are not allowed.'),
}

/** What came of cleaning a field. */
export interface CleanedField {
  readonly value: string
  readonly errors: readonly FormError[]
}

/** @param sent undefined where the field was not sent at all */
export function cleanField(field: FieldDeclaration, sent: string | undefined): CleanedField {
  const given = sent ?? ''
  const stripped = field.strip === false && field.type !== 'email' ? given : pythonStrip(given)
  const value = field.normalize?.(stripped) ?? stripped
  if (value === '') return { value, errors: field.required === false ? [] : [REQUIRED] }
  const errors: FormError[] = []
  if (field.type === 'email' && !isEmail(value)) errors.push(INVALID_EMAIL)
  const length = field.maxLength === undefined ? 0 : pythonLength(value)
  if (field.maxLength !== undefined && length > field.maxLength) errors.push(tooLong(field.maxLength, length))
  if (value.includes('\0')) errors.push(NULL_CHARACTERS)
  return { value, errors }
}

function tooLong(limit: number, length: number): FormError {
  const text = countedSentence(
    'Ensure this value has at most %(limit_value)d character (it has %(show_value)d).',
    'Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).',
    limit,
    { limit_value: limit, show_value: length },
  )
  return { code: 'max_length', text }
}
