/**
 * Username and password against the store of users. An unknown, an inactive and a mistaken user cost the same.
 * Mirrors `ModelBackend` (django/contrib/auth/backends.py, 5.2).
 */
import { MODEL_BACKEND } from '../django/auth-keys.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { User } from '../users/user.ts'
import type { UserStore } from '../users/user-store.ts'
import type { AuthRequest } from './auth-request.ts'
import type { Backend, Credentials } from './backend.ts'
import type { Registration } from './registration.ts'

export class ModelBackend<U extends User = User> implements Backend<U> {
  readonly path: string = MODEL_BACKEND
  readonly #users: UserStore<U>
  readonly #passwords: Passwords
  /** Names are addresses, which people type in any case. */
  readonly #byEmail: boolean

  constructor(context: {
    readonly users: UserStore<U>
    readonly passwords: Passwords
    readonly registration?: Pick<Registration, 'identify'>
  }) {
    this.#users = context.users
    this.#passwords = context.passwords
    this.#byEmail = context.registration?.identify === 'email'
  }

  async authenticate(_request: AuthRequest<U> | null, credentials: Credentials): Promise<U | null> {
    const { username, password } = credentials
    if (typeof username !== 'string' || typeof password !== 'string') return null
    const user = await this.#named(username)
    const { correct, mustUpdate } = await this.#passwords.check(password, user === null ? null : user.password)
    if (user === null || !correct) return null
    // As Django: the hash is brought up to date before it is asked who may log in, so that both cost the same.
    const current = mustUpdate ? await this.#rehash(user, password) : user
    return current !== null && this.userCanAuthenticate(current) ? current : null
  }

  getUser(id: string, known: U | null | undefined): U | null | Promise<U | null> {
    if (known != null && String(known.id) === id) return this.userCanAuthenticate(known) ? known : null
    return this.#find(id)
  }

  /** Whether a user may be logged in at all. */
  protected userCanAuthenticate(user: U): boolean {
    return user.isActive
  }

  /** Both are always asked, so that neither takes longer. */
  async #named(username: string): Promise<U | null> {
    if (!this.#byEmail) return this.#users.findByUsername(username)
    const spellings = [username, username.toLowerCase()]
    const [exact = null, folded = null] = await Promise.all(spellings.map((name) => this.#users.findByUsername(name)))
    return exact ?? folded
  }

  async #find(id: string): Promise<U | null> {
    const user = await this.#users.findById(id)
    return user !== null && this.userCanAuthenticate(user) ? user : null
  }

  /** Today's cost for an old hash. Where somebody else wrote first (a login in another tab, a new password), theirs counts. */
  async #rehash(user: U, password: string): Promise<U | null> {
    const id = String(user.id)
    const replaced = await this.#users.replacePassword(id, user.password, await this.#passwords.make(password))
    const found = await this.#find(id)
    if (replaced || found === null) return found
    return (await this.#passwords.check(password, found.password)).correct ? found : null
  }
}
