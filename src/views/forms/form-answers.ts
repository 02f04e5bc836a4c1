/** What a form is filled from, and how a program learns what came of it; a browser gets pages and redirects as in Django. */
import type { AuthRequest } from '../../auth/auth-request.ts'
import { translate } from '../../auth/translate.ts'
import type { ViewAnswer } from '../../auth/view.ts'
import type { TooManyAttempts } from '../../errors.ts'
import type { Answer } from '../../kernel/answer.ts'
import { Fields, fieldsFrom, isJson } from '../../kernel/forms.ts'
import type { FormFields } from '../../kernel/incoming-request.ts'
import { redirectTarget } from '../../kernel/redirects.ts'
import { sentence, type Text } from '../../kernel/text.ts'
import { wantsJson } from '../../kernel/wants-json.ts'
import type { User } from '../../users/user.ts'
import type { BaseForm } from './base-form.ts'

const JSON_HEADERS: Answer['headers'] = [
  ['Content-Type', 'application/json'],
  ['X-Content-Type-Options', 'nosniff'],
]

/** The fields of a form, or of a JSON body. @throws {RequestError} 413 or 400 */
export async function sentFields<U extends User>(request: AuthRequest<U>): Promise<FormFields> {
  const { incoming } = request
  if (!isJson(incoming.header('content-type'))) return request.form()
  return fieldsFrom(await incoming.json()) ?? new Fields()
}

/** What is wrong with a form, for a program: 400 in JSON; null for a browser, which sees the form again. */
export function refusalOfForm<U extends User>(request: AuthRequest<U>, form: BaseForm<U>): Answer | null {
  const text = sentence('Please correct the errors below.')
  return refusalInJson(request, 'invalid', text, () => ({ fields: form.errorMessages() }))
}

/** A refusal of the whole, for a program: 400 in JSON; null for a browser. */
export function refusalInJson<U extends User>(
  request: AuthRequest<U>,
  code: string,
  text: Text,
  more: () => object = () => ({}),
): Answer | null {
  if (!wantsJson(request.incoming)) return null
  const error = { code, message: translate(request, text), ...more() }
  return { status: 400, headers: JSON_HEADERS, body: JSON.stringify({ error }) }
}

/**
 * The form again for somebody who has guessed too often, with the status and the header that say when to come back.
 * @param render makes the page of the form
 * @throws {TooManyAttempts} for a program, which gets it in JSON
 */
export async function answerLimited<U extends User>(
  form: BaseForm<U>,
  error: TooManyAttempts,
  render: (status: number) => ViewAnswer | Promise<ViewAnswer>,
): Promise<ViewAnswer> {
  if (wantsJson(form.request.incoming)) throw error
  form.addError(null, { code: 'too_many_attempts', text: error.text })
  const answer = await render(error.statusCode)
  return { ...answer, headers: [...answer.headers, ['Retry-After', String(error.retryAfter)]] }
}

/** Where a form that was right leads to: a redirect, or for a program its target in JSON. @param target a URL */
export function onwards<U extends User>(request: AuthRequest<U>, target: string): Answer {
  const location = redirectTarget(target)
  if (!wantsJson(request.incoming)) return { status: 302, headers: [['Location', location]] }
  return { status: 200, headers: JSON_HEADERS, body: JSON.stringify({ redirect: location }) }
}
