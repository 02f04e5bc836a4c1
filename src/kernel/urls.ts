/**
 * Names of URLs and the views behind them: Django's URLconf for pathnames, both ways.
 * Mirrors django/urls/resolvers.py and converters.py (5.2); the patterns themselves are path-to-regexp's. What a
 * parameter is stays text, and a URL answers with and without its trailing slash.
 */

import { compile, pathToRegexp, type Text, type Token } from 'path-to-regexp'
import { ConfigurationError } from '../errors.ts'
import { escapeLeadingSlashes } from './redirects.ts'
import { decodePath, encodePath } from './url-path.ts'

/** One line of a URLconf; made by `path` and `include`. */
export interface UrlPattern<V> {
  /** As Django writes it, without the leading slash: `reset/<uidb64>/<token>/`. */
  readonly route: string
  /** Without a view it is only a name for a URL that somebody else serves. */
  readonly view?: V | undefined
  readonly name?: string | undefined
  /** Left out where what its view needs is not set up. */
  readonly optional?: boolean | undefined
  /** The lines under this prefix. */
  readonly patterns?: readonly UrlPattern<V>[] | undefined
}

/** What a pathname leads to. */
export interface UrlMatch<V> {
  readonly view: V
  /** Decoded, in an object without prototype. */
  readonly params: Readonly<Record<string, string>>
  readonly name?: string | undefined
  /** The pathname lacks the trailing slash that the pattern has. */
  readonly lacksSlash?: boolean
}

/** The options of `path`. A function has `call`: it is a view and no options. */
export interface PathOptions {
  readonly name?: string | undefined
  readonly call?: never
}

/** A name for a URL that somebody else serves. */
export function path(route: string, options: PathOptions & { readonly name: string }): UrlPattern<never>
/** The same, written as in Django. */
export function path(route: string, view: undefined, options: PathOptions): UrlPattern<never>
/** A route with its view, and a name for `reverse` (Django: `path`). */
export function path<V>(route: string, view: V, options?: PathOptions): UrlPattern<V>
export function path<V>(route: string, second: V | PathOptions | undefined, third?: PathOptions): UrlPattern<V> {
  if (third === undefined && isNameOnly(second)) return { route, name: second.name }
  return { route, view: second as V | undefined, name: third?.name }
}

function isNameOnly(value: unknown): value is { readonly name: string } {
  if (typeof value !== 'object' || value === null) return false
  const keys = Object.keys(value)
  return keys.length === 1 && keys[0] === 'name'
}

/** Patterns under a common prefix, which may have parameters of its own (Django: `include`). */
export function include<V>(prefix: string, patterns: readonly UrlPattern<V>[]): UrlPattern<V> {
  return { route: prefix, patterns }
}

/** The parameters of a URL: by their names, or in the order of the route. */
export type UrlParams = Readonly<Record<string, string | number>> | readonly (string | number)[]

type Converter = (value: string) => boolean

const CONVERTERS: ReadonlyMap<string, Converter> = new Map<string, Converter>([
  ['str', (value) => value !== '' && !value.includes('/')],
  ['int', (value) => /^[0-9]+$/.test(value)],
  ['slug', (value) => /^[-a-zA-Z0-9_]+$/.test(value)],
  ['uuid', (value) => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(value)],
  ['path', (value) => value !== '' && !value.includes('\n')],
])

const PARAMETER = /<(?:([^>:]+):)?([^>]+)>/g
const IDENTIFIER = /^[\p{ID_Start}_]\p{ID_Continue}*$/u

/** A pattern ready for use. */
interface Entry<V> {
  readonly name: string | undefined
  readonly view: V | undefined
  readonly converters: ReadonlyMap<string, Converter>
  /** What the pathname begins with, up to the first parameter. */
  readonly start: string
  readonly regexp: RegExp
  readonly keys: readonly string[]
  readonly build: (params: Record<string, string>) => string
}

/** A URLconf: finds the view of a pathname and the pathname of a name. */
export class UrlPatterns<V> {
  /** The patterns with parameters, which have to be tried one by one. */
  readonly #dynamic: readonly Entry<V>[]
  readonly #static = new Map<string, UrlMatch<V> | undefined>()
  readonly #named = new Map<string, Entry<V>[]>()

  /** @throws {ConfigurationError} when a route cannot be understood */
  constructor(patterns: readonly UrlPattern<V>[]) {
    const entries = flatten(patterns, '')
    this.#dynamic = entries.filter((entry) => entry.keys.length > 0 && entry.view !== undefined)
    for (const entry of entries) {
      if (entry.name === undefined) continue
      const named = this.#named.get(entry.name)
      // Django tries the last pattern of a name first, so that a project can override an application's.
      if (named === undefined) this.#named.set(entry.name, [entry])
      else named.unshift(entry)
    }
    // A pattern with parameters may stand in front of one without: what counts is found now, in order.
    const served = entries.filter((entry) => entry.view !== undefined)
    for (const { keys, start } of served) {
      if (keys.length > 0) continue
      for (const pathname of [start, toggleSlash(start)]) {
        const found = find(served, pathname)
        // Shared by all requests, so nobody may write into it.
        if (found !== undefined) Object.freeze(found.params)
        this.#static.set(pathname, found)
      }
    }
  }

