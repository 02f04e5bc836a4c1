/** The tutorial site: sign in, look at a protected page, sign out, press Back. `npm start` serves it. */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createPostern } from 'postern'
import { postern } from 'postern/node'
import { sqlite } from 'postern/sqlite'
import { secretKeyFrom } from './secret-key.ts'
import { notFound, siteUrls } from './site.ts'
import { SiteDatabase } from './site-database.ts'

const folder = process.env.SITE_FOLDER ?? import.meta.dirname
const file = join(folder, 'site.sqlite3')
const auth = createPostern({
  secretKey: secretKeyFrom(join(folder, 'secret-key.txt')),
  database: sqlite(file),
  siteName: 'Postern tutorial',
  loginRedirectUrl: 'dashboard',
  urls: siteUrls(new SiteDatabase(file)),
})

await auth.migrate()
const password = await demoPassword()
const { handler } = postern(auth)
const port = Number(process.env.PORT || 8000)
const server = createServer(handler(notFound))

server.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error
  console.error(`Port ${port} is taken; try PORT=${port + 1} npm start`)
  process.exit(1)
})
// This machine alone, unless HOST says otherwise: there is an account with a password on the screen.
server.listen(port, process.env.HOST || '127.0.0.1', () => {
  const { port: open } = server.address() as { port: number }
  console.log(`The tutorial site is at http://localhost:${open}`)
  console.log(
    password === null
      ? 'User: demo, with the password of the first start (DEMO_PASSWORD=… sets another).'
      : `User: demo  Password: ${password}`,
  )
})

/** The password of the account `demo`, made at the first start; null when it was made before and is not known any more. */
async function demoPassword(): Promise<string | null> {
  const chosen = process.env.DEMO_PASSWORD || undefined
  const demo = await auth.users.findByUsername('demo')
  if (demo === null) {
    const password = chosen ?? randomBytes(9).toString('base64url')
    await auth.createUser({ username: 'demo', password, email: 'demo@site.example' })
    return password
  }
  if (chosen === undefined) return null
  // The same password hashed anew would end every session.
  if ((await auth.passwords.check(chosen, demo.password)).correct) return chosen
  await auth.users.update(String(demo.id), { password: await auth.passwords.make(chosen) })
  return chosen
}
