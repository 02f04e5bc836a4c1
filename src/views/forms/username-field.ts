/** What the name of an account is before it is looked up or kept. Mirrors `UsernameField` (django/contrib/auth/forms.py, 5.2). */
import { characterCount } from './fields.ts'

/** The width of Django's column. */
export const USERNAME_MAX_LENGTH = 150

/** NFKC, so that a name typed in another form finds its account; an overlong one is left as it is. */
export function normalizeUsername(stripped: string): string {
  return characterCount(stripped) > USERNAME_MAX_LENGTH ? stripped : stripped.normalize('NFKC')
}
