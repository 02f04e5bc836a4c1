/**
 * Which of a site's languages a visitor reads, by Accept-Language (RFC 9110, section 12.5.4).
 * Mirrors `get_language_from_request` (django/utils/translation/trans_real.py, 5.2), without cookies.
 */
import type { Catalog } from './text.ts'

/** Django's limit: what comes behind it is not read. */
const LONGEST_HEADER = 500
const PREFERENCE = /^([a-z]{1,8}(?:-[a-z0-9]{1,8})*|\*)(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/

/**
 * The first of the visitor's languages that the site has: itself, without its region, or with another one.
 * @param accept the header Accept-Language
 * @param languages those of the site; the first is for whoever asks for none of them
 */
export function chooseLanguage(accept: string | undefined, languages: readonly [string, ...string[]]): string {
  if (accept === undefined || languages.length === 1) return languages[0]
  for (const wanted of preferences(accept)) {
    const found = wanted === '*' ? languages[0] : variantOf(wanted, languages)
    if (found !== undefined) return found
  }
  return languages[0]
}

function variantOf(wanted: string, languages: readonly string[]): string | undefined {
  const parts = wanted.split('-')
  for (let length = parts.length; length > 0; length--) {
    const code = parts.slice(0, length).join('-')
    const found = languages.find((language) => language.toLowerCase() === code)
    if (found !== undefined) return found
  }
  return languages.find((language) => language.toLowerCase().startsWith(`${parts[0]}-`))
}

/** The languages of the header in lower case, most wanted first; as in Django one that cannot be read makes all of it void. */
function preferences(accept: string): readonly string[] {
  const read = accept.length <= LONGEST_HEADER ? accept : accept.slice(0, accept.lastIndexOf(',', LONGEST_HEADER - 1))
  const wanted: { readonly language: string; readonly quality: number }[] = []
  for (const part of read.toLowerCase().split(',')) {
    const found = PREFERENCE.exec(part.trim())
    if (found === null) return []
    const quality = Number(found[2] ?? 1)
    if (quality > 0) wanted.push({ language: found[1] as string, quality })
  }
  return wanted.sort((one, other) => other.quality - one.quality).map(({ language }) => language)
}

/** The catalog of a language, or the one without its region. @param catalogs by codes in lower case */
export function catalogOf(catalogs: ReadonlyMap<string, Catalog>, language: string): Catalog | undefined {
  const code = language.toLowerCase()
  return catalogs.get(code) ?? catalogs.get(code.replace(/-.*/, ''))
}
