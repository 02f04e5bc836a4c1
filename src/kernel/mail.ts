/**
 * A mail as Postern writes it, the function that sends one (`postern/nodemailer`, or an application's own), and what every
 * mail has to hold before it is handed over: one recipient, and a head that nobody can break out of (RFC 5322, section 2.2).
 */

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

/** `local@domain` without quotes, comments, lists and groups: all that some reader of addresses takes for two of them. */
const ONE_ADDRESS = /^[^\s\p{C}@,;:<>()[\]\\"]+@[^\s\p{C}@,;:<>()[\]\\"]+$/u
const SENDER = /^(?:[^\p{C}<>@,;:"\\]* )?<([^<>]*)>$/u
const CONTROL = /[\p{Cc}\u2028\u2029]/u
/** RFC 5321, section 4.5.3.1: 64 characters, the `@` and 255 more. */
const LONGEST_ADDRESS = 320

/** Whether a text is one mail address and nothing beside it. */
export function isOneAddress(text: string): boolean {
  return text.length <= LONGEST_ADDRESS && ONE_ADDRESS.test(text)
}

/** Whether a text can stand for whoever a mail comes from: an address, or a name with the address behind it in `<>`. */
export function isSender(text: string): boolean {
  return isOneAddress(SENDER.exec(text)?.[1] ?? text)
}

/**
 * Holds that a mail goes to one recipient and has the head that it was given, whatever the parts of it are made of.
 * @throws {TypeError} naming the part that is wrong, and not what is in it
 */
export function checkMail({ to, from, subject }: MailMessage): void {
  if (!isOneAddress(to)) throw new TypeError('The recipient of a mail is one address alone; this mail was not sent.')
  if (from !== undefined && !isSender(from)) {
    throw new TypeError(
      "The sender of a mail is an address, or a name and an address as in 'Shop <mail@shop.example>'.",
    )
  }
  if (CONTROL.test(subject)) throw new TypeError('The subject of a mail is one line; this mail was not sent.')
}
