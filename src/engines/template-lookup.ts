/**
 * What `{{ a.b }}` is: Django's names for what has ours (`user.is_authenticated`), methods that Django's templates call
 * without brackets, and no way to what is no value: constructors, prototypes, the methods of users, sessions and requests.
 * Mirrors `Variable` (django/template/base.py, 5.2).
 */
import { AuthRequest } from '../auth/auth-request.ts'
import { AppPerms, Perms } from '../auth/perms.ts'
import { Fields } from '../kernel/forms.ts'
import { Message } from '../messages/message.ts'
import { MessageStorage } from '../messages/message-storage.ts'
import { Session } from '../sessions/session.ts'
import { AnonymousUser, User } from '../users/user.ts'
import { Visitor } from '../users/visitor.ts'
import { BoundField } from '../views/forms/bound-field.ts'
import { BoundForm, FormErrors } from '../views/forms/bound-form.ts'
import { isForm } from '../views/forms/form.ts'
import { RequestView } from './request-view.ts'

/** Methods that a template calls by naming them. */
const CALLED: ReadonlySet<string> = new Set([
  'getUsername',
  'getFullName',
  'getShortName',
  'isSecure',
  'getHost',
  'getFullPath',
  'getExpiryAge',
  'getExpiryDate',
  'getExpireAtBrowserClose',
  'asP',
  'asDiv',
  'asTable',
  'asUl',
  'asFieldGroup',
  'asWidget',
  'labelTag',
  'value',
])
/** What every object inherits and no template needs. */
const INHERITED: ReadonlySet<string> = new Set(
  Object.getOwnPropertyNames(Object.prototype).filter((name) => !/^(?:toString|toLocaleString|valueOf)$/.test(name)),
)
const NAMES_KEPT = 1000
const camelNames = new Map<string, string>()

/** A value as templates are to see it: a request without its secrets, a form with its HTML, no messages as nothing. */
export function shown(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof AuthRequest) return new RequestView(value)
  if (value instanceof MessageStorage) return value.length === 0 ? undefined : value
  return 'nonFieldErrors' in value && 'fields' in value && isForm(value) ? new BoundForm(value) : value
}

/** What a value has under a name, undefined for nothing. */
export function lookUp(value: unknown, name: unknown): unknown {
  const target = shown(value)
  if (target === undefined || target === null || typeof target === 'function') return undefined
  if (typeof name === 'number') return (target as readonly unknown[])[name]
  const key = String(name)
  const ours = isOurs(target)
  if (ours && key.startsWith('_')) return undefined
  if (isDictionary(target)) {
    const found = target.get(key)
    if (found !== undefined) return found
  }
  if (key === 'groups' && target instanceof Visitor) return groupsOf(target)
  const found = property(target, key)
  const [used, result] = found === undefined && key.includes('_') ? camelProperty(target, key) : [key, found]
  if (typeof result === 'function') {
    if (CALLED.has(used) && (ours || result.length === 0)) return result.call(target)
    return ours ? undefined : (...given: unknown[]) => result.apply(target, given)
  }
  return result === undefined && key === 'items' ? entries(target) : result
}

function property(target: object | string | number | boolean | symbol | bigint, key: string): unknown {
  // `constructor` leads to functions that run any text, `__proto__` to what all objects share.
  if (INHERITED.has(key) && !Object.hasOwn(target as object, key)) return undefined
  return (target as Readonly<Record<string, unknown>>)[key]
}

function camelProperty(target: object, key: string): [name: string, value: unknown] {
  let name = camelNames.get(key)
  if (name === undefined) {
    name = key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    if (camelNames.size < NAMES_KEPT) camelNames.set(key, name)
  }
  return [name, property(target, name)]
}

/** Python's `items()` of a dictionary. */
function entries(target: unknown): unknown {
  if (target instanceof FormErrors) return target.items()
  if (target instanceof Session) return target.entries().filter(([name]) => !name.startsWith('_'))
  if (target instanceof Map || target instanceof Fields) return [...target]
  return Object.getPrototypeOf(target) === Object.prototype ? Object.entries(target as object) : undefined
}

/** What Django looks up as a dictionary before it looks for attributes. */
function isDictionary(target: unknown): target is { get(name: string): unknown } {
  return (
    target instanceof Session ||
    target instanceof Fields ||
    target instanceof Map ||
    target instanceof BoundForm ||
    target instanceof FormErrors ||
    target instanceof Perms ||
    target instanceof AppPerms
  )
}

/** What has methods that are not a template's to call. */
function isOurs(target: unknown): boolean {
  return (
    target instanceof User ||
    target instanceof AnonymousUser ||
    target instanceof RequestView ||
    target instanceof Message ||
    target instanceof MessageStorage ||
    target instanceof Session ||
    target instanceof Fields ||
    target instanceof BoundForm ||
    target instanceof BoundField ||
    target instanceof FormErrors ||
    target instanceof Perms ||
    target instanceof AppPerms
  )
}

/** The names of a user's groups; in `all`, as in Django, the groups with their `name`. */
function groupsOf(visitor: Visitor): readonly string[] {
  const names = visitor.knownGroups
  if (names === undefined) {
    throw new TypeError(
      `The groups of ${visitor} are not known: await user.groups() in the view before its page is made.`,
    )
  }
  // Not enumerable: whoever goes through the groups gets names and nothing else.
  return Object.defineProperty([...names], 'all', { value: names.map((name) => ({ name, toString: () => name })) })
}
