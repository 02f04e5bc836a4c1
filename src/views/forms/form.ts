/** A form as a page shows it: fields with their values and errors. Mirrors the little of django/forms that auth uses (5.2). */
import type { SafeHtml } from '../../kernel/html.ts'

/** One field, ready to be shown. `BoundForm` writes its attributes in the order in which they stand here, as Django does. */
export interface FormField {
  readonly name: string
  readonly label: string
  readonly type: 'text' | 'password' | 'email' | 'hidden'
  /** What comes back into the page; never a password. */
  readonly value: string
  readonly errors: readonly string[]
  /** Shown with the field: a text, or HTML that is safe already. */
  readonly helpText?: string | SafeHtml | undefined
  /** @default true */
  readonly required?: boolean | undefined
  readonly autocomplete?: string | undefined
  readonly autocapitalize?: string | undefined
  /** In characters. */
  readonly maxLength?: number | undefined
  readonly autofocus?: boolean | undefined
}

/** A form with what is wrong with it. */
export interface Form {
  readonly fields: readonly FormField[]
  /** What is wrong with the whole. */
  readonly nonFieldErrors: readonly string[]
}

/** Whether something is a form, so that a page can show its fields. */
export function isForm(value: unknown): value is Form {
  if (typeof value !== 'object' || value === null) return false
  const { fields, nonFieldErrors } = value as Partial<Form>
  return Array.isArray(fields) && Array.isArray(nonFieldErrors)
}
