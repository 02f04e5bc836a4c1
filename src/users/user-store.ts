/**
 * Where users are kept: Django's `auth_user`, another table, or whatever an application has. Every store of
 * users runs the contract suite in `postern/testing`.
 *
 * Mirrors django/contrib/auth/models.py `UserManager` (5.2).
 */
import type { User, UserFields } from './user.ts'

type MaybePromise<T> = T | Promise<T>

/** What a new user is made of; what is left out gets Django's default. `password` is an encoded hash. */
export type NewUser = Pick<UserFields, 'username' | 'password'> & Partial<Omit<UserFields, 'id'>>

/** What may be changed of a user. */
export type UserChanges = Partial<Omit<UserFields, 'id'>>

/** Which users `list` gives. */
export interface UserListing {
  /** What their username, address, first or last name has in it, ASCII letters in any case. @default all users */
  readonly search?: string | undefined
  /** Goes on behind the user of this username. @default from the beginning */
  readonly after?: string | undefined
  /** How many at most, a whole number from 1 on. */
  readonly limit: number
}

/** A store of users. Every method may throw `StoreUnavailable`. */
export interface UserStore<U extends User = User> {
  /** The user with this id, as text (Django keeps it so in the session); null for an id that is none. */
  findById(id: string): MaybePromise<U | null>
  /** By the exact username. */
  findByUsername(username: string): MaybePromise<U | null>
  /** Whether somebody has this username, compared without regard to case (Django's `iexact`). */
  hasUsername(username: string): MaybePromise<boolean>
  /** All users with this address, compared without regard to case. */
  findByEmail(email: string): MaybePromise<readonly U[]>
  /** Users in the order of their usernames; fewer than `limit` when there are no more. */
  list(listing: UserListing): MaybePromise<readonly U[]>
  /** @throws {UserExists} when the username is taken */
  create(user: NewUser): MaybePromise<U>
  /** Writes these fields alone. @returns false when there is no such user */
  update(id: string, changes: UserChanges): MaybePromise<boolean>
  /**
   * Replaces the password hash only while it is still `from`: a rehash at login must not undo a password
   * change that happened in between. @returns false when it was not
   */
  replacePassword(id: string, from: string, to: string): MaybePromise<boolean>
}
