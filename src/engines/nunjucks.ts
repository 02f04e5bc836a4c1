/**
 * Templates in nunjucks that read as Django's: its tags, its names, its escaping. Mirrors `DjangoTemplates`
 * (django/template/backends/django.py, 5.2).
 */
import library from 'nunjucks'
import type { TemplateContext, TemplateEngine } from '../auth/template-engine.ts'
import { NoReverseMatch, PosternError, TemplateError } from '../errors.ts'
import { escapeHtml, SafeHtml } from '../kernel/html.ts'
import { csrfField } from '../views/pages/form-page.ts'
import { withOurs } from './compiled-code.ts'
import { translate } from './django-syntax.ts'
import { djangoText } from './django-text.ts'
import {
  type Frame,
  htmlOf,
  isTrue,
  nunjucksRuntime,
  type Rendering,
  type Runtime,
  type Scope,
  sizeOf,
} from './nunjucks-runtime.ts'
import { addOutsideFilters } from './outside-filters.ts'
import { readCode, type TemplateCode } from './template-code.ts'
import { TemplateFiles } from './template-files.ts'
import { shown } from './template-lookup.ts'
import { TemplateMentions } from './template-mentions.ts'
import { NAMED, urlIfAny, urlTag } from './url-tag.ts'

/** What `nunjucks` takes besides folders. */
export interface NunjucksOptions {
  /** Folders of templates, relative to where the process was started; the first that has a template counts. */
  readonly paths: string | URL | readonly (string | URL)[]
  /** Filters of your own: `{{ price|euro }}`. One that makes HTML returns `markSafe(…)`. */
  readonly filters?: Readonly<Record<string, (value: never, ...given: never[]) => unknown>>
  /** What every template knows. */
  readonly globals?: Readonly<Record<string, unknown>>
  /** Looks whether a template has changed whenever it is used. @default NODE_ENV is not 'production' */
  readonly reload?: boolean
}

type Done = (error: unknown, page?: string) => void
type Root = (env: unknown, scope: Scope, frame: Frame, runtime: Runtime, done: Done) => void
/** A template's root, a function for each block, and what it was made of. */
type Compiled = { root: Root; code: TemplateCode } & Record<string, unknown>
/** What the types of nunjucks leave out. */
interface Compiler {
  compile(
    text: string,
    asyncFilters: readonly string[],
    extensions: readonly object[],
    name: string,
    options: object,
  ): string
}

/** Python's constants behind `is`. */
const TESTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  None: (value) => value === null || value === undefined,
  True: (value) => value === true,
  False: (value) => value === false,
}
/** What the types of nunjucks leave out of its `Environment`. */
interface Templates {
  getTemplate(
    name: string,
    compiled: boolean,
    from: unknown,
    mayBeMissing: unknown,
  ): { render(values: object, frame: Frame): string }
}

/** Templates that call one another deeper than this do so without end. */
const DEEPEST = 200
/**
 * An engine for `createPostern({ templates })`. Everything that comes from outside is escaped.
 * @param options a folder, folders, or `{ paths, filters, globals }`
 * @throws {ConfigurationError} for a folder that is not there
 * @example createPostern({ templates: nunjucks('templates'), … })
 */
export function nunjucks(options: NunjucksOptions['paths'] | NunjucksOptions): TemplateEngine {
  return new NunjucksEngine(isOptions(options) ? options : { paths: options })
}

function isOptions(given: NunjucksOptions['paths'] | NunjucksOptions): given is NunjucksOptions {
  return typeof given === 'object' && 'paths' in given
}

class NunjucksEngine implements TemplateEngine {
  readonly #files: TemplateFiles<Compiled>
  readonly #environment: InstanceType<typeof library.Environment>
  readonly #runtime: Runtime
  readonly #mentions: TemplateMentions
  #rendering: Rendering | undefined

  constructor({ paths, filters = {}, globals = {}, reload = process.env.NODE_ENV !== 'production' }: NunjucksOptions) {
    const folders = typeof paths === 'string' || paths instanceof URL ? [paths] : paths
    this.#files = new TemplateFiles(folders, reload, (name, text) => this.#compile(name, text))
    this.#mentions = new TemplateMentions(
      (name) => this.#files.getSource(name)?.src.obj.code,
      (from, to) => (this.#files.isRelative(to) ? this.#files.resolve(from, to) : to),
      !reload,
    )
    this.#environment = new library.Environment(this.#files as never, { autoescape: true })
    // nunjucks keeps templates by name in an object, where "constructor" would be one.
    Object.assign(this.#files, { cache: Object.create(null) })
    this.#runtime = nunjucksRuntime(
      library,
      () => this.#current(),
      (scope, frame, given) => this.#include(scope, frame, given),
    )
    this.#addDjangosOwn()
    for (const [name, filter] of Object.entries(filters))
      this.#environment.addFilter(name, markingSafe(filter as never))
    for (const [name, value] of Object.entries(globals)) this.#environment.addGlobal(name, value)
  }

  get lookedIn(): readonly string[] {
    return this.#files.folders
  }

  has(name: string): boolean {
    return this.#files.find(name) !== undefined
  }

  mentions(name: string, word: string): readonly string[] | undefined {
    return this.#mentions.of(name, word)
  }

