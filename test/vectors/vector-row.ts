/**
 * One row of a vector file: what goes into a function and what a real Django made of it. It notes which fields were
 * played, so that a field that nobody looked at, or a row in which nothing was compared, cannot pass.
 */
import { inspect, isDeepStrictEqual } from 'node:util'

/** What came is not what Django made. */
export class Mismatch extends Error {
  constructor(field: string, expected: unknown, got: unknown) {
    super(`${field}: expected ${shown(expected)}, got ${shown(got)}`)
  }
}

/** The row cannot be played, and why: it counts as skipped. */
export class Skip extends Error {}

function shown(value: unknown): string {
  const text = inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 6, maxStringLength: 400 })
  return value instanceof Error ? `${value.name}: ${value.message}` : text
}

/** The words for people in a row. */
const WORDS = ['note', 'why']

export class VectorRow {
  readonly #fields: ReadonlyMap<string, unknown>
  readonly #played = new Set<string>(WORDS)
  #checks = 0

  constructor(fields: Readonly<Record<string, unknown>>) {
    this.#fields = new Map(Object.entries(fields))
  }

  /** How many comparisons were made. */
  get checks(): number {
    return this.#checks
  }

  /** The fields that nobody looked at. */
  get unplayed(): string[] {
    return [...this.#fields.keys()].filter((name) => !this.#played.has(name))
  }

  has(name: string): boolean {
    return this.#fields.has(name)
  }

  /** Takes a field for words about the row, not for something to play. */
  ignore(name: string): void {
    this.#played.add(name)
  }

  /** @throws when there is no such field */
  value(name: string): unknown {
    if (!this.#fields.has(name)) throw new Error(`the row has no field "${name}"`)
    this.#played.add(name)
    return this.#fields.get(name)
  }

  /** @param fallback for a field that is absent or null. @throws when the field is no text */
  text(name: string, fallback?: string): string {
    const value = this.#optional(name, fallback)
    if (typeof value !== 'string') throw new Error(`the field "${name}" is no text: ${shown(value)}`)
    return value
  }

  /** @param fallback for a field that is absent or null. @throws when the field is no number */
  number(name: string, fallback?: number): number {
    const value = this.#optional(name, fallback)
    if (typeof value !== 'number') throw new Error(`the field "${name}" is no number: ${shown(value)}`)
    return value
  }

  /** @param fallback for a field that is absent or null. @throws when the field is neither true nor false */
  flag(name: string, fallback?: boolean): boolean {
    const value = this.#optional(name, fallback)
    if (typeof value !== 'boolean') throw new Error(`the field "${name}" is neither true nor false: ${shown(value)}`)
    return value
  }

  /** @param fallback for a field that is absent or null. @throws when the field is no list of texts */
  texts(name: string, fallback?: readonly string[]): readonly string[] {
    const value = this.#optional(name, fallback)
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
      throw new Error(`the field "${name}" is no list of texts: ${shown(value)}`)
    }
    return value
  }

  #optional(name: string, fallback: unknown): unknown {
    const value = fallback !== undefined && !this.#fields.has(name) ? null : this.value(name)
    return value === null && fallback !== undefined ? fallback : value
  }

  /** Compares a field, where the row has it, with what came. @throws {Mismatch} */
  check(name: string, got: unknown): void {
    if (this.#fields.has(name)) this.expect(name, this.value(name), got)
  }

  /** Compares something that a field only implies. @throws {Mismatch} */
  expect(what: string, expected: unknown, got: unknown): void {
    this.#checks++
    if (!isDeepStrictEqual(got, expected)) throw new Mismatch(what, expected, got)
  }

  /**
   * Where the row says that Django raises an error, runs the function, which has to throw or to give null.
   * @returns false when the row expects a value
   * @throws {Mismatch} when the function gives one although the row expects none
   */
  refused(run: () => unknown): boolean {
    const error = this.#fields.has('error') ? this.value('error') : null
    if (error === null) return false
    this.#checks++
    let got: unknown
    try {
      got = run()
    } catch {
      return true
    }
    if (got === null) return true
    throw new Mismatch('error', error, got)
  }
}
