/** The Postern of the benchmark: node:sqlite in a file of its own, and a hasher that costs next to nothing. */
import { hash } from 'node:crypto'
import { createPostern, type Hasher, type Postern } from 'postern'
import { sqlite } from 'postern/sqlite'
import { account } from '../cases.ts'

/** One SHA-256 on the spot: of a login with a real hash, or with any in another thread, one would see little else. */
const cheapHasher: Hasher = {
  algorithm: 'cheap',
  salt: () => 'salt',
  encode: async (password, salt) => `cheap$${salt}$${hash('sha256', salt + password)}`,
  verify: async (password, encoded) => encoded === `cheap$salt$${hash('sha256', `salt${password}`)}`,
  mustUpdate: () => false,
  hardenRuntime: async () => {},
}

/** A migrated Postern with one account in it. */
export async function benchPostern(file: string): Promise<Postern> {
  const auth = createPostern({
    secretKey: 'a-secret-key-for-the-benchmark-0123456789-abcdefghijklmnop',
    database: sqlite(file),
    passwordHashers: [cheapHasher],
    // Before it has measured a hash the queue takes it for a real one, and would refuse so many at once.
    hashQueue: { maxWait: 60 },
    // All connections log in to one account: with ten attempts left, ten at once would go and the others wait for them.
    loginLimits: { account: { attempts: 1000, seconds: 900 }, network: { attempts: 1000, seconds: 900 } },
    development: true,
    loginRedirectUrl: '/',
    logoutRedirectUrl: '/accounts/login/',
  })
  await auth.migrate()
  await auth.createUser(account)
  return auth
}
