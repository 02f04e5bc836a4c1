/**
 * The pages that come ready made, under the names of Django's templates. They are what a view shows when the
 * application has no template of that name.
 */
import type { AuthRequest } from '../../auth/auth-request.ts'
import type { Answer } from '../../kernel/answer.ts'
import type { User } from '../../users/user.ts'
import type { BuiltInPage, PageValues } from './built-in-page.ts'
import { loggedOutPage, loginPage } from './login-pages.ts'
import { PASSWORD_PAGES } from './password-pages.ts'
import { reauthenticatePage } from './reauthenticate-page.ts'
import { REGISTRATION_PAGES } from './registration-pages.ts'

const PAGES: ReadonlyMap<string, BuiltInPage> = new Map<string, BuiltInPage>([
  ['registration/login.html', loginPage],
  ['registration/logged_out.html', loggedOutPage],
  ['registration/reauthenticate.html', reauthenticatePage],
  ...PASSWORD_PAGES,
  ...REGISTRATION_PAGES,
])

/** The names of the pages that there are. */
export const BUILT_IN_PAGES: readonly string[] = [...PAGES.keys()]

/** @param values what a template of that name would see. @returns undefined when there is no such page */
export function builtInPage<U extends User>(
  name: string,
  request: AuthRequest<U>,
  values: PageValues,
  status: number,
): Answer | undefined {
  return PAGES.get(name)?.(request, values, status)
}
