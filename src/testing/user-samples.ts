/** What the tests of a store of users put into it. */
import type { NewUser, UserStore } from '../users/user-store.ts'

/** Registers one test of a store with no users. */
export type UserCheck = (title: string, test: (store: UserStore) => Promise<void>) => void

export const HASH = 'pbkdf2_sha256$1000000$salt$hash'

export function somebody(username: string, more: Partial<NewUser> = {}): NewUser {
  return { username, password: HASH, ...more }
}
