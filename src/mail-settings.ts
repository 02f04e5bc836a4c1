/** How one Postern sends mail: who it comes from, what every mail has to hold, and what stands in for a server in development. */
import { consoleMail } from './console-mail.ts'
import { checkMail, isSender, type SendMail } from './kernel/mail.ts'
import type { PosternOptions } from './options.ts'
import type { User } from './users/user.ts'

type MailOptions<U extends User> = Pick<PosternOptions<U>, 'sendMail' | 'mailFrom' | 'publicUrl'>

/** @returns undefined where no mail can be sent */
export function mailSender<U extends User>(options: MailOptions<U>, development: boolean): SendMail | undefined {
  const send = options.sendMail ?? (development ? consoleMail : undefined)
  if (send === undefined) return undefined
  const from = options.mailFrom ?? defaultSender(options.publicUrl)
  return async (message) => {
    const whole = { ...message, from: message.from ?? from }
    checkMail(whole)
    await send(whole)
  }
}

/** What would otherwise be found out at the first mail. */
export function* mailProblems<U extends User>(options: MailOptions<U>, development: boolean): Generator<string> {
  const { sendMail, mailFrom, publicUrl } = options
  if (sendMail !== undefined && typeof sendMail !== 'function') {
    yield "sendMail is a function that hands a mail over: sendMail: nodemailer('smtps://user:password@mail.example') from 'postern/nodemailer'."
  }
  if (mailFrom !== undefined && !(typeof mailFrom === 'string' && isSender(mailFrom))) {
    yield "mailFrom is an address, or a name and an address: 'Shop <mail@shop.example>'."
  }
  if (publicUrl === undefined || publicUrl === '') {
    if (sendMail === undefined || development) return
    yield "publicUrl is missing: links in mails need the address of the site, for instance publicUrl: 'https://shop.example'. The Host header of a request is not to be trusted with that."
  } else if (!isSiteUrl(publicUrl)) {
    yield `publicUrl is '${publicUrl}'; it is the address of the site alone, without query or fragment: 'https://shop.example'.`
  }
}

function isSiteUrl(text: unknown): boolean {
  if (typeof text !== 'string' || !URL.canParse(text) || /[\s?#\\]/.test(text)) return false
  const { protocol, username, password } = new URL(text)
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === ''
}

/** Django's own default where the site says nothing of itself. */
function defaultSender(publicUrl: string | undefined): string {
  const host = publicUrl === undefined || publicUrl === '' ? '' : new URL(publicUrl).hostname
  const sender = `noreply@${host}`
  return isSender(sender) ? sender : 'webmaster@localhost'
}
