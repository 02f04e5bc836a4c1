/** A site where people make accounts of their own, and the mails that it sends. */
import assert from 'node:assert/strict'
import type { MailMessage } from '../../src/kernel/mail.ts'
import type { PosternOptions, RegistrationOptions } from '../../src/options.ts'
import { outbox } from '../../src/testing.ts'
import type { Browser, Reply } from './browser.ts'
import { type Routes, type Site, site } from './site.ts'

export const REGISTER = '/accounts/register/'
export const DONE = '/accounts/register/done/'
export const PASSWORD = 'a-Good-one-4711'

export interface RegisteringSite extends Site {
  /** The mails that were handed over so far. */
  readonly mails: readonly MailMessage[]
  /** Resolves with the mails when no work is left over from the answers. */
  readonly mailed: () => Promise<readonly MailMessage[]>
}

type Ends = Parameters<typeof site>[0]

export async function registering(
  t: Ends,
  registration: RegistrationOptions = {},
  options: Partial<PosternOptions> = {},
  routes: Routes = {},
): Promise<RegisteringSite> {
  const { sendMail, messages } = outbox()
  const world = await site(t, { registration, sendMail, publicUrl: 'https://shop.example', ...options }, routes)
  const mailed = async (): Promise<readonly MailMessage[]> => {
    await world.auth.settled()
    return messages
  }
  return { ...world, mails: messages, mailed }
}

/** Fills in the form of a visitor who types a password and its confirmation. */
export function signUp(browser: Browser, fields: Readonly<Record<string, string>>): Promise<Reply> {
  return browser.post(REGISTER, { password1: PASSWORD, password2: PASSWORD, ...fields })
}

/** The path of the link to confirm an address that a mail has. */
export function linkIn(mail: MailMessage | undefined): string {
  const found = /https:\/\/shop\.example(\/accounts\/confirm\/\S+)/.exec(mail?.text ?? '')?.[1]
  assert.ok(found, `there is a link in: ${mail?.text}`)
  return found
}

/** Opens a link of a mail and presses the button of the page that it leads to, with the password of `signUp`. */
export async function followLink(browser: Browser, link: string): Promise<Reply> {
  const opened = await browser.get(link)
  assert.equal(opened.status, 302, opened.body)
  return browser.post(opened.headers.location ?? '', { password: PASSWORD })
}

/** The errors that a page shows, in its order. */
export function errorsOf({ body }: Reply): string[] {
  return [...body.matchAll(/<ul class="errorlist[^>]*>(.*?)<\/ul>/gs)].flatMap(([, list = '']) =>
    [...list.matchAll(/<li>(.*?)<\/li>/g)].map(([, error = '']) => error),
  )
}
