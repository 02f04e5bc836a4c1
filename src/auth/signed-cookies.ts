/**
 * Cookies of an application's own whose values nobody can make up.
 * Mirrors `HttpRequest.get_signed_cookie` and `HttpResponse.set_signed_cookie` (django/http/request.py and response.py, 5.2).
 */
import { BadSignature } from '../errors.ts'
import { type CookieAttributes, findCookie, setCookie } from '../kernel/cookies.ts'
import { signCookie, unsignCookie } from '../kernel/signed-cookies.ts'
import { authRequest, type RequestLike } from './request-like.ts'

/** How a signed cookie is read. */
export interface GetSignedCookieOptions<D = never> {
  /** The one with which it was set. @default '' */
  readonly salt?: string
  /** Seconds after which it counts no more. @default any age */
  readonly maxAge?: number
  /** Given instead of an error where the cookie is missing, forged or too old. */
  readonly default?: D
  /** Accepts cookies of Djangos before 5.2.15, whose name and salt were signed as one text. @default true, as in Django 5.2 */
  readonly legacySalt?: boolean
}

/** How a signed cookie is set. Secure is the default outside development. */
export interface SetSignedCookieOptions extends CookieAttributes {
  /** Keeps cookies of one purpose from being used for another of the same name. @default '' */
  readonly salt?: string
}

/**
 * The value of a signed cookie. The answer counts as private from then on.
 * @throws {BadSignature} where it is missing or forged, unless there is a `default`
 * @throws {SignatureExpired} where it is older than `maxAge` seconds, unless there is a `default`
 * @throws {SessionClosed} once the answer has begun
 * @example const theme = getSignedCookie(request, 'theme', { default: 'light' })
 */
export function getSignedCookie<D = never>(
  request: RequestLike,
  name: string,
  options: GetSignedCookieOptions<D> = {},
): string | D {
  const asked = authRequest(request, 'getSignedCookie')
  asked.used()
  const { secretKey, secretKeyFallbacks, sessions } = asked.context
  const { salt, maxAge, legacySalt } = options
  const signing = { key: secretKey, fallbackKeys: secretKeyFallbacks, salt, maxAge, legacySalt }
  try {
    const signed = findCookie(asked.incoming.header('cookie'), name)
    if (signed === undefined) throw new BadSignature(`The request has no cookie ${JSON.stringify(name)}.`)
    return unsignCookie(name, signed, { ...signing, now: sessions.now() / 1000 })
  } catch (error) {
    if (error instanceof BadSignature && Object.hasOwn(options, 'default')) return options.default as D
    throw error
  }
}

/**
 * The header that sets a signed cookie, for the headers of an answer. The answer counts as private from then on.
 * @throws {TypeError} for what cannot be a cookie, such as a value with characters beyond U+00FF: put it into JSON or base64 first
 * @throws {SessionClosed} once the answer has begun
 * @example res.appendHeader(...setSignedCookie(req, 'theme', 'dark', { maxAge: 86_400 }))
 */
export function setSignedCookie(
  request: RequestLike,
  name: string,
  value: string,
  options: SetSignedCookieOptions = {},
): readonly ['Set-Cookie', string] {
  const asked = authRequest(request, 'setSignedCookie')
  const { secretKey, sessions, development } = asked.context
  const { salt, ...attributes } = options
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what Node can send in a header, quoted
  if (!/^[\x00-\xff]*$/.test(value)) {
    throw new TypeError('A cookie holds characters up to U+00FF; put the value into JSON or base64 first.')
  }
  const now = sessions.now()
  const signed = signCookie(name, value, { key: secretKey, salt, now: now / 1000 })
  const cookie = setCookie(name, signed, { secure: !development, ...attributes }, now)
  asked.used()
  return ['Set-Cookie', cookie]
}
