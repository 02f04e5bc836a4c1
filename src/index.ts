/** `postern`: everything that is the same on every framework and with every store. */

export type { AuditOptions } from './audit/audit-settings.ts'
export type { EventFilter, EventStore, StoredEvent } from './audit/event-store.ts'
export type { AuthContext } from './auth/auth-context.ts'
export { AuthRequest } from './auth/auth-request.ts'
export { authenticate, backendOf } from './auth/authenticate.ts'
export { type Backend, BaseBackend, type Credentials, REMOTE_USER, type WithPermOptions } from './auth/backend.ts'
export type { NewAccount } from './auth/create-user.ts'
export { EmailBackend } from './auth/email-backend.ts'
export { type Explanation, explain } from './auth/explain.ts'
export type { ExplanationReason } from './auth/explanation-words.ts'
export { isFresh, type RequireFreshOptions, reauthenticated, requireFresh } from './auth/fresh.ts'
export { getUser } from './auth/get-user.ts'
export type { Groups } from './auth/groups.ts'
export {
  type LoggedInRequest,
  type LoginRequiredOptions,
  loginNotRequired,
  loginRequired,
  type PermissionRequiredOptions,
  permissionRequired,
  type RequiredPermissions,
  redirectToLogin,
  userPassesTest,
} from './auth/guards.ts'
export { login } from './auth/login.ts'
export { type LogoutOptions, type LogoutScope, logout } from './auth/logout.ts'
export type { LogoutMail } from './auth/logout-mail.ts'
export { messages } from './auth/messages.ts'
export { AllowAllUsersModelBackend, type BackendContext, ModelBackend } from './auth/model-backend.ts'
export { path } from './auth/path.ts'
export type { Permissions, WithPermChoice } from './auth/permissions.ts'
export type { AppPerms, Perms } from './auth/perms.ts'
export { type LoginRefusal, noteRefusal } from './auth/refusals.ts'
export { AllowAllUsersRemoteUserBackend, RemoteUserBackend } from './auth/remote-user-backend.ts'
export type { RequestLike } from './auth/request-like.ts'
export { type PasswordChange, setPassword } from './auth/set-password.ts'
export {
  type GetSignedCookieOptions,
  getSignedCookie,
  type SetSignedCookieOptions,
  setSignedCookie,
} from './auth/signed-cookies.ts'
export type { TemplateContext, TemplateEngine } from './auth/template-engine.ts'
export { translate } from './auth/translate.ts'
export { updateSessionAuthHash } from './auth/update-session-auth-hash.ts'
export { json, page, type Redirect, redirect, reverse, text, type View, type ViewAnswer } from './auth/view.ts'
export type { CheckId, CheckLevel, CheckMessage } from './checks/check-message.ts'
export type { DjangoComparison, DjangoSeen } from './checks/django-checks.ts'
export type { CheckOptions } from './checks/run-checks.ts'
export type { Cleared } from './clear-expired.ts'
export type { Database, MigrateOptions } from './database.ts'
export type { DatabaseFacts, MigrationFacts, SessionFacts, TableFacts, UserTableFacts } from './database-facts.ts'
export type { Json } from './django/session-payload.ts'
export {
  BadSignature,
  ConfigurationError,
  GroupExists,
  NoReverseMatch,
  NotFound,
  Overloaded,
  PermissionDenied,
  PosternError,
  type PosternErrorCode,
  RequestError,
  SessionClosed,
  SessionInterrupted,
  SessionTooLarge,
  SignatureExpired,
  StoreUnavailable,
  TemplateError,
  TooManyAttempts,
  UserExists,
} from './errors.ts'
export { EVENT_NAMES, type EventName, type EventRecord, type EventUser, on, type PosternEvents } from './events.ts'
export type { AttemptStore, Taking } from './guessing/attempt-store.ts'
export type { Limit } from './guessing/bucket.ts'
export type { LoginLimitOptions } from './guessing/limit-settings.ts'
export type { HandleOptions } from './handle-request.ts'
export type { Answer, HeaderPair, HeaderRule } from './kernel/answer.ts'
export type { CookieAttributes } from './kernel/cookies.ts'
export { html, markSafe, SafeHtml } from './kernel/html.ts'
export type { FormFields, IncomingRequest } from './kernel/incoming-request.ts'
export type { MailMessage, SendMail } from './kernel/mail.ts'
export { urlHasAllowedHostAndScheme } from './kernel/redirects.ts'
export { dumps, loads, Signer, TimestampSigner } from './kernel/signing.ts'
export { type Catalog, countedSentence, inLanguage, sentence, type Text } from './kernel/text.ts'
export { include, type UrlParams, type UrlPattern } from './kernel/urls.ts'
export { type LevelTags, Message } from './messages/message.ts'
export { MessageStorage } from './messages/message-storage.ts'
export type {
  BackendFactory,
  CsrfOptions,
  MessageOptions,
  PermissionDeclaration,
  PosternOptions,
  RegistrationOptions,
  SessionOptions,
} from './options.ts'
export { HashQueue, type HashQueueOptions } from './passwords/hash-queue.ts'
export type { Hasher, HashSummary } from './passwords/hasher.ts'
export { type Argon2Cost, type Argon2Hash, Argon2Hasher } from './passwords/hashers/argon2.ts'
export { type BcryptHash, BcryptHasher } from './passwords/hashers/bcrypt.ts'
export { BcryptSha256Hasher } from './passwords/hashers/bcrypt-sha256.ts'
export { type Md5Hash, Md5Hasher } from './passwords/hashers/md5.ts'
export { type Pbkdf2Hash, Pbkdf2Hasher } from './passwords/hashers/pbkdf2.ts'
export { Pbkdf2Sha1Hasher } from './passwords/hashers/pbkdf2-sha1.ts'
export { type ScryptCost, type ScryptHash, ScryptHasher } from './passwords/hashers/scrypt.ts'
export { type CheckPasswordOptions, checkPassword, makePassword } from './passwords/make-password.ts'
export { defaultPasswordValidators, PasswordPolicy } from './passwords/password-policy.ts'
export type { PasswordProblem, PasswordValidator } from './passwords/password-validator.ts'
export { isPasswordUsable, type MakePasswordOptions, type PasswordCheck, Passwords } from './passwords/passwords.ts'
export { type BreachedPasswordOptions, BreachedPasswordValidator } from './passwords/validators/breached-password.ts'
export { type CommonPasswordOptions, CommonPasswordValidator } from './passwords/validators/common-password.ts'
export { MinimumLengthValidator } from './passwords/validators/minimum-length.ts'
export { NumericPasswordValidator } from './passwords/validators/numeric-password.ts'
export {
  type UserAttributeSimilarityOptions,
  UserAttributeSimilarityValidator,
} from './passwords/validators/user-attribute-similarity.ts'
export { createPostern, type LogoutUserOptions, Postern } from './postern.ts'
export { Session } from './sessions/session.ts'
export type {
  SessionClient,
  SessionEngine,
  SessionInfo,
  SessionRecord,
  SessionSite,
  SessionStore,
  StoredSession,
  StoreWarning,
  UnlistedSession,
} from './sessions/session-store.ts'
export { type NewToken, type OneUseToken, OneUseTokens, type TokenPurpose } from './tokens/one-use-tokens.ts'
export { PasswordResetTokenGenerator, type ResetTokenOptions, type TokenUser } from './tokens/reset-token.ts'
export type { TokenStore, UsedToken } from './tokens/token-store.ts'
export type { Account, AccountStore } from './users/account-store.ts'
export { isEmail, normalizeEmail, sameEmail } from './users/email.ts'
export type {
  Changed,
  Group,
  ListChange,
  Permission,
  PermissionHolders,
  PermissionStore,
  UserPermissions,
} from './users/permission-store.ts'
export { AnonymousUser, User, type UserFields } from './users/user.ts'
export type { NewUser, UserChanges, UserListing, UserStore } from './users/user-store.ts'
export {
  isAsciiUsername,
  isUnicodeUsername,
  normalizeUsername,
  type UsernameProblem,
  usernameProblem,
} from './users/username.ts'
export type { PermissionSource, Visitor } from './users/visitor.ts'
export { AccessView, LoginRequiredView, PermissionRequiredView, UserPassesTestView } from './views/access-views.ts'
export { authUrls } from './views/auth-urls.ts'
export { ClassView } from './views/class-view.ts'
export { ConfirmAgainView, type ConfirmAgainViewOptions } from './views/confirm-again-view.ts'
export { ConfirmEmailView, type ConfirmEmailViewOptions } from './views/confirm-email-view.ts'
export { csrfExempt, ensureCsrfCookie } from './views/csrf-views.ts'
export { FormView } from './views/form-view.ts'
export { AuthenticationForm } from './views/forms/authentication-form.ts'
export { BaseForm, type ErrorMessage, NON_FIELD_ERRORS } from './views/forms/base-form.ts'
export type { FieldDeclaration, FieldDeclarations, FormError } from './views/forms/fields.ts'
export type { Form, FormField } from './views/forms/form.ts'
export { PasswordChangeForm } from './views/forms/password-change-form.ts'
export { PasswordResetForm, type PasswordResetMails } from './views/forms/password-reset-form.ts'
export { ReauthenticationForm } from './views/forms/reauthentication-form.ts'
export { SetPasswordForm } from './views/forms/set-password-form.ts'
export { UserCreationForm } from './views/forms/user-creation-form.ts'
export { type AuthenticationFormType, LoginView, type LoginViewOptions } from './views/login-view.ts'
export { logoutThenLogin } from './views/logout-then-login.ts'
export { LogoutView, type LogoutViewOptions } from './views/logout-view.ts'
export { neverCache } from './views/never-cache.ts'
export {
  PasswordChangeDoneView,
  type PasswordChangeFormType,
  PasswordChangeView,
  type PasswordChangeViewOptions,
} from './views/password-change-view.ts'
export {
  PasswordResetCompleteView,
  PasswordResetConfirmView,
  type PasswordResetConfirmViewOptions,
  type SetPasswordFormType,
} from './views/password-reset-confirm-view.ts'
export {
  PasswordResetDoneView,
  type PasswordResetFormType,
  PasswordResetView,
  type PasswordResetViewOptions,
} from './views/password-reset-view.ts'
export { ReauthenticateView, type ReauthenticateViewOptions } from './views/reauthenticate-view.ts'
export { RedirectUrlView } from './views/redirect-url-view.ts'
export {
  RegisterDoneView,
  RegisterView,
  type RegisterViewOptions,
  type UserCreationFormType,
} from './views/register-view.ts'
export { registrationUrls } from './views/registration-urls.ts'
export { render, type TemplateValues } from './views/render.ts'
export { requireHttpMethods, requirePost } from './views/require-methods.ts'
export { TemplateView, type TemplateViewOptions } from './views/template-view.ts'
