/** The files about making accounts. */
import assert from 'node:assert/strict'
import type { Browser, Reply } from '../../support/browser.ts'
import type { CookbookSite } from '../cookbook-site.ts'
import { submit } from '../submit.ts'
import type { Check } from './check.ts'

const REGISTER = '/accounts/register/'
const PASSWORDS = { password1: 'a-Good-one-4711', password2: 'a-Good-one-4711' }

/** The mails of the site, once there are so many: they go out behind the answers. */
async function mails(site: CookbookSite, count: number): Promise<readonly string[]> {
  for (;;) {
    const { body } = await site.visitor().get('/mailbox/')
    const found = body.split(/^(?=To: )/m).filter((mail) => mail !== '')
    if (found.length >= count) return found
  }
}

function signIn(browser: Browser, username: string): Promise<Reply> {
  return submit(browser, '/accounts/login/', { username, password: PASSWORDS.password1 })
}

export const registering: readonly Check[] = [
  {
    file: 'r02-registration',
    promise: 'an account can be used when the link in the mail was followed, by a button and once',
    logsOut: false,
    hold: async (site) => {
      const browser = site.visitor()
      const made = await submit(browser, REGISTER, { email: 'zoe@site.example', ...PASSWORDS })
      assert.deepEqual([made.status, made.headers.location], [302, '/accounts/register/done/'])
      const [mail = ''] = await mails(site, 1)
      assert.match(mail, /^To: zoe@site\.example\nConfirm your address for /)
      assert.equal((await signIn(browser, 'zoe@site.example')).status, 200, 'nobody logs in before')
      const link = new URL(/http\S+\/accounts\/confirm\/\S+/.exec(mail)?.[0] ?? '').pathname
      const page = await browser.get(link)
      assert.equal(page.headers.location, '/accounts/confirm/address/')
      assert.equal((await signIn(browser, 'zoe@site.example')).status, 200, 'looking at the link confirms nothing')
      assert.equal(
        (await submit(browser, '/accounts/confirm/address/', { password: PASSWORDS.password1 })).headers.location,
        '/accounts/login/',
      )
      assert.equal((await signIn(browser, 'Zoe@Site.Example')).status, 302)
      assert.match((await browser.get(link)).body, /This link has been used already/)
      assert.match((await browser.get('/')).body, /Logged in as zoe@site\.example/)
    },
  },
  {
    file: 'r02-registration',
    promise: 'the answer is the same for an address that has an account, and its owner hears of it',
    logsOut: false,
    hold: async (site) => {
      const answers: string[] = []
      for (const email of ['demo@site.example', 'nobody@site.example']) {
        const browser = site.visitor()
        const { status, headers } = await submit(browser, REGISTER, { email, ...PASSWORDS })
        answers.push(JSON.stringify([status, headers.location, (await browser.get('/accounts/register/done/')).body]))
      }
      assert.equal(answers[0], answers[1])
      const sent = await mails(site, 2)
      const toOwner = sent.find((mail) => mail.startsWith('To: demo@site.example'))
      assert.match(toOwner ?? '', /You have one already, and nothing about it was changed\./)
      await site.loggedIn('/accounts/login/')
      const wrong = await submit(site.visitor(), REGISTER, { email: 'a@site.example', ...PASSWORDS, password2: 'x' })
      assert.match(wrong.body, /The two password fields didn’t match\./)
    },
  },
]
