/** What a framework's own guard by permission answers. */
import type { AuthRequest } from '../auth/auth-request.ts'
import { type PermissionRequiredOptions, refuseUnpermitted } from '../auth/guards.ts'
import { PermissionDenied } from '../errors.ts'
import type { Answer } from '../kernel/answer.ts'
import type { Postern } from '../postern.ts'
import type { User } from '../users/user.ts'

/** @returns null for who may go on @throws {StoreUnavailable} when the store does not say who may: nobody goes on */
export async function permissionRefusal<U extends User>(
  postern: Postern<U>,
  request: AuthRequest<U>,
  permissions: readonly string[],
  options: PermissionRequiredOptions,
): Promise<Answer | null> {
  try {
    return await refuseUnpermitted(request, permissions, options)
  } catch (error) {
    const refusal = error instanceof PermissionDenied ? postern.refuse(request, error) : undefined
    if (refusal === undefined) throw error
    return refusal
  }
}