  /** @throws {TemplateError} for a template that is not there, is mistaken or fails @throws {PosternError} that it ran into */
  render(name: string, context: TemplateContext, format: 'html' | 'text' = 'html'): string {
    const outer = this.#rendering
    const rendering: Rendering = { context, chain: [], failure: undefined, escapes: format === 'html' }
    this.#rendering = rendering
    try {
      return this.#environment.render(name, context)
    } catch (error) {
      throw this.#explained(error, name, rendering.failure)
    } finally {
      this.#rendering = outer
    }
  }

  #current(): Rendering {
    if (this.#rendering !== undefined) return this.#rendering
    throw new TemplateError('A part of a template was called after its page was made.')
  }

  #addDjangosOwn(): void {
    const { SafeString } = library.runtime
    const forced = (value: unknown): unknown => new SafeString(escapeHtml(djangoText(value ?? '')))
    const escaped = (value: unknown): unknown => {
      if (value instanceof SafeString) return value
      return value instanceof SafeHtml ? new SafeString(value.toString()) : forced(value)
    }
    const environment = this.#environment
      .addFilter('escape', escaped)
      .addFilter('e', escaped)
      .addFilter('forceescape', forced)
      .addFilter('force_escape', forced)
    addOutsideFilters(environment, (value) => htmlOf(shown(value)))
    environment.addFilter('default_if_none', (value: unknown, otherwise: unknown) => value ?? otherwise)
    environment.addFilter('length', sizeOf).addFilter('__true', isTrue)
    environment.addFilter('__default', (value: unknown, otherwise: unknown) => (isTrue(value) ? value : otherwise))
    Object.assign((environment as unknown as { readonly tests: object }).tests, TESTS)
    environment.addGlobal('True', true).addGlobal('False', false).addGlobal('None', null)
    environment.addGlobal('__url', (...given: unknown[]) => urlTag(this.#current().context.request, given))
    environment.addGlobal('__url_if_any', (...given: unknown[]) => urlIfAny(this.#current().context.request, given))
    environment.addGlobal('__csrf_token', () => csrfField(this.#current().context.request.csrfToken))
  }

  /** `{% include %}`: what is given by name goes before what the including template sees, or is all there is. */
  #include({ ctx }: Scope, frame: Frame, [name, from, mayBeMissing, alone, named]: readonly unknown[]): SafeHtml {
    const template = (this.#environment as unknown as Templates).getTemplate(
      String(name ?? ''),
      false,
      from,
      mayBeMissing,
    )
    const inner = alone
      ? new (library.runtime as unknown as { readonly Frame: new () => Frame }).Frame()
      : frame.push(true)
    for (const [key, value] of Object.entries(named ?? {})) if (key !== NAMED) inner.set(key, value)
    return new SafeHtml(template.render(alone ? {} : ctx, inner))
  }

  #compile(name: string, text: string): Compiled {
    const { asyncFilters, extensionsList, opts } = this.#environment as unknown as {
      readonly asyncFilters: readonly string[]
      readonly extensionsList: readonly object[]
      readonly opts: object
    }
    const { compiler } = library as unknown as { readonly compiler: Compiler }
    let compiled: Compiled
    try {
      const code = compiler.compile(translate(text, name), asyncFilters, extensionsList, name, opts)
      compiled = new Function(withOurs(code, name))() as Compiled
    } catch (error) {
      const { lineno, message } = error as { readonly lineno?: number; readonly message: string }
      const where = lineno === undefined ? '' : ` in line ${lineno}`
      throw new TemplateError(`The template '${name}' has a mistake${where}: ${message}`, error)
    }
    return { ...compiled, root: this.#watched(name, compiled.root), code: readCode(text) }
  }

  /** The template with our runtime; an error leaves it as such, instead of being told to everybody on the way. */
  #watched(name: string, root: Root): Root {
    return (env, scope, frame, _theirs, done) => {
      const { chain } = this.#current()
      if (chain.length >= DEEPEST) throw new TemplateError(endless(chain))
      const depth = chain.push(name) - 1
      root(env, scope, frame, this.#runtime, (error, page) => {
        chain.length = depth
        if (error) throw error
        done(null, page)
      })
    }
  }

  #explained(thrown: unknown, asked: string, failure: Rendering['failure']): unknown {
    const { error, template, line } = failure ?? { error: thrown, template: asked, line: undefined }
    const place = `'${template}'${line === undefined ? '' : ` (line ${line} or behind it)`}`
    if (error instanceof NoReverseMatch) return new NoReverseMatch(`In the template ${place}: ${error.message}`)
    if (error instanceof PosternError) return error
    const message = error instanceof Error ? error.message : String(error)
    const missing = /^template not found: (.*)/.exec(message)?.[1]
    if (missing !== undefined) {
      const whose = failure === undefined ? '' : `, which '${template}' asks for`
      return new TemplateError(`There is no template '${missing}'${whose}. Looked for in: ${this.lookedIn.join(', ')}.`)
    }
    if (error instanceof RangeError && message.includes('call stack')) {
      return new TemplateError(`The template '${template}' calls itself without end.`, error)
    }
    return new TemplateError(`The template ${place} failed: ${message}`, error)
  }
}

/** nunjucks' filters know its own mark for what is HTML already. */
function markingSafe(filter: (...given: unknown[]) => unknown): (...given: unknown[]) => unknown {
  return (...given) => {
    const made = filter(...given)
    return made instanceof SafeHtml ? new library.runtime.SafeString(made.toString()) : made
  }
}

function endless(chain: readonly string[]): string {
  const last = chain.slice(-4).map((name) => `'${name}'`)
  return `Templates include or extend one another without end: … → ${last.join(' → ')} → …`
}
