/**
 * Preloaded by the coverage run: whoever imports the package by its name gets `src` instead of `dist`, so that every
 * line is counted where it was written.
 */
import { registerHooks } from 'node:module'

const source = new URL('../src/', import.meta.url)

registerHooks({
  resolve(specifier, context, nextResolve) {
    const [, entry] = /^postern(?:\/([a-z-]+))?$/.exec(specifier) ?? [null, null]
    if (entry === null) return nextResolve(specifier, context)
    return nextResolve(new URL(`${entry ?? 'index'}.ts`, source).href, context)
  },
})
