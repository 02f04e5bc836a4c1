/** The setting `registration`: its defaults, and what in it cannot be. */
import type { Registration } from './auth/registration.ts'
import type { PosternOptions } from './options.ts'
import type { User } from './users/user.ts'

/** Fills in the defaults; without the setting they are for a `RegisterView` that an application has mounted itself. */
export function registrationSettings<U extends User>(given: PosternOptions<U>['registration']): Registration {
  const options = given || {}
  const identify = options.identify ?? 'username'
  return {
    identify,
    confirmEmail: options.confirmEmail ?? identify === 'email',
    loginAfter: options.loginAfter ?? false,
    redirectUrl: options.redirectUrl ?? null,
    confirmTimeout: options.confirmTimeout ?? 86_400,
  }
}

/** What would be a hole or an error page for whoever registers. */
export function* registrationProblems<U extends User>(
  { registration, sendMail }: PosternOptions<U>,
  development: boolean,
): Generator<string> {
  if (registration === undefined || registration === false) return
  if (typeof registration !== 'object' || registration === null) {
    yield "registration is false, or an object: registration: { identify: 'email' }, registration: {} for names."
    return
  }
  const { identify, confirmEmail, loginAfter, confirmTimeout } = registrationSettings<U>(registration)
  if (identify !== 'username' && identify !== 'email') {
    yield `registration.identify is '${identify}'; it is 'username' or 'email'.`
  }
  if (identify === 'email' && !confirmEmail) {
    yield "registration.confirmEmail cannot be false with registration.identify 'email': an address that nobody has confirmed may be somebody else's, and a login would tell who has an account. Leave it out."
  }
  if (confirmEmail && loginAfter) {
    yield 'registration.loginAfter and registration.confirmEmail contradict each other: nobody can log in before the address is confirmed. Leave one out.'
  }
  if (confirmEmail && sendMail === undefined && !development) {
    yield "registration sends links by mail, and there is no sendMail. Pass one, for instance sendMail: nodemailer(…) from 'postern/nodemailer'."
  }
  if (!(Number.isInteger(confirmTimeout) && confirmTimeout > 0)) {
    yield `registration.confirmTimeout is ${confirmTimeout}; it is a whole number of seconds above 0.`
  }
}
