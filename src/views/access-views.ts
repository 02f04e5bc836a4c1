/**
 * Class views that not everybody may see. Mirrors django/contrib/auth/mixins.py (5.2) as base classes: the anonymous are
 * sent to the login page, those who are logged in and may not are told so (403).
 */
import { askToLogIn } from '../auth/guards.ts'
import { TRAITS, type ViewAnswer, type ViewTraits } from '../auth/view.ts'
import { PermissionDenied } from '../errors.ts'
import type { User } from '../users/user.ts'
import { ClassView } from './class-view.ts'

/** Django's `AccessMixin`. */
export abstract class AccessView<U extends User = User> extends ClassView<U> {
  /** A URL name, a path or a URL; `null` for the setting. */
  loginUrl: string | null = null
  redirectFieldName: string | null = 'next'
  /** Refuses the anonymous too instead of sending them to the login page. */
  raiseException = false
  permissionDeniedMessage = ''

  /** @internal */
  override [TRAITS](): ViewTraits {
    const loginUrl: unknown = Object.getOwnPropertyDescriptor(this, 'loginUrl')?.value
    return { guard: 'test', leadsTo: typeof loginUrl === 'string' ? { loginUrl } : {} }
  }

  /** Whether the visitor may see the view. */
  abstract hasAccess(): boolean | Promise<boolean>

  override async dispatch(): Promise<ViewAnswer> {
    return (await this.hasAccess()) ? super.dispatch() : this.handleNoPermission()
  }

  /** @throws {PermissionDenied} for somebody who is logged in */
  handleNoPermission(): ViewAnswer | Promise<ViewAnswer> {
    if (this.raiseException || this.request.user.isAuthenticated) {
      throw new PermissionDenied(this.permissionDeniedMessage || undefined)
    }
    const { loginUrl, redirectFieldName } = this
    return askToLogIn(this.request, { redirectFieldName, ...(loginUrl === null ? {} : { loginUrl }) })
  }
}

/** Only for the logged in (Django's `LoginRequiredMixin`). */
export abstract class LoginRequiredView<U extends User = User> extends AccessView<U> {
  /** @internal */
  override [TRAITS](): ViewTraits {
    return { ...super[TRAITS](), guard: 'login' }
  }
  hasAccess(): boolean {
    return this.request.user.isAuthenticated
  }
}

/** Only for those who pass `testFunc` (Django's `UserPassesTestMixin`). */
export abstract class UserPassesTestView<U extends User = User> extends AccessView<U> {
  abstract testFunc(): boolean | Promise<boolean>

  hasAccess(): boolean | Promise<boolean> {
    return this.testFunc()
  }
}