  /**
   * Finds what a pathname, percent-encoded as it was sent, leads to. The first pattern that fits counts; where
   * none does, the pathname is tried with its trailing slash added or removed.
   */
  match(pathname: string): UrlMatch<V> | undefined {
    const decoded = pathname.includes('%') ? decodePath(pathname) : pathname
    const found = this.#static.get(decoded)
    if (found !== undefined) return found
    return this.#dynamic.length === 0 ? undefined : find(this.#dynamic, decoded)
  }

  /**
   * The pathname, percent-encoded, of the last pattern with this name that takes exactly these parameters.
   * @returns undefined when there is none
   */
  reverse(name: string, params: UrlParams = {}): string | undefined {
    const given = Object.entries(params)
    const inOrder = Array.isArray(params)
    for (const entry of this.#named.get(name) ?? []) {
      if (entry.keys.length !== given.length) continue
      const texts: Record<string, string> = Object.create(null)
      let fits = true
      for (let i = 0; i < given.length; i++) {
        const [named, value] = given[i] as [string, string | number]
        const key = inOrder ? (entry.keys[i] as string) : named
        const text = String(value)
        if (!entry.converters.get(key)?.(text)) fits = false
        texts[key] = text
      }
      if (fits) return escapeLeadingSlashes(encodePath(entry.build(texts)))
    }
    return undefined
  }

  /** The names that `reverse` knows. */
  names(): string[] {
    return [...this.#named.keys()]
  }
}

function flatten<V>(patterns: readonly UrlPattern<V>[], prefix: string): Entry<V>[] {
  const entries: Entry<V>[] = []
  for (const pattern of patterns) {
    if (pattern.route.startsWith('/')) {
      throw new ConfigurationError(`Write the route "${pattern.route}" without the slash in front.`)
    }
    if (/(?:^|\/):\w/.test(pattern.route)) {
      throw new ConfigurationError(`Write the parameters of the route "${pattern.route}" as <name> or <int:name>.`)
    }
    const route = prefix + pattern.route
    if (pattern.patterns === undefined) entries.push(toEntry(route, pattern))
    else entries.push(...flatten(pattern.patterns, route))
  }
  return entries
}

function toEntry<V>(route: string, { view, name }: UrlPattern<V>): Entry<V> {
  const tokens: Token[] = []
  const converters = new Map<string, Converter>()
  let text = '/'
  let end = 0
  for (const found of route.matchAll(PARAMETER)) {
    const [whole, kind = 'str', parameter = ''] = found
    const converter = CONVERTERS.get(kind)
    if (converter === undefined) throw new ConfigurationError(`The route "${route}" has no converter "${kind}" to use.`)
    if (!IDENTIFIER.test(parameter) || converters.has(parameter)) {
      throw new ConfigurationError(`The route "${route}" cannot have a parameter "${parameter}" here.`)
    }
    text += literal(route, end, found.index)
    if (text !== '') tokens.push({ type: 'text', value: text })
    tokens.push({ type: kind === 'path' ? 'wildcard' : 'param', name: parameter })
    converters.set(parameter, converter)
    text = ''
    end = found.index + whole.length
  }
  text += literal(route, end, route.length)
  if (text !== '') tokens.push({ type: 'text', value: text })
  try {
    const { regexp, keys } = pathToRegexp({ tokens }, { sensitive: true, trailing: false })
    // The slash in front makes the first one a text.
    const { value: start } = tokens[0] as Text
    const build = compile<Record<string, string>>({ tokens }, { encode: false })
    return { name, view, converters, start, regexp, keys: keys.map((key) => key.name), build }
  } catch (error) {
    throw new ConfigurationError(`The route "${route}" needs text between its parameters.`, error)
  }
}

function literal(route: string, from: number, to: number): string {
  const text = route.slice(from, to)
  if (/[<>]/.test(text)) throw new ConfigurationError(`The route "${route}" has a "<" or ">" too many.`)
  return text
}

function find<V>(entries: readonly Entry<V>[], pathname: string): UrlMatch<V> | undefined {
  const exact = findExact(entries, pathname)
  if (exact !== undefined || pathname.endsWith('//')) return exact
  const found = findExact(entries, toggleSlash(pathname))
  return found === undefined || pathname.endsWith('/') ? found : { ...found, lacksSlash: true }
}

function findExact<V>(entries: readonly Entry<V>[], pathname: string): UrlMatch<V> | undefined {
  for (const entry of entries) {
    if (!pathname.startsWith(entry.start)) continue
    const found = entry.regexp.exec(pathname)
    if (found === null) continue
    const params: Record<string, string> = Object.create(null)
    let fits = true
    for (let i = 0; i < entry.keys.length; i++) {
      const key = entry.keys[i] as string
      const value = found[i + 1] as string
      params[key] = value
      if (!entry.converters.get(key)?.(value)) fits = false
    }
    if (fits) return { view: entry.view as V, params, name: entry.name }
  }
  return undefined
}

function toggleSlash(pathname: string): string {
  return pathname.endsWith('/') ? pathname.slice(0, -1) : `${pathname}/`
}
