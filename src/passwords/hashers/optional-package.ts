/** Packages that are only needed for some hashers, and come with no installation of Postern by itself. */
import { createRequire } from 'node:module'

/**
 * What an optional package exports; undefined where it is not installed.
 * @throws what the package throws when it is there and cannot be loaded
 */
export function optionalPackage(name: string): unknown {
  const require = createRequire(import.meta.url)
  try {
    require.resolve(name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
  return require(name)
}
