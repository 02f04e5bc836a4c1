/**
 * What only the database and the hashers can tell: whether the tables are there, what the users are like, and whether
 * their passwords can be checked. Mirrors `check_user_model` (django/contrib/auth/checks.py, 5.2) on users instead of a class.
 */
import { ConfigurationError } from '../errors.ts'
import { isPasswordUsable, type Passwords } from '../passwords/passwords.ts'
import type { SessionSpace } from '../sessions/session.ts'
import { newSessionKey } from '../sessions/session-key.ts'
import type { User } from '../users/user.ts'
import type { UserStore } from '../users/user-store.ts'
import { type CheckMessage, checkMessage } from './check-message.ts'
import { weakHash } from './weak-hash.ts'

/** Users that are looked at; what is wrong with one is mostly wrong with all. */
const SAMPLE = 100

export interface CheckedStores {
  readonly sessions: SessionSpace
  readonly users: UserStore
  readonly passwords: Passwords
}

export async function databaseChecks(stores: CheckedStores): Promise<readonly CheckMessage[]> {
  const sample = await reach(stores)
  return [
    ...(Array.isArray(sample) ? userChecks(sample, stores.passwords) : [sample as CheckMessage]),
    ...(await hasherChecks(stores.passwords)),
  ]
}

/** Some users, or what is wrong with the database. */
async function reach({ sessions, users }: CheckedStores): Promise<readonly User[] | CheckMessage> {
  try {
    await sessions.store.exists(sessions.storedKey(newSessionKey()), sessions.now())
    return await users.list({ limit: SAMPLE })
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return error instanceof ConfigurationError
      ? checkMessage(
          'postern.E003',
          `The database cannot be used: ${said}`,
          'Do as it says; `npx postern migrate` makes tables.',
        )
      : checkMessage(
          'postern.E003',
          `The database does not answer: ${said}`,
          'See whether the database is there, reachable and not locked.',
        )
  }
}

function* userChecks(users: readonly User[], passwords: Passwords): Generator<CheckMessage> {
  const [user] = users
  if (user !== undefined) yield* userModelChecks(user)
  const names = users.map(({ username }) => username)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) {
    yield checkMessage(
      'postern.E604',
      `Two users have the username '${twice}': which of them logs in is left to chance.`,
      'Make the username unique in the table, and rename one of them.',
    )
  }
  const known = passwords.algorithms
  const unknown = new Set<string>()
  for (const { password } of users) {
    if (!isPasswordUsable(password) || passwords.identify(password) !== null) continue
    unknown.add((password.split('$')[0] as string).slice(0, 30))
  }
  if (unknown.size > 0) {
    yield checkMessage(
      'postern.W605',
      `There are users with password hashes that none of the hashers reads (${[...unknown].join(', ')}): they cannot log in.`,
      `Add the hasher to passwordHashers, behind the preferred one. There are: ${known.join(', ')}.`,
    )
  }
}

/** A store of an application's own may hand out objects that are users by half. */
function* userModelChecks(user: User): Generator<CheckMessage> {
  for (const [name, right] of [
    ['isAuthenticated', true],
    ['isAnonymous', false],
  ] as const) {
    if (user[name] === right) continue
    const what = typeof user[name] === 'function' ? 'a method' : JSON.stringify(user[name])
    yield checkMessage(
      'postern.E601',
      `${name} of a user is ${what} and has to be ${right}: guards and pages take the wrong people for logged in.`,
      `Let the store of users give objects of a class that extends User, or give them ${name}: ${right}.`,
    )
  }
  if (user.password !== '' && JSON.stringify(user).includes(user.password)) {
    yield checkMessage(
      'postern.E602',
      'The password hash of a user is in what JSON.stringify(user) gives: an API that answers with a user hands it out.',
      'Let the store of users give objects of a class that extends User, which keeps it out.',
    )
  }
}

async function hasherChecks(passwords: Passwords): Promise<readonly CheckMessage[]> {
  let encoded: string
  try {
    encoded = await passwords.make(newSessionKey())
  } catch (error) {
    return [
      checkMessage(
        'postern.E603',
        `The preferred hasher, ${passwords.algorithms[0]}, makes no hash: ${error instanceof Error ? error.message : String(error)}`,
        'Install what it needs, or put another hasher first in passwordHashers.',
      ),
    ]
  }
  const weakness = weakHash(encoded)
  if (weakness === null) return []
  return [
    checkMessage(
      'postern.W606',
      `New password hashes are cheap to guess: ${weakness}`,
      'Leave passwordHashers out, or put a hasher with its usual cost first; the old hashes are brought up to date at the next login.',
    ),
  ]
}
