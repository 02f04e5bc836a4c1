/** `postern/signed-cookies`: sessions in the visitors' own cookies. */
export { type SignedCookieOptions, signedCookieSessions } from './stores/signed-cookies/signed-cookie-sessions.ts'
