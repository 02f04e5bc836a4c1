/** The sentences that come with Postern, by language, and an application's own in front of them. */
import type { Catalog } from '../kernel/text.ts'
import { GERMAN } from './de.ts'

const BUILT_IN: Readonly<Record<string, Catalog>> = { de: GERMAN }

/** @param own by language codes of any case. @returns by codes in lower case */
export function mergeCatalogs(own: Readonly<Record<string, Catalog>> = {}): ReadonlyMap<string, Catalog> {
  const merged = new Map(Object.entries(BUILT_IN))
  for (const [code, catalog] of Object.entries(own)) {
    const language = code.toLowerCase()
    merged.set(language, { ...merged.get(language), ...catalog })
  }
  return merged
}
