/** From the ids that a store of permissions names to the users themselves, who may be kept elsewhere. */
import type { User } from '../users/user.ts'
import type { UserStore } from '../users/user-store.ts'

/** The users with these ids, in this order; one that is gone meanwhile is left out. */
export async function usersById<U extends User>(users: UserStore<U>, ids: readonly string[]): Promise<readonly U[]> {
  const found = await Promise.all(ids.map((id) => users.findById(id)))
  return found.filter((user) => user !== null)
}
