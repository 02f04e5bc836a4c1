/** Sessions in files pass the suite of all stores. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileSessions } from '../../src/file.ts'
import { sessionStoreContract } from '../../src/testing.ts'

sessionStoreContract({
  name: 'files',
  create: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'postern-'))
    return { store: fileSessions(folder), close: () => rmSync(folder, { recursive: true }) }
  },
})
