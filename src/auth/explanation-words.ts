/** The sentences of `explain`, for developers: what is the case, and what to do about it. */

/** Why somebody is signed in or is not. */
export type ExplanationReason =
  | 'signed_in'
  /** This very request has logged them out. */
  | 'signed_out'
  | 'no_cookie'
  | 'malformed_cookie'
  /** Ended, of another database, or expired and cleared away. */
  | 'unknown_session'
  | 'expired'
  | 'absolute_age'
  /** Signed with another secret key. */
  | 'unreadable_session'
  | 'no_user_in_session'
  | 'unknown_backend'
  | 'hash_changed'
  | 'user_inactive'
  | 'user_gone'
  /** The backend does not let them in, whatever its reason. */
  | 'user_refused'
  | 'store_unavailable'

interface Words {
  readonly message: string
  readonly cure?: string
}

type Details = Readonly<Record<string, string | number>>

export const WORDS: Readonly<Record<ExplanationReason, (details: Details) => Words>> = {
  signed_in: ({ userId, username }) => ({ message: `${username} (user ${userId}) is signed in.` }),
  signed_out: () => ({ message: 'This request has logged the visitor out.' }),
  no_cookie: ({ cookieName, cookies, trouble }) => ({
    message: `The request has no cookie '${cookieName}'${cookies === undefined ? '' : `, only ${cookies}`}.${trouble === undefined ? '' : ` ${trouble}`}`,
    cure: "Log in first. A page's fetch needs credentials: 'include' for another origin; another program has to keep the cookies that the login sets and send them back.",
  }),
  malformed_cookie: ({ cookieName, length }) => ({
    message: `The cookie '${cookieName}' holds ${length} characters that cannot be a session key (8 to 40 of a-z and 0-9), so no store was asked.`,
    cure: `Send the cookie as the login set it. If another program sets a cookie of this name, give session.cookieName another one.`,
  }),
  unknown_session: ({ cookieName }) => ({
    message: `The cookie '${cookieName}' names no session: it was ended (a logout, a new login, an administrator) or has expired, or it is of another database.`,
    cure: "Log in again. If this happens at every restart, the database is in memory: take sqlite('app.db'). With several processes, give all of them one database.",
  }),
  expired: ({ userId, expiredAt, cookieAge }) => ({
    message: `The session${of(userId)} expired at ${expiredAt}, not having been used for as long as session.cookieAge says (${cookieAge} s), or for its own age.`,
    cure: 'Log in again; session.cookieAge makes sessions last longer.',
  }),
  absolute_age: ({ userId, startedAt, absoluteAge }) => ({
    message: `The session${of(userId)} is older than session.absoluteAge allows (${absoluteAge} s after the login${startedAt === undefined ? '' : ` at ${startedAt}`}), used or not.`,
    cure: 'Log in again; session.absoluteAge sets that age, Infinity for none.',
  }),
  unreadable_session: () => ({
    message: 'There is a session, but it was signed with another secret key, or something else wrote it.',
    cure: 'Use one secretKey for all processes and restarts (without the setting, development makes up a new one at each start), and name an old one in secretKeyFallbacks.',
  }),
  no_user_in_session: () => ({
    message: 'There is a session, and nobody has logged in with it.',
    cure: 'await login(request, user) puts a user into it; authenticate() alone logs nobody in.',
  }),
  unknown_backend: ({ backend, backends }) => ({
    message: `The login was made by the backend '${backend}', which is not set up here. There are: ${backends}.`,
    cure: 'Name that backend in backends, or log in again.',
  }),
  hash_changed: ({ userId }) => ({
    message: `The password of user ${userId} was changed after this login, or the secret key was; the session was ended.`,
    cure: 'Log in again. Where users change their own password, call updateSessionAuthHash(request, user); a new secretKey needs the old one in secretKeyFallbacks.',
  }),
  user_inactive: ({ userId, username }) => ({
    message: `${username} (user ${userId}) is inactive; the session was ended.`,
    cure: 'Set isActive, and have the user log in again.',
  }),
  user_gone: ({ userId }) => ({
    message: `There is no user ${userId} any more; the session was ended.`,
    cure: 'If there should be, look whether this is the right database.',
  }),
  user_refused: ({ userId, backend }) => ({
    message: `The backend '${backend}' does not let user ${userId} in any more; the session was ended.`,
    cure: 'Look whether the user is there and active, and at what getUser() of the backend says.',
  }),
  store_unavailable: ({ error }) => ({
    message: `Nobody knows: the store did not say (${error}).`,
    cure: 'See the cause in the log, and whether the database is reachable, not locked and migrated.',
  }),
}

function of(userId: string | number | undefined): string {
  return userId === undefined || userId === '' ? '' : ` of user ${userId}`
}
