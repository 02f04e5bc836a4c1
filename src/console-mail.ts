/**
 * Mails on the console, for development: nobody gets them, and whoever started the server reads them. Never in production, since
 * a mail holds a link that opens an account. Mirrors django/core/mail/backends/console.py (5.2).
 */
import type { MailMessage } from './kernel/mail.ts'

const LINE = '-'.repeat(79)

/** Writes a mail to the standard output. */
export async function consoleMail({ from, to, subject, text }: MailMessage): Promise<void> {
  process.stdout.write(printable(`From: ${from}\nTo: ${to}\nSubject: ${subject}\n\n${text}\n${LINE}\n`))
}

/** A name in a mail must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, '\uFFFD')
}
