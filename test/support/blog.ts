/** The permissions of a blog, and somebody to give them to: for tests of who may do what. */
import type { Database } from '../../src/database.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import type { Postern } from '../../src/postern.ts'
import type { User } from '../../src/users/user.ts'
import { intercepted } from './intercepted-database.ts'

/** `blog.add_post` to `blog.view_post`, and `blog.publish_post`. */
export const BLOG = {
  models: { 'blog.post': 'post' },
  permissions: [{ app: 'blog', model: 'post', codename: 'publish_post', name: 'Can publish posts' }],
} as const satisfies Partial<PosternOptions>

/** The user as the next request would have it. */
export async function again(auth: Postern, user: User): Promise<User> {
  const found = await auth.users.findById(String(user.id))
  if (found === null) throw new Error(`${user} is gone`)
  return found
}

/** A database whose calls are noted by name; what is in `calls` after `calls.length = 0` is what came since. */
export function counted(database: Database = memory()): { readonly database: Database; readonly calls: string[] } {
  const calls: string[] = []
  const noting = intercepted(database, ({ name, proceed }) => {
    calls.push(name)
    return proceed()
  })
  return { database: noting, calls }
}
