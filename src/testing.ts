/** `postern/testing`: the suites that every store of sessions or users has to pass. */
export { type SessionStoreContract, sessionStoreContract } from './testing/session-store-contract.ts'
export { type UserStoreContract, userStoreContract } from './testing/user-store-contract.ts'
