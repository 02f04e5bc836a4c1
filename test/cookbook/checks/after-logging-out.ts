/** The files about what is told of logins and logouts. */
import assert from 'node:assert/strict'
import type { Browser, Reply } from '../../support/browser.ts'
import { PASSWORD } from '../cookbook-site.ts'
import { submit } from '../submit.ts'
import type { Check } from './check.ts'

const button = (browser: Browser): Promise<Reply> => submit(browser, '/')

export const afterLoggingOut: readonly Check[] = [
  {
    file: 'r20-events',
    promise: 'logins, failed logins and logouts become log lines with the name and without the password',
    logsOut: true,
    hold: async (site) => {
      await submit(site.visitor(), '/accounts/login/', { username: 'mallory', password: 'a-guess' })
      await site.logsOut(button)
      const { body } = await site.visitor().get('/log/')
      assert.deepEqual(body.split('\n'), [
        'A login as "mallory" has failed.',
        'demo has logged in.',
        'demo has logged out.',
      ])
      assert.ok(!body.includes(PASSWORD) && !body.includes('a-guess'))
    },
  },
  {
    file: 'r23-after-logout',
    promise: 'a logout leaves its time, a row in the audit log and a mail',
    logsOut: true,
    hold: async (site) => {
      const before = JSON.parse((await site.visitor().get('/after/')).body)
      assert.deepEqual(before, { lastLogout: null, row: null, mails: [] })
      await site.logsOut(button)
      const { lastLogout, row, mails } = JSON.parse((await site.visitor().get('/after/')).body)
      assert.ok(Date.now() - Date.parse(lastLogout) < 60_000, lastLogout)
      assert.deepEqual(row, { username: 'demo' })
      assert.deepEqual(mails, ['demo@site.example: Goodbye, demo'])
    },
  },
]
