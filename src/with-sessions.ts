/** Sessions that are kept elsewhere than the users: the database with the setting `sessions` in it. */
import type { Database } from './database.ts'
import type { PosternOptions } from './options.ts'
import type { SessionEngine, SessionSite, SessionStore } from './sessions/session-store.ts'
import type { User } from './users/user.ts'

/** What sessions are told of the site besides its users. */
type Site = Omit<SessionSite, 'users' | 'accounts'>

/** The settings, their database with the sessions that count. */
export function withSessions<U extends User>(options: PosternOptions<U>, site: Site): PosternOptions<U> {
  const { sessions: given, database } = options as Partial<PosternOptions<U>>
  // What is no database is refused as it is.
  if (given === undefined || database === undefined) return options
  const { users, accounts } = database
  const sessions = isEngine(given) ? given.forSite({ ...site, users, accounts }) : given
  return { ...options, sessions, database: joined(database, sessions) }
}

/** A database with other sessions than its own. */
export function joined<U extends User>(database: Database<U>, sessions: SessionStore): Database<U> {
  const { users, permissions, accounts, tokens, events, attempts } = database
  const inspect = database.inspect?.bind(database)
  const hashSessionKeys = database.hashSessionKeys?.bind(database)
  return {
    sessions,
    users,
    permissions,
    accounts,
    tokens,
    events,
    attempts,
    volatile: database.volatile === true || sessions?.volatile === true,
    migrate: (given) => database.migrate(given),
    ...(inspect === undefined ? {} : { inspect }),
    ...(hashSessionKeys === undefined ? {} : { hashSessionKeys }),
    close: async () => {
      await Promise.all([database.close(), sessions.close?.()])
    },
  }
}

/** Also of what an application in plain JavaScript gave, which may be anything. */
function isEngine(sessions: SessionStore | SessionEngine | null): sessions is SessionEngine {
  return typeof (sessions as Partial<SessionEngine> | null)?.forSite === 'function'
}
