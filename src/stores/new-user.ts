/** What a new user has when nothing else is said. Mirrors the defaults of django/contrib/auth/models.py `AbstractUser` (5.2). */
import type { UserFields } from '../users/user.ts'
import type { NewUser } from '../users/user-store.ts'

/** @param now milliseconds since 1970 */
export function withDefaults(user: NewUser, now: number): Omit<UserFields, 'id'> {
  return {
    username: user.username,
    password: user.password,
    email: user.email ?? '',
    firstName: user.firstName ?? '',
    lastName: user.lastName ?? '',
    isActive: user.isActive ?? true,
    isStaff: user.isStaff ?? false,
    isSuperuser: user.isSuperuser ?? false,
    lastLogin: user.lastLogin ?? null,
    dateJoined: user.dateJoined ?? now,
  }
}
