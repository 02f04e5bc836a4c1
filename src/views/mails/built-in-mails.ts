/** The texts of mails that come ready made, under the names of Django's templates. */
import type { AuthRequest } from '../../auth/auth-request.ts'
import { translate } from '../../auth/translate.ts'
import { reverse } from '../../auth/view.ts'
import { sentence, type Text } from '../../kernel/text.ts'
import type { User } from '../../users/user.ts'
import type { TemplateValues } from '../render.ts'
import { REGISTRATION_MAILS } from './registration-texts.ts'

/** Makes a text, in the visitor's language, of what a template of its name would see. */
export type BuiltInMail = <U extends User>(request: AuthRequest<U>, values: TemplateValues) => string

/** Mirrors registration/password_reset_subject.txt and password_reset_email.html (django/contrib/auth and admin, 5.2). */
export const BUILT_IN_MAILS: ReadonlyMap<string, BuiltInMail> = new Map<string, BuiltInMail>([
  ['registration/password_reset_subject.txt', passwordResetSubject],
  ['registration/password_reset_email.html', passwordResetText],
  ...REGISTRATION_MAILS,
])

function passwordResetSubject<U extends User>(request: AuthRequest<U>, { site_name }: TemplateValues): string {
  return translate(request, sentence('Password reset on %(site_name)s', { site_name: String(site_name) }))
}

function passwordResetText<U extends User>(request: AuthRequest<U>, values: TemplateValues): string {
  const say = (text: Text): string => translate(request, text)
  const { protocol, domain, uid, token, user } = values
  const site_name = String(values.site_name)
  const path = reverse(request, 'password_reset_confirm', { uidb64: String(uid), token: String(token) })
  const paragraphs = [
    say(
      sentence(
        "You're receiving this email because you requested a password reset for your user account at %(site_name)s.",
        { site_name },
      ),
    ),
    say(sentence('Please go to the following page and choose a new password:')),
    `${protocol}://${domain}${path}`,
    `${say(sentence('In case you’ve forgotten, you are:'))} ${user}`,
    say(sentence('Thanks for using our site!')),
    say(sentence('The %(site_name)s team', { site_name })),
  ]
  return `${paragraphs.join('\n\n')}\n`
}
