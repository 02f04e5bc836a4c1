/** Users in this process's memory, with the behaviour of the SQL store: for tests and for trying Postern out. */
import { UserExists } from '../../errors.ts'
import { foldEmail } from '../../users/email.ts'
import { User, type UserFields } from '../../users/user.ts'
import type { NewUser, UserChanges, UserStore } from '../../users/user-store.ts'
import { withDefaults } from '../new-user.ts'

export class MemoryUserStore implements UserStore {
  readonly #users = new Map<string, UserFields>()
  readonly #idOf = new Map<string, string>()
  readonly #now: () => number
  #lastId = 0

  /** @param now the clock, for `dateJoined` of new users */
  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  findById(id: string): User | null {
    const fields = this.#users.get(id)
    return fields === undefined ? null : new User(fields)
  }

  findByUsername(username: string): User | null {
    const id = this.#idOf.get(username)
    return id === undefined ? null : this.findById(id)
  }

  hasUsername(username: string): boolean {
    const lower = username.toLowerCase()
    for (const taken of this.#idOf.keys()) if (taken.toLowerCase() === lower) return true
    return false
  }

  findByEmail(email: string): readonly User[] {
    if (email === '') return []
    const folded = foldEmail(email)
    const found: User[] = []
    for (const fields of this.#users.values()) if (foldEmail(fields.email) === folded) found.push(new User(fields))
    return found
  }

  create(user: NewUser): User {
    if (this.#idOf.has(user.username)) throw new UserExists()
    this.#lastId += 1
    const fields: UserFields = { id: this.#lastId, ...withDefaults(user, this.#now()) }
    this.#keep(fields)
    return new User(fields)
  }

  update(id: string, changes: UserChanges): boolean {
    const before = this.#users.get(id)
    if (before === undefined) return false
    const { username = before.username } = changes
    if (username !== before.username && this.#idOf.has(username)) throw new UserExists()
    this.#idOf.delete(before.username)
    const given = Object.entries(changes).filter(([, value]) => value !== undefined)
    this.#keep({ ...before, ...Object.fromEntries(given), id: before.id })
    return true
  }

  replacePassword(id: string, from: string, to: string): boolean {
    const before = this.#users.get(id)
    if (before === undefined || before.password !== from) return false
    this.#keep({ ...before, password: to })
    return true
  }

  #keep(fields: UserFields): void {
    this.#users.set(String(fields.id), fields)
    this.#idOf.set(fields.username, String(fields.id))
  }
}
