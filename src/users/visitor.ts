/**
 * What a user and the anonymous user have in common: somebody who may do this and not that. Who knows is the Postern that
 * the object came from. Mirrors `PermissionsMixin` (django/contrib/auth/models.py, 5.2).
 */

/** Whose permissions are asked for: those given to the user alone, those of the user's groups, or both. */
export type PermissionSource = 'user' | 'group' | 'all'

/** Who answers what somebody may do: a Postern, by its backends. */
export interface Authority {
  hasPerm(visitor: Visitor, permission: string, object: unknown): Promise<boolean>
  hasModulePerms(visitor: Visitor, app: string): Promise<boolean>
  permissions(visitor: Visitor, source: PermissionSource, object: unknown): Promise<ReadonlySet<string>>
  groups(visitor: Visitor): Promise<readonly string[]>
}

export abstract class Visitor {
  abstract readonly id: string | number | null
  abstract readonly username: string
  abstract readonly isActive: boolean
  abstract readonly isStaff: boolean
  abstract readonly isSuperuser: boolean
  abstract readonly isAuthenticated: boolean
  #authority: Authority | undefined
  #known: Map<object, Promise<unknown>> | undefined
  #groups: readonly string[] | undefined

  /**
   * Whether this is allowed, by any of the backends; an active superuser may do everything. What a backend has found out is
   * remembered by this object, that is for one request.
   * @param permission `app.codename`
   * @param object what it is to be done to; the built-in backends know no permissions for single objects
   * @throws {StoreUnavailable} when the store does not answer
   * @example if (await request.user.hasPerm('blog.publish_post')) …
   */
  async hasPerm(permission: string, object?: unknown): Promise<boolean> {
    return this.#mayEverything() || this.#ask('hasPerm').hasPerm(this, permission, object)
  }

  /** Whether all of these are allowed. @throws {TypeError} for what is no list */
  async hasPerms(permissions: Iterable<string>, object?: unknown): Promise<boolean> {
    if (!isList(permissions)) {
      throw new TypeError(
        `hasPerms() needs a list of permissions, as in hasPerms(['blog.add_post', 'blog.view_post']).`,
      )
    }
    for (const permission of permissions) if (!(await this.hasPerm(permission, object))) return false
    return true
  }

  /** Whether anything is allowed in an application. @param app `blog` */
  async hasModulePerms(app: string): Promise<boolean> {
    return this.#mayEverything() || this.#ask('hasModulePerms').hasModulePerms(this, app)
  }

  /** What was given to this user alone, `app.codename`. */
  async getUserPermissions(object?: unknown): Promise<ReadonlySet<string>> {
    return this.#ask('getUserPermissions').permissions(this, 'user', object)
  }
  /** What the user's groups have. */
  async getGroupPermissions(object?: unknown): Promise<ReadonlySet<string>> {
    return this.#ask('getGroupPermissions').permissions(this, 'group', object)
  }
  /** All that is allowed; to a superuser, all that there is. */
  async getAllPermissions(object?: unknown): Promise<ReadonlySet<string>> {
    return this.#ask('getAllPermissions').permissions(this, 'all', object)
  }

  /** The names of the groups that the user is in, sorted. @throws {StoreUnavailable} when the store does not answer */
  async groups(): Promise<readonly string[]> {
    if (!this.isAuthenticated) return []
    const authority = this.#ask('groups')
    this.#groups = await this.once(authority, () => authority.groups(this))
    return this.#groups
  }
  /** The groups, where somebody has asked for them already: a template cannot wait. @internal */
  get knownGroups(): readonly string[] | undefined {
    return this.isAuthenticated ? this.#groups : []
  }

  /** From now on this Postern is asked, and nothing is remembered from before. @internal */
  attach(authority: Authority): void {
    this.#authority = authority
    this.#known = undefined
    this.#groups = undefined
  }
  /** What is found out once for this object; a failure is not remembered. @param key whose finding it is @internal */
  once<T>(key: object, find: () => Promise<T>): Promise<T> {
    const known = this.#known ?? new Map<object, Promise<unknown>>()
    this.#known = known
    const before = known.get(key)
    if (before !== undefined) return before as Promise<T>
    const found = find()
    known.set(key, found)
    found.catch(() => known.delete(key))
    return found
  }

  #mayEverything(): boolean {
    return this.isActive && this.isSuperuser
  }
  #ask(method: string): Authority {
    if (this.#authority !== undefined) return this.#authority
    throw new TypeError(
      `${method}() needs a user who comes from a Postern: take request.user, or somebody out of auth.users.`,
    )
  }
}

function isList(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.iterator in value
}
