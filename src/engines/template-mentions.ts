/** What a template asks of a name, together with the templates that it extends and includes. */
import type { TemplateCode } from './template-code.ts'
import { askedOf } from './template-code.ts'

export class TemplateMentions {
  readonly #codeOf: (name: string) => TemplateCode | undefined
  readonly #resolve: (from: string, to: string) => string
  /** By word and template; undefined where templates may change at any time. */
  readonly #known: Map<string, readonly string[] | undefined> | undefined

  /**
   * @param codeOf the code of a template; undefined where there is none, and an error where it is mistaken
   * @param resolve the name of a template that another calls
   * @param keep whether templates stay as they are
   */
  constructor(
    codeOf: (name: string) => TemplateCode | undefined,
    resolve: (from: string, to: string) => string,
    keep: boolean,
  ) {
    this.#codeOf = codeOf
    this.#resolve = resolve
    this.#known = keep ? new Map() : undefined
  }

  /** @returns what is asked of the word, `*` where a value decides; undefined where nobody mentions it */
  of(name: string, word: string): readonly string[] | undefined {
    const key = `${word}\n${name}`
    const known = this.#known
    if (known?.has(key) === true) return known.get(key)
    const found = this.#find(name, word)
    known?.set(key, found)
    return found
  }

  #find(name: string, word: string): readonly string[] | undefined {
    const asked = new Set<string>()
    let mentioned = false
    const seen = new Set([name])
    for (const template of seen) {
      const code = this.#read(template)
      // What is mistaken says so when the page is made.
      if (code === undefined) continue
      const here = askedOf(word, code.pieces)
      mentioned ||= here !== undefined || code.callsUnknown
      if (code.callsUnknown) asked.add('*')
      for (const one of here ?? []) asked.add(one)
      for (const called of code.calls) seen.add(this.#resolve(template, called))
    }
    return mentioned ? [...asked] : undefined
  }

  #read(name: string): TemplateCode | undefined {
    try {
      return this.#codeOf(name)
    } catch {
      return undefined
    }
  }
}
