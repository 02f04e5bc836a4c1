/** What `{% for %}` goes through: what can be gone through, and the keys of a dictionary as in Python. */
import { shown } from './template-lookup.ts'

/** Never counted up to a `length`, which a value from outside may set to anything. */
export function listOf(given: unknown): unknown {
  const value = shown(given)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>)
  return isDictionary(value) ? Object.keys(value) : []
}

/** What came from JSON, or was written as one; of which realm does not matter. */
export function isDictionary(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
