/**
 * A user as Django's `auth_user` has it, and the anonymous user. The password hash never leaves by accident:
 * it is no enumerable property, and neither JSON nor `console.log` shows it.
 *
 * Mirrors django/contrib/auth/base_user.py and models.py (5.2).
 */
import { type InspectOptions, inspect } from 'node:util'
import { Visitor } from './visitor.ts'

/** The columns of `auth_user`. Times are milliseconds since 1970. */
export interface UserFields {
  readonly id: string | number
  readonly username: string
  /** The encoded hash, never the password. */
  readonly password: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly isActive: boolean
  readonly isStaff: boolean
  readonly isSuperuser: boolean
  readonly lastLogin: number | null
  readonly dateJoined: number
}

/** Somebody with an account. */
export class User extends Visitor {
  readonly id: string | number
  readonly username: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly isActive: boolean
  readonly isStaff: boolean
  readonly isSuperuser: boolean
  readonly #password: string
  readonly #lastLogin: number | null
  readonly #dateJoined: number

  constructor(fields: UserFields) {
    super()
    this.id = fields.id
    this.username = fields.username
    this.email = fields.email
    this.firstName = fields.firstName
    this.lastName = fields.lastName
    this.isActive = fields.isActive
    this.isStaff = fields.isStaff
    this.isSuperuser = fields.isSuperuser
    this.#password = fields.password
    this.#lastLogin = fields.lastLogin
    this.#dateJoined = fields.dateJoined
  }

  /** True for everybody with an account; this is how to tell a user from an `AnonymousUser`. */
  override get isAuthenticated(): true {
    return true
  }
  get isAnonymous(): false {
    return false
  }
  /** The encoded hash (`pbkdf2_sha256$…`). */
  get password(): string {
    return this.#password
  }
  get lastLogin(): Date | null {
    return this.#lastLogin === null ? null : new Date(this.#lastLogin)
  }
  get dateJoined(): Date {
    return new Date(this.#dateJoined)
  }
  getUsername(): string {
    return this.username
  }
  /** First and last name with a space between, trimmed. */
  getFullName(): string {
    return `${this.firstName} ${this.lastName}`.trim()
  }
  getShortName(): string {
    return this.firstName
  }
  override toString(): string {
    return this.username
  }
  /** Who asks for getters sees that there are some, and not what they give. @internal */
  [inspect.custom](depth: number, options: InspectOptions, show: typeof inspect): unknown {
    const { getters = false } = options
    return getters === false ? this : show(this, { ...options, depth, getters: false })
  }
}

/** Nobody in particular: who a request without a login comes from. */
export class AnonymousUser extends Visitor {
  readonly id = null
  readonly username = ''
  readonly isActive = false
  readonly isStaff = false
  readonly isSuperuser = false

  override get isAuthenticated(): false {
    return false
  }
  get isAnonymous(): true {
    return true
  }
  /** None: who is nobody is in no group. */
  override async getGroupPermissions(_object?: unknown): Promise<ReadonlySet<string>> {
    return new Set()
  }
  getUsername(): string {
    return ''
  }
  override toString(): string {
    return 'AnonymousUser'
  }
}
