/** Sessions in a folder of files, beside users that are elsewhere. */
import { accessSync, constants, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigurationError } from '../../errors.ts'
import type { SessionStore } from '../../sessions/session-store.ts'
import { nodeDisk } from './disk.ts'
import { FileSessionStore } from './file-session-store.ts'

const FOLDERS = ['sessions', 'keys', 'ids', 'users', 'tmp'] as const

/**
 * A store of sessions in files, for the processes of one machine; nobody else may read them. Django's engine `file`, but for what
 * that one brings back.
 * @param folder on a local disk, for these sessions alone; made with its folders where it is not there, for its owner alone
 * @throws {ConfigurationError} when it cannot be made, or this process may not write there
 * @example createPostern({ secretKey, database: sqlite('app.db'), sessions: fileSessions('/var/lib/shop/sessions') })
 */
export function fileSessions(folder: string): SessionStore {
  if (typeof folder !== 'string' || folder === '') {
    throw new ConfigurationError("fileSessions needs a folder, for instance fileSessions('/var/lib/shop/sessions').")
  }
  if (process.platform === 'win32') {
    throw new ConfigurationError(
      "Sessions in files need a disk that can be told to write folders down at once, which Windows cannot. Take sqlite('app.db').",
    )
  }
  const root = resolve(folder)
  try {
    for (const name of FOLDERS) {
      mkdirSync(join(root, name), { recursive: true, mode: 0o700 })
      accessSync(join(root, name), constants.R_OK | constants.W_OK | constants.X_OK)
    }
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    throw new ConfigurationError(
      `Sessions cannot be kept in ${root}: ${cause}. Give a folder that this process may make and write.`,
      error,
    )
  }
  return new FileSessionStore(nodeDisk, root)
}
