/** Machines on which optional packages are missing or broken. */
import crypto from 'node:crypto'
import Module from 'node:module'
import type { TestContext } from 'node:test'

const loader = Module as unknown as {
  _resolveFilename(request: string, ...rest: unknown[]): string
  _load(request: string, ...rest: unknown[]): unknown
}

/** Why a test of Node's own Argon2 is skipped, if it is. */
export const noArgon2: string | false = 'argon2' in crypto ? false : 'this Node has no Argon2 of its own (24.7 has)'

/** Nothing is installed under these names until the test ends. */
export function withoutPackages(t: TestContext, ...names: readonly string[]): void {
  const resolve = loader._resolveFilename
  t.mock.method(loader, '_resolveFilename', (request: string, ...rest: unknown[]) => {
    if (names.includes(request)) {
      throw Object.assign(new Error(`Cannot find module '${request}'`), { code: 'MODULE_NOT_FOUND' })
    }
    return resolve.call(loader, request, ...rest)
  })
}

/** The package is there and throws when it is loaded, as one built for another machine does. */
export function withBrokenPackage(t: TestContext, name: string): void {
  const load = loader._load
  t.mock.method(loader, '_load', (request: string, ...rest: unknown[]) => {
    if (request === name) throw new Error('Cannot find native binding.')
    return load.call(loader, request, ...rest)
  })
}

/** Node before 24.7, or one whose OpenSSL knows no Argon2: then the function is there and throws. */
export function withoutArgon2(t: TestContext, how: 'missing' | 'failing' = 'missing'): void {
  const { argon2, argon2Sync } = crypto
  t.after(() => Object.assign(crypto, { argon2, argon2Sync }))
  const fail = (): never => {
    throw new Error('Argon2 is not supported')
  }
  const without = how === 'missing' ? undefined : fail
  Object.assign(crypto, { argon2: without, argon2Sync: without })
}
