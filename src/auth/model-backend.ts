/**
 * Username and password against the store of users, and permissions out of the store of permissions. An unknown, an inactive
 * and a mistaken user cost the same. Mirrors `ModelBackend` and `AllowAllUsersModelBackend` (django/contrib/auth/backends.py, 5.2).
 */
import { ALLOW_ALL_BACKEND, MODEL_BACKEND } from '../django/auth-keys.ts'
import { isPasswordUsable } from '../passwords/passwords.ts'
import { permissionName } from '../users/permission-store.ts'
import type { AnonymousUser, User } from '../users/user.ts'
import type { AuthContext } from './auth-context.ts'
import type { AuthRequest } from './auth-request.ts'
import { BaseBackend, type Credentials, type WithPermOptions } from './backend.ts'
import { type LoginRefusal, noteRefusal } from './refusals.ts'
import { usersById } from './users-by-id.ts'

/** What a backend gets of the Postern that it belongs to. */
export type BackendContext<U extends User = User> = Pick<
  AuthContext<U>,
  'users' | 'passwords' | 'permissionStore' | 'sessions' | 'registration'
>

/** What a user has, as it is remembered by the user object. */
interface Found {
  readonly own: ReadonlySet<string>
  readonly byGroups: ReadonlySet<string>
}

const NOTHING: ReadonlySet<string> = new Set()

export class ModelBackend<U extends User = User> extends BaseBackend<U> {
  readonly path: string = MODEL_BACKEND
  // Private, so that whoever logs a backend does not log all of its Postern.
  readonly #context: BackendContext<U>
  /** Under this key a user object remembers the union of what it has. */
  readonly #union: object = {}

  constructor(context: BackendContext<U>) {
    super()
    this.#context = context
  }

  /** The Postern that the backend belongs to. */
  protected get context(): BackendContext<U> {
    return this.#context
  }

  override async authenticate(request: AuthRequest<U> | null, credentials: Credentials): Promise<U | null> {
    const { password } = credentials
    const finding = typeof password === 'string' ? this.findUser(credentials) : null
    if (finding === null) return null
    const found = await this.#checked(request, await finding, password as string)
    if (typeof found !== 'string') return found
    noteRefusal(credentials, found)
    return null
  }

  override getUser(id: string, known: U | null | undefined): U | null | Promise<U | null> {
    if (known != null && String(known.id) === id) return this.userCanAuthenticate(known) ? known : null
    return this.#findById(id)
  }

  /** Whether a user may be logged in at all. */
  protected userCanAuthenticate(user: U): boolean {
    return user.isActive
  }

  /** Whom the credentials name; null, and not a promise of it, where they are of another kind. */
  protected findUser({ username }: Credentials): Promise<U | null> | null {
    return typeof username === 'string' ? this.#byName(username) : null
  }

  override async getUserPermissions(user: U | AnonymousUser, object?: unknown): Promise<ReadonlySet<string>> {
    return mayHave(user, object) ? (await this.#find(user)).own : NOTHING
  }
  override async getGroupPermissions(user: U | AnonymousUser, object?: unknown): Promise<ReadonlySet<string>> {
    return mayHave(user, object) ? (await this.#find(user)).byGroups : NOTHING
  }
  override async getAllPermissions(user: U | AnonymousUser, object?: unknown): Promise<ReadonlySet<string>> {
    return mayHave(user, object) ? user.once(this.#union, () => super.getAllPermissions(user, undefined)) : NOTHING
  }
  override async hasPerm(user: U | AnonymousUser, permission: string, object?: unknown): Promise<boolean> {
    return user.isActive && super.hasPerm(user, permission, object)
  }
  /** Whether the user has any permission of an application. */
  async hasModulePerms(user: U | AnonymousUser, app: string): Promise<boolean> {
    if (!user.isActive) return false
    for (const permission of await this.getAllPermissions(user)) {
      if (permission.slice(0, permission.indexOf('.')) === app) return true
    }
    return false
  }
  async withPerm(permission: string, { object, ...holders }: WithPermOptions): Promise<readonly U[]> {
    if (object !== undefined) return []
    const { permissionStore, users } = this.context
    return usersById(users, await permissionStore.usersWithPermission(permission, holders))
  }

  /** One look into the store for each user object, however many backends of this kind there are. */
  #find(user: U): Promise<Found> {
    const { permissionStore } = this.context
    return user.once(permissionStore, async () => {
      if (user.isSuperuser) {
        const all = new Set((await permissionStore.allPermissions()).map(permissionName))
        return { own: all, byGroups: all }
      }
      const { own, byGroups } = await permissionStore.permissionsOf(String(user.id))
      return { own: new Set(own), byGroups: new Set(byGroups) }
    })
  }

  /** Where names are addresses people type them in any case; both spellings are always asked for, so that neither takes longer. */
  async #byName(username: string): Promise<U | null> {
    const { users, registration } = this.context
    if (registration.identify !== 'email') return users.findByUsername(username)
    const spellings = [username, username.toLowerCase()]
    const [exact = null, folded = null] = await Promise.all(spellings.map((name) => users.findByUsername(name)))
    return exact ?? folded
  }

  /** @returns the user, or why there is none */
  async #checked(request: AuthRequest<U> | null, user: U | null, password: string): Promise<U | LoginRefusal> {
    const { correct, mustUpdate } = await this.context.passwords.check(password, user === null ? null : user.password)
    if (user === null) return 'unknown_user'
    if (!correct) return isPasswordUsable(user.password) ? 'wrong_password' : 'unusable_password'
    // As Django: the hash is brought up to date before it is asked who may log in, so that both cost the same.
    const current = mustUpdate ? await this.#rehash(request, user, password) : user
    if (current === null) return 'wrong_password'
    return this.userCanAuthenticate(current) ? current : 'inactive'
  }

  async #findById(id: string): Promise<U | null> {
    const user = await this.context.users.findById(id)
    return user !== null && this.userCanAuthenticate(user) ? user : null
  }

  /** Today's cost for an old hash. Where somebody else wrote first (a login in another tab, a new password), theirs counts. */
  async #rehash(request: AuthRequest<U> | null, user: U, password: string): Promise<U | null> {
    const { users, passwords } = this.context
    const id = String(user.id)
    const replaced = await users.replacePassword(id, user.password, await passwords.make(password))
    if (replaced) request?.context.announce('password_changed', { user, by: 'upgrade', incoming: request.incoming })
    const found = await this.#findById(id)
    if (replaced || found === null) return found
    return (await passwords.check(password, found.password)).correct ? found : null
  }
}

/** The inactive and the anonymous have no permissions, and nobody has any for a single object. */
function mayHave<U extends User>(user: U | AnonymousUser, object: unknown): user is U {
  return user.isActive && user.isAuthenticated && (object === undefined || object === null)
}

/** Lets the inactive log in, too; whoever uses it asks elsewhere who may. */
export class AllowAllUsersModelBackend<U extends User = User> extends ModelBackend<U> {
  override readonly path: string = ALLOW_ALL_BACKEND

  protected override userCanAuthenticate(_user: U): boolean {
    return true
  }
}
