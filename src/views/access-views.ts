/**
 * Class views that not everybody may see. Mirrors django/contrib/auth/mixins.py (5.2) as base classes: the anonymous are
 * sent to the login page, those who are logged in and may not are told so (403).
 */
import { askToLogIn, permissionList, type RequiredPermissions } from '../auth/guards.ts'
import { TRAITS, type View, type ViewAnswer, type ViewTraits } from '../auth/view.ts'
import { ConfigurationError, PermissionDenied } from '../errors.ts'
import type { User } from '../users/user.ts'
import { ClassView, type ClassViewType, classView } from './class-view.ts'

/** Django's `AccessMixin`. */
export abstract class AccessView<U extends User = User> extends ClassView<U> {
  /** A URL name, a path or a URL; `null` for the setting. */
  loginUrl: string | null = null
  redirectFieldName: string | null = 'next'
  /** Refuses the anonymous too instead of sending them to the login page. */
  raiseException = false
  permissionDeniedMessage = ''

  /** The view as a function, for `path()`, with some of its properties set. @throws {TypeError} for an unknown option */
  static override asView<U extends User = User>(
    this: ClassViewType<U, AccessView<U>>,
    options: Readonly<Record<string, unknown>> = {},
  ): View<U> {
    const view = classView<U, AccessView<U>>(this, options)
    const { loginUrl, redirectFieldName } = Object.assign(new this(undefined as never, {}), options)
    return Object.assign(view, { loginUrl: loginUrl ?? undefined, redirectFieldName })
  }

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

  getPermissionDeniedMessage(): string {
    return this.permissionDeniedMessage
  }

  /** @throws {PermissionDenied} for somebody who is logged in */
  handleNoPermission(): ViewAnswer | Promise<ViewAnswer> {
    if (this.raiseException || this.request.user.isAuthenticated) {
      throw new PermissionDenied(this.getPermissionDeniedMessage() || undefined)
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

/** Only for those who have a permission, or all of several (Django's `PermissionRequiredMixin`). */
export abstract class PermissionRequiredView<U extends User = User> extends AccessView<U> {
  /** `app.codename`, or several. */
  permissionRequired: RequiredPermissions | null = null

  /** @throws {ConfigurationError} where the class names none: nobody is let in by mistake */
  getPermissionRequired(): readonly string[] {
    if (this.permissionRequired !== null) return permissionList(this.permissionRequired)
    const { name } = this.constructor
    throw new ConfigurationError(
      `${name} does not say which permission it requires: set permissionRequired, or override getPermissionRequired().`,
    )
  }
  hasPermission(): boolean | Promise<boolean> {
    return this.request.user.hasPerms(this.getPermissionRequired())
  }
  hasAccess(): boolean | Promise<boolean> {
    return this.hasPermission()
  }
}
