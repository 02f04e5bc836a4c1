/** A site that sends mails into a box: for tests of links by which somebody chooses a new password. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { MailMessage } from '../../src/kernel/mail.ts'
import type { PosternOptions } from '../../src/options.ts'
import { outbox } from '../../src/testing/outbox.ts'
import type { Browser, Reply } from './browser.ts'
import { ALICE } from './postern.ts'
import { type Routes, type Site, site } from './site.ts'

export const NEW_PASSWORD = 'Brand-new-Pw-88'
/** What is sent by the form of the page. */
export const NEW_PASSWORDS = { new_password1: NEW_PASSWORD, new_password2: NEW_PASSWORD } as const

export interface ResetSite extends Site {
  /** What was sent, the oldest first; complete once `settled` was awaited. */
  readonly mails: readonly MailMessage[]
  /** Asks for a link, and waits until the mails are out. */
  ask(email?: string, browser?: Browser, at?: string): Promise<Reply>
  /** The path of the link in a new mail to this address. */
  link(email?: string): Promise<string>
  /** Whether this password opens the account. */
  opens(username: string, password: string): Promise<boolean>
}

export async function resetSite(
  t: Parameters<typeof site>[0],
  options: Partial<PosternOptions> = {},
  routes: Routes = {},
): Promise<ResetSite> {
  const { sendMail, messages } = outbox()
  const world = await site(t, { sendMail, ...options }, routes)
  const ask = async (email: string = ALICE.email, browser = world.visitor(), at = '/accounts/password_reset/') => {
    const reply = await browser.post(at, { email })
    await world.auth.settled()
    return reply
  }
  return {
    ...world,
    mails: messages,
    ask,
    link: async (email) => {
      const before = messages.length
      await ask(email)
      assert.equal(messages.length, before + 1, 'one mail was sent')
      return linkIn(messages.at(-1))
    },
    opens: async (username, password) => (await world.visitor().login(username, password)).status === 302,
  }
}

/** The path of the link in a mail. */
export function linkIn(mail: MailMessage | undefined): string {
  const url = /https?:\/\/\S+/.exec(mail?.text ?? '')?.[0]
  assert.ok(url, `there is a link in ${mail?.text}`)
  return new URL(url).pathname
}

/** Opens a link, as a browser that follows its redirect. @returns the path of the form */
export async function open(browser: Browser, link: string): Promise<string> {
  const { status, headers } = await browser.get(link)
  assert.equal(status, 302, `${link} leads on`)
  return headers.location ?? ''
}

/** Holds whoever is about to write a password until so many are: each has seen the old one by then. */
export function holdPasswordWrites(t: TestContext, { auth }: Pick<Site, 'auth'>, count: number): void {
  const { users } = auth
  const write = users.replacePassword.bind(users)
  let go: () => void = () => {}
  const all = new Promise<void>((resolve) => {
    go = resolve
  })
  let waiting = 0
  t.mock.method(users, 'replacePassword', async (id: string, from: string, to: string) => {
    waiting += 1
    if (waiting === count) go()
    await all
    return write(id, from, to)
  })
}
