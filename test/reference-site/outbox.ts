/** The mails that the reference site has sent, for a scenario runner to read. */
import type { SendMail } from '../../src/index.ts'

interface Mail {
  readonly to: readonly string[]
  readonly subject: string
  readonly body: string
}

export const sent: Mail[] = []

export const keepMail: SendMail = async ({ to, subject, text }) => {
  sent.push({ to: [to], subject, body: text })
}
