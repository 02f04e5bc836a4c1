/** All suites that are exported for third parties, for one database in the box. */
import type { Database } from '../../src/database.ts'
import {
  accountStoreContract,
  attemptStoreContract,
  eventStoreContract,
  permissionStoreContract,
  sessionStoreContract,
  tokenStoreContract,
  userStoreContract,
} from '../../src/testing.ts'

type Hooks = { after(end: () => unknown): void }

/** @param open an empty database, with its tables @param looseNames see `UserStoreContract.looseNames` */
export function contracts(name: string, open: (t: Hooks) => Database | Promise<Database>, looseNames = false): void {
  const opened = async (): Promise<{ database: Database; close: () => Promise<void> }> => {
    const endings: (() => unknown)[] = []
    const database = await open({ after: (ending) => void endings.unshift(ending) })
    return {
      database,
      close: async () => {
        for (const ending of endings) await ending()
      },
    }
  }
  const of =
    <K extends keyof Database>(store: K) =>
    async (): Promise<{ store: Database[K]; users: Database['users']; close: () => Promise<void> }> => {
      const { database, close } = await opened()
      return { store: database[store], users: database.users, close }
    }
  sessionStoreContract({ name, create: of('sessions') })
  accountStoreContract({ name, create: of('accounts') })
  tokenStoreContract({ name, create: of('tokens') })
  userStoreContract({ name, create: of('users'), looseNames })
  permissionStoreContract({ name, create: of('permissions'), looseNames })
  eventStoreContract({ name, create: of('events') })
  attemptStoreContract({ name, create: of('attempts') })
}
