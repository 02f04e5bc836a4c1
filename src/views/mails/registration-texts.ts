/** The ready-made texts of the mails of registering. */
import type { AuthRequest } from '../../auth/auth-request.ts'
import { translate } from '../../auth/translate.ts'
import { reverse } from '../../auth/view.ts'
import { sentence, type Text } from '../../kernel/text.ts'
import { User } from '../../users/user.ts'
import type { TemplateValues } from '../render.ts'

/** By the names of their templates. */
export const REGISTRATION_MAILS: readonly (readonly [
  name: string,
  text: <U extends User>(request: AuthRequest<U>, values: TemplateValues) => string,
])[] = [
  ['registration/confirm_email_subject.txt', confirmSubject],
  ['registration/confirm_email_email.html', confirmText],
  ['registration/account_exists_subject.txt', existsSubject],
  ['registration/account_exists_email.html', existsText],
]

function confirmSubject<U extends User>(request: AuthRequest<U>, { site_name }: TemplateValues): string {
  return translate(request, sentence('Confirm your address for %(site_name)s', { site_name: String(site_name) }))
}

function confirmText<U extends User>(request: AuthRequest<U>, values: TemplateValues): string {
  const site_name = String(values.site_name)
  const path = reverse(request, 'confirm_email', { token: String(values.token) })
  const why = sentence(
    'Somebody, we think it was you, asked for an account at %(site_name)s with this email address. Please open this page and confirm that the address is yours:',
    { site_name },
  )
  const claims = sentence(
    'Somebody had asked for one with your address before. So choose your password on the page that comes then: only yours will count.',
  )
  return mailText(request, values, [
    why,
    address(values, path),
    ...(values.claims === true ? [claims] : []),
    ...nameOf(request, values),
    sentence('If it was not you, do nothing: without that page the account cannot be used.'),
  ])
}

function existsSubject<U extends User>(request: AuthRequest<U>, { site_name }: TemplateValues): string {
  return translate(request, sentence('Your account at %(site_name)s', { site_name: String(site_name) }))
}

function existsText<U extends User>(request: AuthRequest<U>, values: TemplateValues): string {
  const { context, incoming } = request
  const login = context.resolveUrl(context.loginUrl, incoming.prefix)
  const reset = context.reverse('password_reset', undefined, incoming.prefix)
  return mailText(request, values, [
    sentence(
      'Somebody, perhaps you, asked for an account at %(site_name)s with this email address. You have one already, and nothing about it was changed. Log in here:',
      { site_name: String(values.site_name) },
    ),
    address(values, login),
    ...(reset === undefined
      ? []
      : [sentence('If you have forgotten your password, choose a new one here:'), address(values, reset)]),
    ...nameOf(request, values),
  ])
}

/** Which of several accounts it is about; an address that is a name itself needs no telling. */
function nameOf<U extends User>(request: AuthRequest<U>, { user }: TemplateValues): readonly string[] {
  if (!(user instanceof User) || user.getUsername() === user.email.toLowerCase()) return []
  return [`${translate(request, sentence('Your username:'))} ${user.getUsername()}`]
}

function address({ protocol, domain }: TemplateValues, path: string): string {
  return path.startsWith('/') ? `${protocol}://${domain}${path}` : path
}

function mailText<U extends User>(
  request: AuthRequest<U>,
  { site_name }: TemplateValues,
  paragraphs: readonly (Text | string)[],
): string {
  const team = sentence('The %(site_name)s team', { site_name: String(site_name) })
  const said = [...paragraphs, team].map((one) => (typeof one === 'string' ? one : translate(request, one)))
  return `${said.join('\n\n')}\n`
}
