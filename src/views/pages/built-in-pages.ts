/**
 * The pages that come ready made, under the names of Django's templates. They are what a view shows when the
 * application has no template of that name.
 */
import type { AuthRequest } from '../../auth/auth-request.ts'
import { ConfigurationError } from '../../errors.ts'
import type { Answer } from '../../kernel/answer.ts'
import { html } from '../../kernel/html.ts'
import type { Form } from '../form.ts'
import { csrfField, formFields } from './form-page.ts'
import { pageLayout } from './page-layout.ts'

/** What a page is made of. */
export interface PageContext {
  readonly request: AuthRequest
  readonly form?: Form
  readonly redirectFieldName?: string
  readonly next?: string
  readonly extra: Readonly<Record<string, unknown>>
}

type Page = (context: PageContext, status: number) => Answer

const PAGES: ReadonlyMap<string, Page> = new Map([
  ['registration/login.html', loginPage],
  ['registration/logged_out.html', loggedOutPage],
])

/** @throws {ConfigurationError} when there is no such page; it lists those there are */
export function builtInPage(templateName: string, context: PageContext, status: number): Answer {
  const page = PAGES.get(templateName)
  if (page !== undefined) return page(context, status)
  const known = [...PAGES.keys()].join(', ')
  throw new ConfigurationError(`There is no template '${templateName}'. Built-in pages: ${known}.`)
}

function loginPage(
  { request, form, redirectFieldName = 'next', next = '', extra }: PageContext,
  status: number,
): Answer {
  const title = titleOf(extra, 'Log in')
  return pageLayout(
    title,
    request.context.siteName,
    html`<form method="post">
${csrfField(request.csrfToken)}
${form === undefined ? '' : formFields(form)}${next === '' ? '' : html`<input type="hidden" name="${redirectFieldName}" value="${next}">`}
<button type="submit">Log in</button>
</form>
`,
    status,
  )
}

function loggedOutPage({ request, extra }: PageContext, status: number): Answer {
  const login = request.context.resolveUrl(request.context.loginUrl, request.incoming.prefix)
  return pageLayout(
    titleOf(extra, 'Logged out'),
    request.context.siteName,
    html`<p>You are logged out on this device. This session has ended on the server, so no copy of its cookie works any more.</p>
<p><a class="button" href="${login}">Log in again</a></p>
`,
    status,
  )
}

function titleOf(extra: Readonly<Record<string, unknown>>, otherwise: string): string {
  return typeof extra.title === 'string' ? extra.title : otherwise
}
