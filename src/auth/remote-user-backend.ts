/**
 * Users whom the web server in front has vouched for; the setting `remoteUser` says where their names come from. Mirrors
 * `RemoteUserBackend` and `AllowAllUsersRemoteUserBackend` (django/contrib/auth/backends.py, 5.2).
 */
import { ALLOW_ALL_REMOTE_USER_BACKEND, REMOTE_USER_BACKEND } from '../django/auth-keys.ts'
import { UserExists } from '../errors.ts'
import type { User } from '../users/user.ts'
import type { AuthRequest } from './auth-request.ts'
import { type Credentials, REMOTE_USER } from './backend.ts'
import { ModelBackend } from './model-backend.ts'

/** `auth_user.username` has room for as much. */
const LONGEST_NAME = 150
/** No name of anybody; who can put a line break into a header can put a name there, too. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const CONTROL = /[\x00-\x1f\x7f]/

export class RemoteUserBackend<U extends User = User> extends ModelBackend<U> {
  override readonly path: string = REMOTE_USER_BACKEND
  /** Whether a name that nobody has gets an account, without a password. */
  readonly createUnknownUser: boolean = true

  override async authenticate(request: AuthRequest<U> | null, credentials: Credentials): Promise<U | null> {
    const given = credentials[REMOTE_USER]
    if (typeof given !== 'string' || given === '') return null
    const username = this.cleanUsername(given)
    if (username === '' || username.length > LONGEST_NAME || CONTROL.test(username)) return null
    const known = await this.context.users.findByUsername(username)
    if (known === null && !this.createUnknownUser) return null
    const [user, created] = known === null ? await this.#create(username) : [known, false]
    const configured = user === null ? null : await this.configureUser(request, user, created)
    return configured !== null && this.userCanAuthenticate(configured) ? configured : null
  }

  /** The username out of the name that the server gave: without its domain, say. */
  cleanUsername(username: string): string {
    return username
  }

  /**
   * Sets up a user at each login, by other headers of the request, say.
   * @param created the account was made just now
   * @returns the user as the store has it now
   */
  configureUser(_request: AuthRequest<U> | null, user: U, _created: boolean): U | Promise<U> {
    return user
  }

  async #create(username: string): Promise<readonly [user: U | null, created: boolean]> {
    const { users, passwords, sessions } = this.context
    try {
      const password = await passwords.make(null)
      return [await users.create({ username, password, dateJoined: sessions.now() }), true]
    } catch (error) {
      // Another request of the same visitor was faster.
      if (!(error instanceof UserExists)) throw error
      return [await users.findByUsername(username), false]
    }
  }
}

/** Lets the inactive in, too. */
export class AllowAllUsersRemoteUserBackend<U extends User = User> extends RemoteUserBackend<U> {
  override readonly path: string = ALLOW_ALL_REMOTE_USER_BACKEND

  protected override userCanAuthenticate(_user: U): boolean {
    return true
  }
}
