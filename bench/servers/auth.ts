/** The Postern of the benchmark: node:sqlite in a file of its own, and a hasher that costs next to nothing. */
import { createPostern, Pbkdf2Hasher, type Postern } from 'postern'
import { sqlite } from 'postern/sqlite'
import { account } from '../cases.ts'

/** A migrated Postern with one account in it. */
export async function benchPostern(file: string): Promise<Postern> {
  const auth = createPostern({
    secretKey: 'a-secret-key-for-the-benchmark-0123456789-abcdefghijklmnop',
    database: sqlite(file),
    passwordHashers: [new Pbkdf2Hasher({ rounds: 1 })],
    development: true,
    loginRedirectUrl: '/',
    logoutRedirectUrl: '/accounts/login/',
  })
  await auth.migrate()
  await auth.createUser(account)
  return auth
}
