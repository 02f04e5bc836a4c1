/** The mails of registering: the link that confirms an address, and what the owner of an address hears that has an account already. */
import type { AuthRequest } from '../../auth/auth-request.ts'
import { confirmationToken } from '../../auth/registration.ts'
import { ConfigurationError } from '../../errors.ts'
import type { TokenPurpose } from '../../tokens/one-use-tokens.ts'
import type { User } from '../../users/user.ts'
import { checkMails, type MailTemplates, sendTemplateMail, siteAddress } from './send-mail.ts'

export const CONFIRM_EMAIL: MailTemplates = {
  subjectTemplateName: 'registration/confirm_email_subject.txt',
  emailTemplateName: 'registration/confirm_email_email.html',
}
export const ACCOUNT_EXISTS: MailTemplates = {
  subjectTemplateName: 'registration/account_exists_subject.txt',
  emailTemplateName: 'registration/account_exists_email.html',
}

/** Seconds between two such mails to one address: nobody's mailbox is to be filled by a form that anybody can post. */
const PAUSE = 300

/**
 * What has to be there before anybody is promised a mail.
 * @throws {ConfigurationError} where no mail can be sent, or its link leads nowhere @throws {TemplateError} for a template that is not there
 */
export function checkRegistrationMails<U extends User>(request: AuthRequest<U>): void {
  for (const templates of [CONFIRM_EMAIL, ACCOUNT_EXISTS]) checkMails(request, templates)
  if (request.context.reverse('confirm_email', { token: 'x' }) !== undefined) return
  throw new ConfigurationError(
    "There is no URL named 'confirm_email' for the links in mails. Put include('…', registrationUrls()) into urls.",
  )
}

/**
 * Sends one of these mails to the address that is stored with the user, unless one was sent a moment ago.
 * @param purpose of the link in it, null for none
 * @throws {StoreUnavailable} @throws {TemplateError} when a template fails
 */
export async function mailConfirmation<U extends User>(
  request: AuthRequest<U>,
  user: U,
  templates: MailTemplates,
  purpose: TokenPurpose | null,
): Promise<void> {
  const { context } = request
  if (!(await context.tokens.takeTurn(`registration mail:${user.email.toLowerCase()}`, PAUSE))) return
  const token = purpose === null ? {} : { token: confirmationToken(context, user, purpose) }
  const values = { email: user.email, ...siteAddress(request), user, claims: purpose === 'claim_account', ...token }
  await sendTemplateMail(request, templates, { user, values })
}
