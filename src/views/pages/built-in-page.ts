/** What a ready-made page is: a function from what a template of its name would see to an answer. */
import type { AuthRequest } from '../../auth/auth-request.ts'
import { translate } from '../../auth/translate.ts'
import type { Answer } from '../../kernel/answer.ts'
import { html, type SafeHtml } from '../../kernel/html.ts'
import type { Text } from '../../kernel/text.ts'
import type { User } from '../../users/user.ts'
import { isForm } from '../forms/form.ts'
import { csrfField, formFields } from './form-page.ts'

export type PageValues = Readonly<Record<string, unknown>>
export type BuiltInPage = <U extends User>(request: AuthRequest<U>, values: PageValues, status: number) => Answer

/** The title that the view gave, or the page's own. */
export function titleOf<U extends User>(request: AuthRequest<U>, { title }: PageValues, otherwise: Text): string {
  return typeof title === 'string' ? title : translate(request, otherwise)
}

/** A whole form that posts to the page's own address. @param more hidden fields behind those of the form */
export function postForm<U extends User>(
  request: AuthRequest<U>,
  form: unknown,
  button: string,
  more: SafeHtml | '' = '',
): SafeHtml {
  return html`<form method="post">
${csrfField(request.csrfToken)}
${isForm(form) ? formFields(form) : ''}${more}
<button type="submit">${button}</button>
</form>
`
}
