/** The name of a session in a user's list: random, and nothing that follows from the stored key. */
import { randomUUID } from 'node:crypto'

/** @returns 32 hexadecimal characters, 122 bits at random; made from Node's pool, which costs a tenth of `randomBytes` */
export function newPublicId(): string {
  return randomUUID().replaceAll('-', '')
}
