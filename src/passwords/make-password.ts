/**
 * Making and checking hashes without a Postern: in scripts, seeds and tests. They share one queue.
 * Mirrors `make_password` and `check_password` (django/contrib/auth/hashers.py, 5.2).
 */
import { defaultHashers } from './default-hashers.ts'
import { HashQueue } from './hash-queue.ts'
import type { Hasher } from './hasher.ts'
import { type MakePasswordOptions, Passwords } from './passwords.ts'

/** How a password is checked. */
export interface CheckPasswordOptions {
  /** The first is preferred, all are read. @default Django's list */
  readonly hashers?: readonly [Hasher, ...Hasher[]]
  /** Called with a right password whose hash should be made anew. */
  readonly setter?: (password: string) => void | Promise<void>
}

let shared: { readonly queue: HashQueue; readonly passwords: Passwords } | undefined

/** Made when it is first needed, since looking for optional packages takes a moment. */
function sharedPasswords(hashers?: readonly [Hasher, ...Hasher[]]): Passwords {
  if (shared === undefined) {
    const queue = new HashQueue()
    shared = { queue, passwords: new Passwords(defaultHashers(), queue) }
  }
  return hashers === undefined ? shared.passwords : new Passwords(hashers, shared.queue)
}

/**
 * The hash to keep for a password; `null` makes one that no password opens. `auth.passwords.make` is the same with the hashers of a Postern.
 * @throws {Overloaded} when too many hashes are waiting
 * @throws {RequestError} 400 for a password that is too long, or has lone surrogates, which have no bytes
 * @throws {TypeError} for what is no password, and for the name of a hasher that is not there
 * @example await makePassword('correct horse', { hasher: new ScryptHasher() })
 */
export async function makePassword(password: string | null, options: MakePasswordOptions = {}): Promise<string> {
  return sharedPasswords().make(password, options)
}

/**
 * Whether a password is right for a hash. `auth.passwords.check` is the same with the hashers of a Postern.
 * @throws {Overloaded} when too many hashes are waiting
 * @example await checkPassword('correct horse', encoded)
 */
export async function checkPassword(
  password: string | null,
  encoded: string | null,
  options: CheckPasswordOptions = {},
): Promise<boolean> {
  const { correct, mustUpdate } = await sharedPasswords(options.hashers).check(password, encoded)
  if (correct && mustUpdate && password !== null) await options.setter?.(password)
  return correct
}
