/**
 * The values of Cache-Control and Vary that keep one user's page from another.
 * Mirrors `add_never_cache_headers`, `patch_cache_control` and `patch_vary_headers` of django/utils/cache.py (5.2); RFC 9111 section 5.2,
 * RFC 9110 section 12.5.5.
 */

/** Cache-Control of every answer for which somebody's session was looked at. */
export const PRIVATE_NO_STORE = 'private, no-store'

/** Cache-Control of Django's `never_cache`. */
export const NEVER_CACHE = 'max-age=0, no-cache, no-store, must-revalidate, private'

/**
 * Cache-Control of a page that no cache keeps: what the page says already, with Django's `never_cache` over it.
 * @param before the header as it stands
 */
export function neverCacheControl(before: string | undefined): string {
  if (before === undefined || before === '') return NEVER_CACHE
  const directives = new Map<string, string>()
  for (const directive of listOf(before)) {
    const equals = directive.indexOf('=')
    const name = (equals === -1 ? directive : directive.slice(0, equals)).toLowerCase()
    directives.set(name, equals === -1 ? name : name + directive.slice(equals))
  }
  const age = Number.parseInt(directives.get('max-age')?.slice('max-age='.length) ?? '', 10)
  directives.delete('public')
  directives.set('max-age', `max-age=${age < 0 ? age : 0}`)
  for (const name of ['no-cache', 'no-store', 'must-revalidate', 'private']) directives.set(name, name)
  return [...directives.values()].join(', ')
}

/**
 * The Vary header with one more name in it, unless it is there already in any case; with a `*` it is `*`.
 * @param before the header as it stands
 * @param add a name, or several with commas between them
 */
export function mergeVary(before: string | undefined, add: string): string {
  if (before === undefined || before === '') return add.includes('*') ? '*' : add
  if (before === add) return before
  const names = listOf(before)
  const present = new Set(names.map((name) => name.toLowerCase()))
  for (const name of listOf(add)) {
    if (!present.has(name.toLowerCase())) names.push(name)
  }
  return names.includes('*') ? '*' : names.join(', ')
}

function listOf(header: string): string[] {
  const names: string[] = []
  for (const part of header.split(',')) {
    const name = part.trim()
    if (name !== '') names.push(name)
  }
  return names
}

/** What an answer with somebody's cookies in it may say: a handler's own Cache-Control if no shared cache keeps it, else ours. */
export function uncacheable(before: string | undefined): string {
  return before !== undefined && /(?:^|[\s,])(?:private|no-store)(?=$|[\s,])/i.test(before) ? before : PRIVATE_NO_STORE
}
