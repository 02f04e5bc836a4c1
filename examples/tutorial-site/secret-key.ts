/** A secret key that survives a restart, made at the first start. A real site takes it from its environment. */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'

export function secretKeyFrom(file: string): string {
  try {
    // `wx` fails when there is one: two starts at once must not make two keys.
    writeFileSync(file, randomBytes(48).toString('base64url'), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(file, 'utf8')
}
