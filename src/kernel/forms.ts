/**
 * The fields of forms and the bodies they come in.
 * Mirrors `QueryDict` of django/http/request.py (5.2), which is Python's `parse_qsl`, and Django's limits
 * DATA_UPLOAD_MAX_MEMORY_SIZE and DATA_UPLOAD_MAX_NUMBER_FIELDS.
 */

import { isUtf8 } from 'node:buffer'
import type { Readable } from 'node:stream'
import { RequestError } from '../errors.ts'
import type { FormFields } from './incoming-request.ts'

const PERCENT_RUNS = /(?:%[0-9a-fA-F]{2})+/g
const FIRST_BUFFER = 64 * 1024

/** Fields by their names, which are only texts: `__proto__` is one like any other. */
export class Fields implements FormFields {
  readonly #values = new Map<string, string[]>()

  /** Adds a value behind those that the name has already. */
  append(name: string, value: string): void {
    const values = this.#values.get(name)
    if (values === undefined) this.#values.set(name, [value])
    else values.push(value)
  }

  /** The last value of the name. */
  get(name: string): string | undefined {
    return this.#values.get(name)?.at(-1)
  }

  /** All values of the name, in an array of the caller's own. */
  getAll(name: string): string[] {
    return this.#values.get(name)?.slice() ?? []
  }

  /** Whether the name occurs, be it without a value. */
  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** All fields, those of one name together. */
  *[Symbol.iterator](): Generator<readonly [name: string, value: string], void, undefined> {
    for (const [name, values] of this.#values) {
      for (const value of values) yield [name, value]
    }
  }
}

/**
 * Parses `application/x-www-form-urlencoded` or a query. Only `&` separates; bytes that are no UTF-8 are read as
 * Latin-1, escapes that are none become U+FFFD.
 * @param options `maxFields`: how many there may be, 1000 by default as in Django
 * @throws {RequestError} 400 when there are more
 */
export function parseUrlEncoded(
  text: string | Uint8Array,
  { maxFields = 1000 }: { readonly maxFields?: number | undefined } = {},
): Fields {
  const fields = new Fields()
  const query = typeof text === 'string' ? text : decodeBody(text)
  if (query === '') return fields
  let count = 1
  for (let at = query.indexOf('&'); at !== -1; at = query.indexOf('&', at + 1)) count++
  if (count > maxFields) throw new RequestError(400, `The form has more than ${maxFields} fields.`)
  for (let start = 0; start <= query.length; ) {
    const and = query.indexOf('&', start)
    const end = and === -1 ? query.length : and
    if (end > start) {
      const pair = query.slice(start, end)
      const equals = pair.indexOf('=')
      if (equals === -1) fields.append(unquotePlus(pair), '')
      else fields.append(unquotePlus(pair.slice(0, equals)), unquotePlus(pair.slice(equals + 1)))
    }
    start = end + 1
  }
  return fields
}

function decodeBody(body: Uint8Array): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1')
}

/** Python's `unquote_plus`: escapes that are no UTF-8 are replaced, broken ones stay. */
function unquotePlus(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced.replace(PERCENT_RUNS, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))
  }
}

/**
 * Takes over what a framework's body parser made: texts and arrays of texts; everything else in it is ignored.
 * @returns null when the value is no object with fields
 */
export function fieldsFrom(value: unknown): Fields | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return null
  const fields = new Fields()
  for (const [name, entry] of Object.entries(value)) {
    if (typeof entry === 'string') fields.append(name, entry)
    else if (Array.isArray(entry)) {
      for (const item of entry) if (typeof item === 'string') fields.append(name, item)
    }
  }
  return fields
}

/** How large a body may be. */
export interface BodyLimits {
  /** @default 2621440, as in Django */
  readonly maxBytes?: number | undefined
  /** What Content-Length says. */
  readonly declaredLength?: number | undefined
}

/**
 * Reads a body to its end and into memory. A Node stream that turns out too large is not destroyed, so that the
 * answer can still be sent; the rest of it is thrown away.
 * @throws {RequestError} 413 when it is too large, before anything is read where it says so itself; 400 when the
 * body breaks off
 */
export async function readBody(chunks: AsyncIterable<Uint8Array>, options: BodyLimits = {}): Promise<Buffer> {
  const body = new BodyBuffer(options)
  try {
    for await (const chunk of isReadable(chunks) ? chunks.iterator({ destroyOnReturn: false }) : chunks)
      body.append(chunk)
  } catch (error) {
    if (!(error instanceof RequestError)) throw new RequestError(400, 'The body could not be read to its end.', error)
    // What is still on its way has to go somewhere, or the connection hangs.
    if (isReadable(chunks)) chunks.resume()
    throw error
  }
  return body.bytes
}

/** Collects a body in one buffer that grows: a list of chunks would let a body of one-byte chunks take a hundred times its size. */
export class BodyBuffer {
  readonly #maxBytes: number
  /** What to begin with: as much as is announced, but not so much that announcing alone would cost memory. */
  readonly #firstSize: number
  #buffer: Buffer = Buffer.alloc(0)
  #length = 0

  /** @throws {RequestError} 413 when the body says itself that it is too large */
  constructor({ maxBytes = 2_621_440, declaredLength = 0 }: BodyLimits = {}) {
    if (declaredLength > maxBytes) throw tooLarge(maxBytes)
    this.#maxBytes = maxBytes
    this.#firstSize = declaredLength > 0 ? Math.min(declaredLength, FIRST_BUFFER) : FIRST_BUFFER
  }

  /** @throws {RequestError} 413 */
  append(chunk: Uint8Array): void {
    const total = this.#length + chunk.byteLength
    if (total > this.#maxBytes) throw tooLarge(this.#maxBytes)
    if (total > this.#buffer.length) {
      const size = Math.max(total, Math.min(this.#maxBytes, Math.max(2 * this.#length, this.#firstSize)))
      const grown = Buffer.allocUnsafeSlow(size)
      this.#buffer.copy(grown, 0, 0, this.#length)
      this.#buffer = grown
    }
    this.#buffer.set(chunk, this.#length)
    this.#length = total
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }
}

function isReadable(chunks: AsyncIterable<Uint8Array>): chunks is Readable {
  return 'iterator' in chunks && typeof chunks.iterator === 'function'
}

function tooLarge(maxBytes: number): RequestError {
  return new RequestError(413, `The body is larger than ${maxBytes} bytes.`)
}

/** Whether a Content-Type is that of a form which Postern reads. */
export function isUrlEncoded(contentType: string | undefined): boolean {
  return contentType !== undefined && mediaType(contentType) === 'application/x-www-form-urlencoded'
}

/** Whether a Content-Type is that of a form with files in it. */
export function isMultipart(contentType: string | undefined): boolean {
  return contentType !== undefined && mediaType(contentType) === 'multipart/form-data'
}

/** Whether a Content-Type is JSON: `application/json`, or one that ends in `+json`. */
export function isJson(contentType: string | undefined): boolean {
  if (contentType === undefined) return false
  const type = mediaType(contentType)
  return type === 'application/json' || (type.endsWith('+json') && type.includes('/'))
}

function mediaType(contentType: string): string {
  const semicolon = contentType.indexOf(';')
  return (semicolon === -1 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase()
}
