/**
 * Templates in folders, compiled and kept. A name leads below its folder and nowhere else.
 * Mirrors django/template/loaders/filesystem.py and cached.py (5.2).
 */
import { readFileSync, statSync } from 'node:fs'
import { join, posix, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigurationError, TemplateError } from '../errors.ts'

/** A compiled template, and which state of its file it is of. */
interface Kept<T> {
  readonly stamp: string
  readonly template: T
}

/** Finds templates for nunjucks (its `Loader`). */
export class TemplateFiles<T> {
  readonly folders: readonly string[]
  readonly #reload: boolean
  readonly #compile: (name: string, text: string) => T
  readonly #kept = new Map<string, Kept<T>>()
  readonly #found = new Map<string, string>()

  /**
   * @param reload looks whether a file has changed whenever it is used
   * @throws {ConfigurationError} for a folder that is not there
   */
  constructor(folders: readonly (string | URL)[], reload: boolean, compile: (name: string, text: string) => T) {
    this.folders = folders.map((folder) => (folder instanceof URL ? fileURLToPath(folder) : resolve(folder)))
    this.#reload = reload
    this.#compile = compile
    for (const folder of this.folders) {
      if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
        throw new ConfigurationError(`There is no folder ${folder} for templates; create it, or name another one.`)
      }
    }
  }

  /** The file of a template. */
  find(name: string): string | undefined {
    const known = this.#reload ? undefined : this.#found.get(name)
    if (known !== undefined) return known
    if (!isPlain(name)) return undefined
    for (const folder of this.folders) {
      const file = join(folder, name)
      if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) continue
      this.#found.set(name, file)
      return file
    }
    return undefined
  }

  /** For nunjucks. @throws {TemplateError} for one that cannot be read or compiled */
  getSource(name: string): { src: { type: 'code'; obj: T }; path: string; noCache: boolean } | null {
    const file = this.find(name)
    return file === undefined
      ? null
      : { src: { type: 'code', obj: this.#template(name, file) }, path: name, noCache: this.#reload }
  }

  /** For nunjucks: `./name` means beside the template that says it. */
  isRelative(name: string): boolean {
    return name.startsWith('./') || name.startsWith('../')
  }
  resolve(from: string, to: string): string {
    return posix.join(posix.dirname(from), to)
  }

  #template(name: string, file: string): T {
    try {
      const { mtimeMs, size } = statSync(file)
      const stamp = `${name}\n${mtimeMs}\n${size}`
      const kept = this.#kept.get(file)
      if (kept?.stamp === stamp) return kept.template
      const template = this.#compile(name, readFileSync(file, 'utf8'))
      this.#kept.set(file, { stamp, template })
      return template
    } catch (error) {
      if (error instanceof TemplateError) throw error
      throw new TemplateError(`The template '${name}' (${file}) cannot be read: ${(error as Error).message}`, error)
    }
  }
}

/** Only names of files below the folder, in one spelling: what a template is made to include may come from outside. */
function isPlain(name: string): boolean {
  return !/[\\:\0]/.test(name) && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
}
