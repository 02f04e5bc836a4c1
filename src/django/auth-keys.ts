/**
 * The names that Django and Postern use inside a session, and the dotted path of the usual backend. They are in
 * databases all over the world: never change them (django/contrib/auth/__init__.py, 5.2).
 */

/** The user's id, as text. */
export const SESSION_USER_ID = '_auth_user_id'
/** The dotted path of the backend that vouched for the user. */
export const SESSION_BACKEND = '_auth_user_backend'
/** The HMAC of the user's password field, so that a changed password ends the session. */
export const SESSION_HASH = '_auth_user_hash'
/** A session's own age in seconds, or its end as an ISO date. */
export const SESSION_EXPIRY = '_session_expiry'
/** Postern's own: when the login was, in seconds since 1970; it carries the absolute age through Django. */
export const SESSION_STARTED = '_postern_started'
/** Postern's own, in signed cookies alone: the user's epoch at the login; a logout raises that of the user, and the session is dead. */
export const SESSION_EPOCH = '_postern_epoch'
/** Postern's own, in signed cookies alone: the public id of the session. */
export const SESSION_ID = '_postern_id'
/** The backend that both sides have. */
export const MODEL_BACKEND = 'django.contrib.auth.backends.ModelBackend'
/** Django's other backends. */
export const ALLOW_ALL_BACKEND = 'django.contrib.auth.backends.AllowAllUsersModelBackend'
export const REMOTE_USER_BACKEND = 'django.contrib.auth.backends.RemoteUserBackend'
export const ALLOW_ALL_REMOTE_USER_BACKEND = 'django.contrib.auth.backends.AllowAllUsersRemoteUserBackend'
/** Postern's own: when the user has last shown their password again, in seconds since 1970. */
export const SESSION_FRESH = '_postern_fresh'
