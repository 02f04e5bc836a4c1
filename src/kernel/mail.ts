/** A mail as Postern writes it, and the function that sends one: `postern/nodemailer`, or an application's own. */

export interface MailMessage {
  readonly to: string
  /** @default the setting `mailFrom` */
  readonly from?: string | undefined
  readonly subject: string
  readonly text: string
  readonly html?: string | undefined
}

/** Hands a mail over to whoever delivers it. Rejects when nobody took it. */
export type SendMail = (message: MailMessage) => Promise<void>
