/**
 * R20: logins, failed logins and logouts are events. The promise: each becomes a log line with the user's name, and none has a
 * password in it. Log in wrongly and rightly, log out, and read /log/.
 */
import { createPostern, on, path, text } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const lines: string[] = []

on('user_logged_in', ({ user }) => lines.push(`${user.username} has logged in.`))
on('user_login_failed', ({ credentials }) =>
  lines.push(`A login as ${JSON.stringify(credentials.username)} has failed.`),
)
on('user_logged_out', ({ user }) => lines.push(`${user?.username ?? 'Somebody'} has logged out.`))

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  urls: [path('log/', () => text(lines.join('\n')))],
})

await serve(auth)
