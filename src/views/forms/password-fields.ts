/**
 * Choosing a password by typing it twice. Mirrors `SetPasswordMixin` (django/contrib/auth/forms.py, 5.2) as functions,
 * for every form in which somebody does.
 */
import { sentence, type Text } from '../../kernel/text.ts'
import type { User } from '../../users/user.ts'
import type { BaseForm } from './base-form.ts'
import type { FieldDeclaration, FormError } from './fields.ts'

const PASSWORD_MISMATCH: FormError = {
  code: 'password_mismatch',
  text: sentence('The two password fields didn’t match.'),
}

/** The field for a new password. @param helpTexts what the site's policy says of passwords */
export function newPasswordField(label: Text, helpTexts: readonly Text[]): FieldDeclaration {
  return { type: 'password', label, strip: false, autocomplete: 'new-password', helpText: helpTexts }
}

/** The field in which it is typed once more. */
export function passwordConfirmationField(label: Text): FieldDeclaration {
  const helpText = sentence('Enter the same password as before, for verification.')
  return { type: 'password', label, strip: false, autocomplete: 'new-password', helpText }
}

/**
 * Adds what is wrong with the two fields: that they differ, or what the site's policy has against the password.
 * @param names of the password and of its confirmation, which gets the errors
 * @param owner whose password it is to be, or the fields of an account to come
 */
export async function checkNewPassword<U extends User>(
  form: BaseForm<U>,
  [first, second]: readonly [string, string],
  owner: object,
): Promise<void> {
  const password = form.cleanedData.get(first)
  const confirmation = form.cleanedData.get(second)
  if (confirmation === undefined) return
  if (password !== undefined && password !== confirmation) return form.addError(second, PASSWORD_MISMATCH)
  const problems = await form.request.context.passwordPolicy.validatePassword(confirmation, owner)
  if (problems.length > 0) form.addError(second, ...problems)
}
