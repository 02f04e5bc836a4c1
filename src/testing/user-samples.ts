/** What the tests of the contract of user stores have in common. */
import type { NewUser, UserStore } from '../users/user-store.ts'

/** Registers one test, which gets a store of its own. */
export type UserCheck = (title: string, test: (store: UserStore) => Promise<void>) => void

export const HASH = 'pbkdf2_sha256$1000000$salt$hash'

export function somebody(username: string, more: Partial<NewUser> = {}): NewUser {
  return { username, password: HASH, ...more }
}
