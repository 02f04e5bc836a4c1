/**
 * Asking for a link to choose a new password. Mirrors `PasswordResetForm` (django/contrib/auth/forms.py, 5.2).
 */
import { uid64Encode } from '../../kernel/bytes.ts'
import { sentence } from '../../kernel/text.ts'
import { isPasswordUsable } from '../../passwords/passwords.ts'
import type { PasswordResetTokenGenerator } from '../../tokens/reset-token.ts'
import { sameEmail } from '../../users/email.ts'
import type { User } from '../../users/user.ts'
import { type MailTemplates, sendTemplateMail, siteAddress } from '../mails/send-mail.ts'
import type { TemplateValues } from '../render.ts'
import { BaseForm } from './base-form.ts'
import type { FieldDeclarations } from './fields.ts'

/** How the mails of a reset are made. */
export interface PasswordResetMails extends MailTemplates {
  readonly tokenGenerator: PasswordResetTokenGenerator
  /** @default the sender's own */
  readonly fromEmail?: string | undefined
  /** Another site than the one that was asked, by its host. @default the setting `publicUrl` */
  readonly domainOverride?: string | undefined
  /** More for the templates. */
  readonly extraEmailContext?: TemplateValues | undefined
}

/** The width of Django's column. */
const EMAIL_MAX_LENGTH = 254

export class PasswordResetForm<U extends User = User> extends BaseForm<U> {
  protected override declareFields(): FieldDeclarations {
    return {
      email: { type: 'email', label: sentence('Email'), autocomplete: 'email', maxLength: EMAIL_MAX_LENGTH },
    }
  }

  /** Who gets a link: all active users with a password that can be used and this very address, whatever its case. */
  async getUsers(email: string): Promise<readonly U[]> {
    const found = await this.request.context.users.findByEmail(email)
    return found.filter((user) => user.isActive && isPasswordUsable(user.password) && sameEmail(email, user.email))
  }

  /**
   * Sends a link to each of these users, to the address that is stored with them. A mail that cannot be sent is told to those
   * who listen to `mail_failed`, and to nobody else.
   * @throws {StoreUnavailable} @throws {TemplateError} when a template fails
   */
  async save(mails: PasswordResetMails): Promise<void> {
    const { request } = this
    const { context, incoming } = request
    const users = await this.getUsers(this.cleanedData.get('email') ?? '')
    if (users.length === 0) context.announce('password_reset_requested', { user: null, incoming })
    for (const user of users) {
      context.announce('password_reset_requested', { user, incoming })
      const uid = uid64Encode(String(user.id))
      const token = mails.tokenGenerator.makeToken(user)
      const values = {
        email: user.email,
        ...siteAddress(request, mails.domainOverride),
        uid,
        user,
        token,
        ...mails.extraEmailContext,
      }
      await this.sendMail(mails, user, values)
    }
  }

  /** Sends one mail. @param values what its templates see @throws {TemplateError} when one of them fails */
  protected async sendMail(mails: PasswordResetMails, user: U, values: TemplateValues): Promise<void> {
    await sendTemplateMail(this.request, mails, { user, from: mails.fromEmail, values })
  }
}
