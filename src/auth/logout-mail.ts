/** The mail that tells somebody that they have logged out, for sites that want one. */
import type { MailMessage } from '../kernel/mail.ts'
import { inLanguage, sentence, type Text } from '../kernel/text.ts'
import type { User } from '../users/user.ts'
import type { AuthRequest } from './auth-request.ts'

interface Writer<U extends User> {
  write(user: U, request: AuthRequest<U>): MailMessage | null | Promise<MailMessage | null>
}

/** Writes the mail; null for none. What it throws becomes the event `mail_failed`, and the logout stands. */
export type LogoutMail<U extends User = User> = Writer<U>['write']

/** In the site's first language; null for somebody without an address. */
export function defaultLogoutMail<U extends User>(user: U, { context, incoming }: AuthRequest<U>): MailMessage | null {
  if (user.email === '') return null
  const catalog = context.catalogs.get(context.languages[0])
  const say = (text: Text): string => inLanguage(text, catalog)
  const site = context.siteName || incoming.host
  const time = new Date(context.sessions.now()).toISOString().slice(0, 16).replace('T', ' ')
  const lines = [
    say(
      sentence('You logged out of %(site)s as %(username)s at %(time)s (UTC).', {
        site,
        username: user.username,
        time,
      }),
    ),
    say(sentence('If that was not you, somebody else is using your account: change your password.')),
  ]
  return {
    to: user.email,
    subject: say(sentence('You have logged out of %(site)s', { site })),
    text: `${lines.join('\n\n')}\n`,
  }
}
