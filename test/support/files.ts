/** Sessions in files, for tests; the folder goes when the test is over. */
import type { Database } from '../../src/database.ts'
import { fileSessions } from '../../src/file.ts'
import { memory } from '../../src/memory.ts'
import { tempFolder } from './temp-folder.ts'

type Hooks = { after(end: () => unknown): void }

/** Users in memory, and their sessions in files. @param folder @default a new one, that goes with the test */
export function openFiles(t: Hooks, folder: string = tempFolder(t)): Database {
  return { ...memory(), sessions: fileSessions(folder) }
}
