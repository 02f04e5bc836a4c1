/**
 * The pages that come ready made, under the names of Django's templates. They are what a view shows when the
 * application has no template of that name.
 */
import type { AuthRequest } from '../../auth/auth-request.ts'
import type { Answer } from '../../kernel/answer.ts'
import { html } from '../../kernel/html.ts'
import type { User } from '../../users/user.ts'
import { isForm } from '../form.ts'
import { csrfField, formFields } from './form-page.ts'
import { messageList } from './message-list.ts'
import { pageLayout } from './page-layout.ts'

type Values = Readonly<Record<string, unknown>>
type Page = <U extends User>(request: AuthRequest<U>, values: Values, status: number) => Answer

const PAGES: ReadonlyMap<string, Page> = new Map([
  ['registration/login.html', loginPage],
  ['registration/logged_out.html', loggedOutPage],
])

/** The names of the pages that there are. */
export const BUILT_IN_PAGES: readonly string[] = [...PAGES.keys()]

/** @param values what a template of that name would see. @returns undefined when there is no such page */
export function builtInPage<U extends User>(
  name: string,
  request: AuthRequest<U>,
  values: Values,
  status: number,
): Answer | undefined {
  return PAGES.get(name)?.(request, values, status)
}

function loginPage<U extends User>(request: AuthRequest<U>, values: Values, status: number): Answer {
  const { form, title, redirect_field_name: field } = values
  const next = typeof field === 'string' ? values[field] : undefined
  return pageLayout(
    textOf(title, 'Log in'),
    request.context.siteName,
    html`${messageList(request)}<form method="post">
${csrfField(request.csrfToken)}
${isForm(form) ? formFields(form) : ''}${typeof field === 'string' && typeof next === 'string' && next !== '' ? html`<input type="hidden" name="${field}" value="${next}">` : ''}
<button type="submit">Log in</button>
</form>
`,
    status,
  )
}

function loggedOutPage<U extends User>(request: AuthRequest<U>, { title }: Values, status: number): Answer {
  const login = request.context.resolveUrl(request.context.loginUrl, request.incoming.prefix)
  return pageLayout(
    textOf(title, 'Logged out'),
    request.context.siteName,
    html`${messageList(request)}<p>You are logged out on this device. This session has ended on the server, so no copy of its cookie works any more.</p>
<p><a class="button" href="${login}">Log in again</a></p>
`,
    status,
  )
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}
