/**
 * A site whose passwords have real hashes, for the benchmarks of refusals and of overload: a login for programs that answers
 * 200 or 401, and a page for the logged in. `node real-hash.ts <database file> <rounds>`
 */
import { createServer } from 'node:http'
import { authenticate, createPostern, json, login, Pbkdf2Hasher, path, type View } from 'postern'
import { postern } from 'postern/node'
import { sqlite } from 'postern/sqlite'
import { account } from '../cases.ts'
import { serve } from './serve.ts'

const [file, rounds] = process.argv.slice(2)
if (file === undefined || rounds === undefined) throw new Error('usage: real-hash.ts <database file> <rounds>')

const apiLogin: View = async (request) => {
  const { username, password } = (await request.incoming.json()) as { username: string; password: string }
  const user = await authenticate(request, { username, password })
  if (user === null) return json({ error: 'Wrong name or password.' }, 401)
  await login(request, user)
  return json({ user })
}

const auth = createPostern({
  secretKey: 'a-secret-key-for-the-benchmark-0123456789-abcdefghijklmnop',
  database: sqlite(file),
  passwordHashers: [new Pbkdf2Hasher({ rounds: Number(rounds) })],
  development: true,
  // They would refuse most of these logins before a password is looked at.
  loginLimits: false,
  urls: [path('api/login/', Object.assign(apiLogin, { csrfExempt: true }))],
})
await auth.migrate()
await auth.createUser(account)
await auth.createUser({ ...account, username: 'inactive', isActive: false })
await auth.createUser({ username: 'unusable' })

const { handler, loginRequired } = postern(auth)
const server = createServer(handler(loginRequired((_req, res, request) => res.end(`Hello ${request.user.username}`))))
// Connections that wait for the next crowd are not closed meanwhile.
server.keepAliveTimeout = 60_000
serve(server)
