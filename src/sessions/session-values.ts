/**
 * The values of a session: JSON under names, read and written like a `Map`. What is looked at and what is changed is
 * told to the session, since the answer's headers depend on it.
 * Mirrors the dictionary half of `SessionBase` (django/contrib/sessions/backends/base.py, 5.2).
 */
import { SESSION_EXPIRY } from '../django/auth-keys.ts'
import type { Json } from '../django/session-payload.ts'
import { expiryText } from './session-ages.ts'

const TEST_COOKIE = 'testcookie'
const TEST_COOKIE_VALUE = 'worked'

export abstract class SessionValues {
  /** The values, for reading or writing; parsed at first use. */
  protected abstract load(): Map<string, Json>
  /** The values were looked at. */
  protected abstract used(): void
  /** The values are about to be changed. @throws {SessionClosed} once the answer has begun */
  protected abstract change(): void

  get<T extends Json = Json>(key: string): T | undefined
  get<T extends Json>(key: string, fallback: T): T
  get<T extends Json>(key: string, fallback?: T): T | undefined {
    const value = this.read().get(key)
    return value === undefined ? fallback : (value as T)
  }
  /** A value, for who decides about a request before anybody looks. @internal */
  peek(key: string): Json | undefined {
    return this.load().get(key)
  }
  has(key: string): boolean {
    return this.read().has(key)
  }
  keys(): string[] {
    return [...this.read().keys()]
  }
  values(): Json[] {
    return [...this.read().values()]
  }
  entries(): [string, Json][] {
    return [...this.read()]
  }
  set(key: string, value: Json): void {
    this.change()
    this.load().set(key, value)
  }
  /** @returns false when there was no such key, and nothing changes then */
  delete(key: string): boolean {
    if (!this.has(key)) return false
    this.change()
    return this.load().delete(key)
  }
  pop<T extends Json = Json>(key: string, fallback?: T): T | undefined {
    const value = this.get<T>(key)
    this.delete(key)
    return value === undefined ? fallback : value
  }
  setDefault<T extends Json>(key: string, value: T): T {
    if (!this.has(key)) this.set(key, value)
    return this.get(key, value)
  }
  update(values: Readonly<Record<string, Json>>): void {
    for (const [key, value] of Object.entries(values)) this.set(key, value)
  }
  /** Removes the data and keeps the key; `flush` removes both. */
  clear(): void {
    this.change()
    this.load().clear()
  }

  setTestCookie(): void {
    this.set(TEST_COOKIE, TEST_COOKIE_VALUE)
  }
  testCookieWorked(): boolean {
    return this.get(TEST_COOKIE) === TEST_COOKIE_VALUE
  }
  deleteTestCookie(): void {
    this.delete(TEST_COOKIE)
  }

  /**
   * Gives this session its own end: seconds of inactivity, 0 for "when the browser closes", a date, or `null` for
   * the site's usual age.
   * @throws {TypeError} for a number that is none, and {RangeError} for such a date
   */
  setExpiry(value: number | Date | null): void {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new TypeError(`setExpiry(${value}): pass a number of seconds, 0, a Date or null.`)
    }
    if (value === null) this.delete(SESSION_EXPIRY)
    else this.set(SESSION_EXPIRY, value instanceof Date ? expiryText(value) : value)
  }

  protected read(): Map<string, Json> {
    this.used()
    return this.load()
  }
}
