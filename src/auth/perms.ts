/**
 * `perms` in a template: `perms.blog`, `perms.blog.publish_post`, `'blog.publish_post' in perms`. A template cannot wait, so all
 * that it may ask is found out before. Mirrors `PermWrapper` and `PermLookupDict` (django/contrib/auth/context_processors.py, 5.2).
 */
import { splitPermission } from '../users/permission-store.ts'
import type { Visitor } from '../users/visitor.ts'

/** What somebody may do, ready to be asked. */
export class Perms {
  /** `app.codename`; null for who may do everything. */
  readonly #allowed: ReadonlySet<string> | null
  /** Applications in which something is allowed. */
  readonly #apps: ReadonlySet<string>

  private constructor(allowed: ReadonlySet<string> | null, apps: ReadonlySet<string>) {
    this.#allowed = allowed
    this.#apps = apps
  }

  /**
   * Asks about everything that the visitor has been given, and about what the template mentions: a backend may allow what it
   * does not list, and forbid what another lists.
   * @param mentioned `app` and `app.codename`; others are nobody's
   * @throws {StoreUnavailable} when the store does not answer
   */
  static async load(visitor: Visitor, mentioned: readonly string[]): Promise<Perms> {
    if (visitor.isActive && visitor.isSuperuser) return new Perms(null, new Set())
    const allowed = new Set<string>()
    const apps = new Set<string>()
    for (const name of new Set([...(await visitor.getAllPermissions()), ...mentioned])) {
      const [app] = splitPermission(name) ?? [name]
      if (app !== name && (await visitor.hasPerm(name))) allowed.add(name)
      if (!apps.has(app) && (await visitor.hasModulePerms(app))) apps.add(app)
    }
    return new Perms(allowed, apps)
  }

  /** The permissions of an application; undefined, which is false everywhere, where nothing in it is allowed. */
  get(app: string): AppPerms | undefined {
    const allowed = this.#allowed
    if (allowed === null) return new AppPerms(true, () => true)
    const isNamed = this.#apps.has(app)
    const hasSome = isNamed || [...allowed].some((name) => name.startsWith(`${app}.`))
    return hasSome ? new AppPerms(isNamed, (codename) => allowed.has(`${app}.${codename}`)) : undefined
  }

  /** `'blog' in perms`, `'blog.publish_post' in perms` */
  has(name: string): boolean {
    const [app, codename] = splitPermission(name) ?? [name]
    const perms = this.get(app)
    if (perms === undefined) return false
    return codename === undefined ? perms.isTrue : perms.get(codename)
  }

  toString(): string {
    return ''
  }
}

/** The permissions in one application. */
export class AppPerms {
  readonly #isTrue: boolean
  readonly #has: (codename: string) => boolean

  constructor(isTrue: boolean, has: (codename: string) => boolean) {
    this.#isTrue = isTrue
    this.#has = has
  }

  /** Whether anything is allowed, as `{% if perms.blog %}` asks. @internal */
  get isTrue(): boolean {
    return this.#isTrue
  }
  get(codename: string): boolean {
    return this.#has(codename)
  }
  toString(): string {
    return ''
  }
}
