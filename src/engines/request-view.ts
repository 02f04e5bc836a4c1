/**
 * What a template may know of a request, which itself leads to the secrets of the whole site. Mirrors the part of `HttpRequest` that templates use (django/http/request.py, 5.2).
 */
import type { AuthRequest } from '../auth/auth-request.ts'
import type { FormFields } from '../kernel/incoming-request.ts'
import type { Session } from '../sessions/session.ts'

export class RequestView {
  readonly #request: AuthRequest

  constructor(request: AuthRequest) {
    this.#request = request
  }

  get method(): string {
    return this.#request.method
  }
  get path(): string {
    return this.#request.path
  }
  /** The path behind the application's mount prefix. */
  get pathInfo(): string {
    return this.#request.path.slice(this.#request.incoming.prefix.length)
  }
  get scheme(): string {
    return this.#request.incoming.scheme
  }
  /** The language in which the visitor is answered, for `<html lang="{{ request.LANGUAGE_CODE }}">`. */
  get LANGUAGE_CODE(): string {
    return this.#request.language
  }
  /** The fields of the query. */
  get GET(): FormFields {
    return this.#request.query
  }
  get user(): AuthRequest['user'] {
    return this.#request.user
  }
  get session(): Session {
    return this.#request.session
  }
  isSecure(): boolean {
    return this.#request.isSecure
  }
  getHost(): string {
    return this.#request.incoming.host
  }
  /** Path and query as they were sent. */
  getFullPath(): string {
    return this.#request.incoming.url
  }
}
