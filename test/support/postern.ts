/** A Postern for tests: a hasher that costs nothing, a clock that stands still, and alice, who has an account. */
import { createPostern } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { Pbkdf2Hasher } from '../../src/passwords/hashers/pbkdf2.ts'
import type { Postern } from '../../src/postern.ts'
import type { User } from '../../src/users/user.ts'

export const SECRET_KEY = 'a-secret-key-of-the-tests-0123456789-abcdefghijklmnop'
export const ALICE = { username: 'alice', password: 'wonder-Land-42', email: 'alice@site.example' } as const

/** A clock that only moves when it is told to; milliseconds. */
export class Clock {
  #now = Date.UTC(2026, 0, 15, 12)
  readonly now = (): number => this.#now
  /** @param seconds may be negative */
  pass(seconds: number): void {
    this.#now += seconds * 1000
  }
}

export interface TestPostern {
  readonly auth: Postern
  readonly clock: Clock
  readonly alice: User
}

/** A Postern in memory unless `options.database` says otherwise, migrated, with alice in it. */
export async function testPostern(options: Partial<PosternOptions> = {}): Promise<TestPostern> {
  const clock = new Clock()
  const auth = createPostern({
    secretKey: SECRET_KEY,
    database: memory(),
    development: true,
    passwordHashers: [new Pbkdf2Hasher({ rounds: 1 })],
    now: clock.now,
    ...options,
  })
  await auth.migrate()
  const alice = (await auth.users.findByUsername(ALICE.username)) ?? (await auth.createUser(ALICE))
  return { auth, clock, alice }
}
