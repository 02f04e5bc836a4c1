/**
 * What Postern needs to know of a request. An adapter makes one from its framework's own request without
 * copying anything; nothing in Postern ever sees the framework's object itself.
 */
export interface IncomingRequest {
  readonly method: string
  /** Path and query as the client sent them, mount prefix included. */
  readonly url: string
  /** The part of the path in front of the application (Express's `baseUrl`, Django's SCRIPT_NAME), `''` at the root. */
  readonly prefix: string
  /** `https` by the socket, or by a forwarded header behind a proxy that was declared. */
  readonly scheme: 'http' | 'https'
  /** The Host header as sent, `''` when there was none. It has not been checked. */
  readonly host: string
  readonly clientAddress?: string | undefined
  /** A header's value by its lower-case name; repeated ones joined as Node joins them. */
  header(name: string): string | undefined
  /**
   * The fields of a form body; parsed on demand and once, or taken from the framework where it has parsed the
   * body already. Empty where the body is no form that Postern reads (`application/x-www-form-urlencoded`).
   * @throws {RequestError} 413 when the body is too large, 400 when it has too many fields or cannot be read
   */
  form(): Promise<FormFields>
  /**
   * The body as JSON, parsed on demand and once, or taken from the framework.
   * @throws {RequestError} 413 when the body is too large, 400 when it is not JSON
   */
  json(): Promise<unknown>
  /** Keeps a runtime that stops after the answer alive until the work is done. */
  waitUntil?(work: Promise<unknown>): void
  /** Aborts when the client has gone away. */
  readonly signal?: AbortSignal | undefined
}

/** A form's fields in their order; of a repeated name `get` gives the last, as Django's QueryDict does. */
export interface FormFields extends Iterable<readonly [name: string, value: string]> {
  get(name: string): string | undefined
  getAll(name: string): string[]
  has(name: string): boolean
}
