/** Every store in the box passes the suites that are exported for third parties. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../src/database.ts'
import { memory } from '../../src/memory.ts'
import { sqlite } from '../../src/sqlite.ts'
import {
  accountStoreContract,
  attemptStoreContract,
  eventStoreContract,
  permissionStoreContract,
  sessionStoreContract,
  tokenStoreContract,
  userStoreContract,
} from '../../src/testing.ts'

type Opened = { database: Database; close: () => Promise<void> }

const databases: Record<string, () => Promise<Opened>> = {
  'SQLite in a file': async () => {
    const folder = mkdtempSync(join(tmpdir(), 'postern-'))
    const database = sqlite(join(folder, 'db.sqlite3'))
    await database.migrate()
    return {
      database,
      close: async () => {
        await database.close()
        rmSync(folder, { recursive: true })
      },
    }
  },
  'SQLite in memory': async () => {
    const database = sqlite(':memory:')
    await database.migrate()
    return { database, close: () => database.close() }
  },
  memory: async () => ({ database: memory(), close: async () => undefined }),
}

for (const [name, open] of Object.entries(databases)) {
  sessionStoreContract({
    name,
    create: async () => {
      const { database, close } = await open()
      return { store: database.sessions, close }
    },
  })
  accountStoreContract({
    name,
    create: async () => {
      const { database, close } = await open()
      return { store: database.accounts, close }
    },
  })
  tokenStoreContract({
    name,
    create: async () => {
      const { database, close } = await open()
      return { store: database.tokens, close }
    },
  })
  userStoreContract({
    name,
    create: async () => {
      const { database, close } = await open()
      return { store: database.users, close }
    },
  })
  permissionStoreContract({
    name,
    create: async () => {
      const { database, close } = await open()
      return { store: database.permissions, users: database.users, close }
    },
  })
  eventStoreContract({
    name,
    create: async () => {
      const { database, close } = await open()
      return { store: database.events, close }
    },
  })
  attemptStoreContract({
    name,
    create: async () => {
      const { database, close } = await open()
      return { store: database.attempts, close }
    },
  })
}
