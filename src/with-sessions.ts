/** Sessions that are kept elsewhere than the users: the database with the setting `sessions` in it. */
import type { Database } from './database.ts'
import type { PosternOptions } from './options.ts'
import type { User } from './users/user.ts'

/** The settings, their database with the sessions that count. */
export function withSessions<U extends User>(options: PosternOptions<U>): PosternOptions<U> {
  const { sessions } = options
  const database = options.database as Database<U> | undefined
  // What is no database is refused as it is.
  if (sessions === undefined || database === undefined) return options
  const { users, permissions, accounts, tokens, events, attempts } = database
  const inspect = database.inspect?.bind(database)
  const hashSessionKeys = database.hashSessionKeys?.bind(database)
  const joined: Database<U> = {
    sessions,
    users,
    permissions,
    accounts,
    tokens,
    events,
    attempts,
    volatile: database.volatile === true || sessions.volatile === true,
    migrate: (given) => database.migrate(given),
    ...(inspect === undefined ? {} : { inspect }),
    ...(hashSessionKeys === undefined ? {} : { hashSessionKeys }),
    close: async () => {
      await Promise.all([database.close(), sessions.close?.()])
    },
  }
  return { ...options, database: joined }
}
