/**
 * What nunjucks' compiled templates call while they run, with Django's ideas of a name, a value, an escape and of what is
 * true. Handed to each template instead of nunjucks' own, so that nothing global is changed.
 */
import type nunjucks from 'nunjucks'
import { AppPerms, Perms } from '../auth/perms.ts'
import type { TemplateContext } from '../auth/template-engine.ts'
import { Fields } from '../kernel/forms.ts'
import { escapeHtml, SafeHtml } from '../kernel/html.ts'
import { Message } from '../messages/message.ts'
import { djangoText } from './django-text.ts'
import { listOf } from './template-lists.ts'
import { lookUp, shown } from './template-lookup.ts'

/** One page in the making. */
export interface Rendering {
  readonly context: TemplateContext
  /** The templates at work, each called by the one before it. */
  readonly chain: string[]
  /** What went wrong first; nunjucks passes on only a text of it. */
  failure: Failure | undefined
  /** Whether it is HTML; in a mail's text nothing is escaped. */
  readonly escapes: boolean
}

/** What went wrong in which template, and behind which line, where that is known. */
export interface Failure {
  readonly error: unknown
  readonly template: string
  readonly line: number | undefined
}

/** Variables of a template, innermost first. */
export interface Frame {
  readonly variables: Readonly<Record<string, unknown>>
  readonly parent?: Frame | undefined
  lookup(name: string): unknown
  push(isolated: boolean): Frame
  set(name: string, value: unknown): void
}

/** What the view gave, as nunjucks holds it. */
export interface Scope {
  readonly ctx: Readonly<Record<string, unknown>>
  readonly env: { readonly globals: Readonly<Record<string, unknown>> }
}

type BlockFilter = (this: Scope, html: unknown, ...given: readonly unknown[]) => unknown

/** The part of nunjucks' `runtime` that is replaced, and what is added to it. */
export interface Runtime {
  contextOrFrameLookup(scope: Scope, frame: Frame, name: string): unknown
  memberLookup(value: unknown, name: unknown): unknown
  callWrap(called: unknown, name: string, scope: Scope, given: readonly unknown[]): unknown
  suppressValue(value: unknown, autoescape: boolean): string
  fromIterator(value: unknown): unknown
  /** `in` */
  inOperator(wanted: unknown, value: unknown): boolean
  /** What a loop with one name goes through. */
  listOf(value: unknown): unknown
  /** What `{% filter %}` makes of its HTML. */
  filterBlock(filter: BlockFilter, scope: Scope, html: unknown, ...given: readonly unknown[]): unknown
  handleError(error: unknown, line: number | null, column: number | null, template: string): unknown
}

/** The names that a template knows without being given them. */
const STANDING: ReadonlySet<string> = new Set([
  'request',
  'user',
  'perms',
  'messages',
  'csrf_token',
  'DEFAULT_MESSAGE_LEVELS',
])

/** Puts one template into another, with what that one sees. */
export type Include = (scope: Scope, frame: Frame, given: readonly unknown[]) => unknown

/** @param current the page in the making; templates run without a pause, so there is only one */
export function nunjucksRuntime(library: typeof nunjucks, current: () => Rendering, include: Include): Runtime {
  const { callWrap, inOperator } = library.runtime as unknown as Runtime
  /** nunjucks' filters know its own mark for what is HTML already. */
  const marked = (value: unknown): unknown =>
    value instanceof SafeHtml ? new library.runtime.SafeString(value.toString()) : shown(value)

  return {
    ...library.runtime,

    contextOrFrameLookup({ ctx, env }, frame, name) {
      const value = frame.lookup(name)
      if (value !== undefined) return marked(value)
      if (Object.hasOwn(ctx, name)) return marked(ctx[name])
      if (STANDING.has(name)) return marked(current().context[name])
      if (name === 'forloop') return forLoop(frame)
      if (name === '__include') return (...given: unknown[]) => include({ ctx, env }, frame, given)
      return Object.hasOwn(env.globals, name) ? env.globals[name] : undefined
    },

    memberLookup: (value, name) => marked(lookUp(value, name)),

    callWrap: (called, name, scope, given) => marked(callWrap(called, name, scope, given)),

    suppressValue(given, autoescape) {
      const escapes = autoescape && current().escapes
      if (typeof given === 'string') return escapes ? escapeHtml(given) : given
      if (given === undefined || given === null || typeof given === 'function') return ''
      const value = htmlOf(shown(given))
      if (value instanceof SafeHtml || value instanceof library.runtime.SafeString) return value.toString()
      if (value instanceof Promise) throw new TypeError('A promise was given to the template: await it in the view.')
      const text = djangoText(value)
      return escapes ? escapeHtml(text) : text
    },

    fromIterator(given) {
      const value = shown(given)
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
      return Symbol.iterator in value ? Array.from(value as Iterable<unknown>) : value
    },

    inOperator: (wanted, value) => (value instanceof Perms ? value.has(String(wanted)) : inOperator(wanted, value)),

    listOf,

    filterBlock(filter, scope, text, ...given) {
      const made = filter.call(scope, text, ...given)
      // As in Django what was HTML is HTML; but something from outside may be among the arguments, and in what is made of it.
      return typeof made === 'string' && given.length === 0 ? new library.runtime.SafeString(made) : made
    },

    handleError(error, line, _column, template) {
      // nunjucks counts lines from 0, and knows only that of the last call.
      current().failure ??= { error, template, line: line ? line + 1 : undefined }
      return error
    },
  }
}

/** What counts as true in Django: no empty text, list or dictionary. */
export function isTrue(given: unknown): boolean {
  const value = shown(given)
  if (typeof value !== 'object' || value === null) return Boolean(value)
  if (value instanceof AppPerms) return value.isTrue
  const isCounted = Symbol.iterator in value || Object.getPrototypeOf(value) === Object.prototype
  return !isCounted || sizeOf(value) > 0
}

/** How long, or how many. */
export function sizeOf(given: unknown): number {
  const value = shown(given)
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 0
  const { length, size } = value as { readonly length?: unknown; readonly size?: unknown }
  if (value instanceof Fields) return [...value].length
  if (Symbol.iterator in value) return typeof length === 'number' ? length : typeof size === 'number' ? size : 1
  return Object.keys(value).length
}

/** What a value is as HTML, or the value. */
export function htmlOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Message) return value.message
  const { toHtml } = value as { readonly toHtml?: unknown }
  const html = typeof toHtml === 'function' ? toHtml.call(value) : undefined
  return html instanceof SafeHtml ? html : value
}

/** Django's name for the loop that a template is in. */
function forLoop(frame: Frame | undefined): object | undefined {
  for (let at = frame; at !== undefined; at = at.parent) {
    const loop = at.variables.loop as Readonly<Record<string, unknown>> | undefined
    if (loop === undefined) continue
    const { index, index0, revindex, revindex0, first, last, length } = loop
    const outer = at.parent
    return {
      counter: index,
      counter0: index0,
      revcounter: revindex,
      revcounter0: revindex0,
      first,
      last,
      length,
      get parentloop() {
        return forLoop(outer)
      },
    }
  }
  return undefined
}
