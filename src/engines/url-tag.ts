/** `{% url 'name' arguments %}`. Mirrors `URLNode` (django/template/defaulttags.py, 5.2). */
import type { AuthRequest } from '../auth/auth-request.ts'
import { NoReverseMatch, TemplateError } from '../errors.ts'
import type { UrlParams } from '../kernel/urls.ts'

/** How nunjucks marks the object that holds named arguments. */
export const NAMED = '__keywords'

/** The path of a URL name, mount prefix included. @throws {NoReverseMatch} @throws {TemplateError} for arguments that make no sense */
export function urlTag(request: AuthRequest, given: readonly unknown[]): string {
  const found = find(request, given)
  if (found !== undefined) return found
  const name = String(given[0])
  // It says which names there are.
  if (given.length === 1 && !/[/.]/.test(name)) request.context.resolveUrl(name, request.incoming.prefix)
  throw new NoReverseMatch(`There is no URL named '${name}' that takes the arguments ${shortly(given.slice(1))}.`)
}

/** The same for `{% url … as variable %}`: nothing where there is no such URL. */
export function urlIfAny(request: AuthRequest, given: readonly unknown[]): string {
  return find(request, given) ?? ''
}

function find(request: AuthRequest, [name, ...given]: readonly unknown[]): string | undefined {
  const last = given.at(-1)
  const named = typeof last === 'object' && last !== null && Object.hasOwn(last, NAMED) ? last : undefined
  const inOrder = named === undefined ? given : given.slice(0, -1)
  if (name === undefined || name === null || String(name) === '') {
    throw new TemplateError('{% url %} needs the name of a URL; the variable that should have it is empty.')
  }
  if (named !== undefined && inOrder.length > 0) {
    throw new TemplateError(
      `{% url '${name}' %} has arguments with names and arguments without; give all of them names.`,
    )
  }
  return request.context.reverse(
    String(name),
    named === undefined ? inOrder.map(text) : byName(named),
    request.incoming.prefix,
  )
}

function byName(named: object): UrlParams {
  const params: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(named)) if (name !== NAMED) params[name] = text(value)
  return params
}

/** A value that is not there is no argument called "undefined". */
function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value)
}

function shortly(given: readonly unknown[]): string {
  const named = given.flatMap((value) =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, NAMED)
      ? Object.entries(value).flatMap(([name, its]) => (name === NAMED ? [] : [`${name}='${text(its)}'`]))
      : [`'${text(value)}'`],
  )
  return named.join(', ') || '(none)'
}
