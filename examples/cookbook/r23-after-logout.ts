/**
 * R23: what follows a logout. The promise: when the user last logged out is recorded, a row is in the audit log, and a mail
 * confirms it. Log out, and read /after/.
 */
import { createPostern, json, type MailMessage, path } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const mails: MailMessage[] = []

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  publicUrl: 'https://site.example',
  sendMail: async (mail) => {
    mails.push(mail)
  },
  logoutMail: (user) => ({ to: user.email, subject: `Goodbye, ${user.username}`, text: 'You have logged out.' }),
  urls: [
    path('after/', async () => {
      const [row] = await auth.events.list({ event: 'user_logged_out' })
      const lastLogout = row === undefined ? null : await auth.lastLogout({ id: Number(row.userId) })
      await auth.settled()
      return json({ lastLogout, row: row?.data ?? null, mails: mails.map(({ to, subject }) => `${to}: ${subject}`) })
    }),
  ],
})

await serve(auth)
