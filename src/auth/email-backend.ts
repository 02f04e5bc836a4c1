/**
 * E-mail address and password against the store of users. An address counts in any case, as in Django's password reset, and one
 * that two accounts have is nobody's. Costs what `ModelBackend` costs, whoever is or is not found.
 */
import type { User } from '../users/user.ts'
import type { Credentials } from './backend.ts'
import { ModelBackend } from './model-backend.ts'

/**
 * Takes `email`, or what the login form has in `username`.
 * @example createPostern({ backends: [(context) => new ModelBackend(context), (context) => new EmailBackend(context)], … })
 */
export class EmailBackend<U extends User = User> extends ModelBackend<U> {
  override readonly path: string = 'postern.EmailBackend'

  protected override findUser({ email, username }: Credentials): Promise<U | null> | null {
    const address = email ?? username
    return typeof address === 'string' ? this.#byAddress(address) : null
  }

  async #byAddress(address: string): Promise<U | null> {
    const [user, ...others] = await this.context.users.findByEmail(address)
    return user === undefined || others.length > 0 ? null : user
  }
}
