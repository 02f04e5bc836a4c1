/** `postern`: everything that is the same on every framework and with every store. */

export type { AuthContext } from './auth/auth-context.ts'
export { AuthRequest } from './auth/auth-request.ts'
export { authenticate, backendOf } from './auth/authenticate.ts'
export type { Backend, Credentials } from './auth/backend.ts'
export type { NewAccount } from './auth/create-user.ts'
export { type Explanation, explain } from './auth/explain.ts'
export type { ExplanationReason } from './auth/explanation-words.ts'
export { getUser } from './auth/get-user.ts'
export {
  type LoggedInRequest,
  type LoginRequiredOptions,
  loginRequired,
  redirectToLogin,
  userPassesTest,
} from './auth/guards.ts'
export { login } from './auth/login.ts'
export { logout } from './auth/logout.ts'
export { messages } from './auth/messages.ts'
export { ModelBackend } from './auth/model-backend.ts'
export { path } from './auth/path.ts'
export type { RequestLike } from './auth/request-like.ts'
export type { TemplateContext, TemplateEngine } from './auth/template-engine.ts'
export { updateSessionAuthHash } from './auth/update-session-auth-hash.ts'
export { json, page, type Redirect, redirect, reverse, text, type View, type ViewAnswer } from './auth/view.ts'
export type { CheckId, CheckLevel, CheckMessage } from './checks/check-message.ts'
export type { CheckOptions } from './checks/run-checks.ts'
export type { Database } from './database.ts'
export type { Json } from './django/session-payload.ts'
export {
  BadSignature,
  ConfigurationError,
  NoReverseMatch,
  Overloaded,
  PermissionDenied,
  PosternError,
  type PosternErrorCode,
  RequestError,
  SessionClosed,
  SessionInterrupted,
  SignatureExpired,
  StoreUnavailable,
  TemplateError,
  UserExists,
} from './errors.ts'
export { type EventName, type EventUser, on, type PosternEvents } from './events.ts'
export type { HandleOptions } from './handle-request.ts'
export type { Answer, HeaderPair, HeaderRule } from './kernel/answer.ts'
export { html, markSafe, SafeHtml } from './kernel/html.ts'
export type { FormFields, IncomingRequest } from './kernel/incoming-request.ts'
export { urlHasAllowedHostAndScheme } from './kernel/redirects.ts'
export { dumps, loads, Signer, TimestampSigner } from './kernel/signing.ts'
export { include, type UrlParams, type UrlPattern } from './kernel/urls.ts'
export { type LevelTags, Message } from './messages/message.ts'
export { MessageStorage } from './messages/message-storage.ts'
export type { BackendFactory, CsrfOptions, MessageOptions, PosternOptions, SessionOptions } from './options.ts'
export { HashQueue, type HashQueueOptions } from './passwords/hash-queue.ts'
export type { Hasher } from './passwords/hasher.ts'
export { isPasswordUsable } from './passwords/passwords.ts'
export { Pbkdf2Hasher } from './passwords/pbkdf2.ts'
export { createPostern, Postern } from './postern.ts'
export { Session } from './sessions/session.ts'
export type {
  SessionClient,
  SessionInfo,
  SessionRecord,
  SessionStore,
  StoredSession,
} from './sessions/session-store.ts'
export { AnonymousUser, User, type UserFields } from './users/user.ts'
export type { NewUser, UserChanges, UserListing, UserStore } from './users/user-store.ts'
export { AccessView, LoginRequiredView, UserPassesTestView } from './views/access-views.ts'
export { authUrls } from './views/auth-urls.ts'
export { AuthenticationForm } from './views/authentication-form.ts'
export { ClassView } from './views/class-view.ts'
export { csrfExempt, ensureCsrfCookie } from './views/csrf-views.ts'
export type { Form, FormField } from './views/form.ts'
export { LoginView, type LoginViewOptions } from './views/login-view.ts'
export { logoutThenLogin } from './views/logout-then-login.ts'
export { LogoutView, type LogoutViewOptions } from './views/logout-view.ts'
export { neverCache } from './views/never-cache.ts'
export { RedirectUrlView } from './views/redirect-url-view.ts'
export { render, type TemplateValues } from './views/render.ts'
export { requireHttpMethods, requirePost } from './views/require-methods.ts'
