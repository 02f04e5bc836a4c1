/** `postern/testing`: the suites that every store of sessions, users or permissions has to pass. */
export { type PermissionStoreContract, permissionStoreContract } from './testing/permission-store-contract.ts'
export { type SessionStoreContract, sessionStoreContract } from './testing/session-store-contract.ts'
export { type UserStoreContract, userStoreContract } from './testing/user-store-contract.ts'
