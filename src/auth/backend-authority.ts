/**
 * What somebody may do, by asking the backends in turn. Mirrors `_user_has_perm`, `_user_has_module_perms` and
 * `_user_get_permissions` (django/contrib/auth/models.py, 5.2).
 */
import { PermissionDenied } from '../errors.ts'
import type { AnonymousUser, User } from '../users/user.ts'
import type { Authority, PermissionSource, Visitor } from '../users/visitor.ts'
import type { AuthContext } from './auth-context.ts'
import type { Backend } from './backend.ts'

type Asked<U extends User> = Pick<AuthContext<U>, 'backends' | 'permissionStore'>
type Answer = boolean | Promise<boolean> | undefined

export class BackendAuthority<U extends User = User> implements Authority {
  readonly #context: Asked<U>

  constructor(context: Asked<U>) {
    this.#context = context
  }

  hasPerm(visitor: Visitor, permission: string, object: unknown): Promise<boolean> {
    return this.#any((backend) => backend.hasPerm?.(userOf<U>(visitor), permission, object ?? undefined))
  }

  hasModulePerms(visitor: Visitor, app: string): Promise<boolean> {
    return this.#any((backend) => backend.hasModulePerms?.(userOf<U>(visitor), app))
  }

  async permissions(visitor: Visitor, source: PermissionSource, object: unknown): Promise<ReadonlySet<string>> {
    const all = new Set<string>()
    for (const backend of this.#context.backends) {
      const found = await askFor(backend, userOf<U>(visitor), source, object ?? undefined)
      for (const permission of found ?? []) all.add(permission)
    }
    return all
  }

  async groups(visitor: Visitor): Promise<readonly string[]> {
    return this.#context.permissionStore.groupsOf(String(visitor.id))
  }

  /** The first yes counts, and a backend that forbids has the last word. */
  async #any(ask: (backend: Backend<U>) => Answer): Promise<boolean> {
    try {
      for (const backend of this.#context.backends) if ((await ask(backend)) === true) return true
    } catch (error) {
      if (!(error instanceof PermissionDenied)) throw error
    }
    return false
  }
}

function askFor<U extends User>(
  backend: Backend<U>,
  user: U | AnonymousUser,
  source: PermissionSource,
  object: unknown,
): Iterable<string> | undefined | Promise<Iterable<string>> {
  if (source === 'user') return backend.getUserPermissions?.(user, object)
  if (source === 'group') return backend.getGroupPermissions?.(user, object)
  return backend.getAllPermissions?.(user, object)
}

/** Every visitor is one or the other. */
function userOf<U extends User>(visitor: Visitor): U | AnonymousUser {
  return visitor as U | AnonymousUser
}
