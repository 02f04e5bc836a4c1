/**
 * R02: people make accounts of their own. The promise: /accounts/register/ takes an address and a password; the account can be
 * used when the link in a mail was followed, and nobody learns from the answer whether an address has an account already.
 */
import { createPostern, type MailMessage, path, text } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

// In place of sendMail: nodemailer('smtps://user:password@mail.example') from 'postern/nodemailer'.
const mailbox: MailMessage[] = []

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  registration: { identify: 'email' },
  sendMail: async (mail) => {
    mailbox.push(mail)
  },
  urls: [
    path('mailbox/', () => text(mailbox.map((mail) => `To: ${mail.to}\n${mail.subject}\n\n${mail.text}`).join('\n'))),
  ],
})

await serve(auth)
