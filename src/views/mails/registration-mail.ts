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

/** Seconds between two such mails of one kind about one account: nobody's mailbox is to be filled by a form that anybody can post. */
const PAUSE = 300
/** Seconds that a mail may be under way before another is tried. */
const SENDING = 60
/** Mails of one kind to one address in a day, about however many accounts. */
const DAILY = 6
const DAY = 86_400

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
 * Sends one of these mails to the address that is stored with the user, unless one was sent a moment ago. A mail that
 * nobody took uses up no turn.
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
  const { tokens } = context
  const kind = purpose ?? 'account_exists'
  const turn = `registration mail:${kind}:user:${user.id}`
  if (await tokens.isTurnTaken(turn)) return
  const ofToday = await freeTurn(request, `registration mail:${kind}:to:${user.email.toLowerCase()}`)
  if (ofToday === undefined || !(await tokens.takeTurn(`${turn}:sending`, SENDING))) return
  const token = purpose === null ? {} : { token: confirmationToken(context, user, purpose) }
  const values = { email: user.email, ...siteAddress(request), user, claims: purpose === 'claim_account', ...token }
  if (!(await sendTemplateMail(request, templates, { user, values }))) return
  await tokens.takeTurn(turn, PAUSE)
  await tokens.takeTurn(ofToday, DAY)
}

/** Which of the turns of a day is still to be had. */
async function freeTurn<U extends User>({ context }: AuthRequest<U>, name: string): Promise<string | undefined> {
  for (let number = 1; number <= DAILY; number++) {
    const turn = `${name}:${number}`
    if (!(await context.tokens.isTurnTaken(turn))) return turn
  }
  return undefined
}
