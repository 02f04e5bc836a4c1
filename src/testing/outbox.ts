/** Mails kept instead of sent, for tests. Mirrors django/core/mail/backends/locmem.py (5.2) and its `mail.outbox`. */
import type { MailMessage, SendMail } from '../kernel/mail.ts'

/** Where mails go in tests. */
export interface Outbox {
  /** The setting `sendMail`. */
  readonly sendMail: SendMail
  /** The mails handed over so far, the oldest first. */
  readonly messages: readonly MailMessage[]
}

/**
 * Makes an outbox.
 * @example const { sendMail, messages } = outbox(); createPostern({ …, sendMail }); … ; assert.equal(messages.length, 1)
 */
export function outbox(): Outbox {
  const messages: MailMessage[] = []
  return {
    messages,
    sendMail: async (message) => {
      messages.push(message)
    },
  }
}
