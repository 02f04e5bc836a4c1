/** Finding accounts for the commands. */
import type { Postern } from '../postern.ts'
import type { User } from '../users/user.ts'
import { CommandError } from './command.ts'

/** Users that are read at once where all are gone through. */
const PAGE = 200

/** @throws {CommandError} in Django's words when there is none */
export async function userNamed(auth: Postern, username: string): Promise<User> {
  const user = await auth.users.findByUsername(username)
  if (user === null) throw new CommandError(`user '${username}' does not exist`)
  return user
}

/** Every user, page by page. */
export async function* allUsers(auth: Postern): AsyncGenerator<User> {
  let after: string | undefined
  for (;;) {
    const page = await auth.users.list({ after, limit: PAGE })
    yield* page
    after = page.at(-1)?.username
    if (page.length < PAGE) return
  }
}
