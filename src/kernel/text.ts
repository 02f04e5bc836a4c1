/**
 * Sentences for people before they are put into a language: Django's own message ids with their parameters, so that
 * Django's catalogues fit. Mirrors `gettext` and `ngettext` with `%(name)s` parameters, and with `%d` for the count
 * (django/utils/translation, 5.2).
 */

/** A sentence with what is to be put into it. */
export interface Text {
  /** The English sentence, which is also its id: `This password is too short.` */
  readonly id: string
  /** The English sentence for more than one, chosen by `count`. */
  readonly plural?: string | undefined
  readonly count?: number | undefined
  /** For `%(name)s` and `%(name)d`; a sentence among them (the name of a field) is put into the language, too. */
  readonly params?: Readonly<Record<string, string | number | Text>> | undefined
}

/** The sentences of one language by their English ids; of two forms the first is the singular. */
export type Catalog = Readonly<Record<string, string | readonly [one: string, many: string]>>

/** A sentence without parameters, or with them. */
export function sentence(id: string, params?: Text['params']): Text {
  return params === undefined ? { id } : { id, params }
}

/** A sentence that is another for one than for more. @param one its id @param many the English one for more than one */
export function countedSentence(one: string, many: string, count: number, params?: Text['params']): Text {
  return { id: one, plural: many, count, params }
}

/** The sentence in the language of a catalog; in English where the catalog lacks it, or there is none. */
export function inLanguage(text: Text, catalog: Catalog | undefined): string {
  const one = text.count === undefined || text.count === 1
  const found = catalog !== undefined && Object.hasOwn(catalog, text.id) ? catalog[text.id] : undefined
  const translated = typeof found === 'object' ? found[one ? 0 : 1] : found
  return fill(translated ?? (one ? text.id : (text.plural ?? text.id)), text, catalog)
}

function fill(sentence: string, { params = {}, count }: Text, catalog: Catalog | undefined): string {
  return sentence.replace(/%\((\w+)\)[sd]|%d/g, (whole, name: string | undefined) => {
    if (name === undefined) return count === undefined ? whole : String(count)
    const value = Object.hasOwn(params, name) ? params[name] : undefined
    if (value === undefined) return whole
    return typeof value === 'object' ? inLanguage(value, catalog) : String(value)
  })
}
