/** `postern/testing`: the suites that every store has to pass, and an outbox for mails. */
export { type AccountStoreContract, accountStoreContract } from './testing/account-store-contract.ts'
export { type AttemptStoreContract, attemptStoreContract } from './testing/attempt-store-contract.ts'
export { type EventStoreContract, eventStoreContract } from './testing/event-store-contract.ts'
export { type Outbox, outbox } from './testing/outbox.ts'
export { type PermissionStoreContract, permissionStoreContract } from './testing/permission-store-contract.ts'
export { type SessionStoreContract, sessionStoreContract } from './testing/session-store-contract.ts'
export { type TokenStoreContract, tokenStoreContract } from './testing/token-store-contract.ts'
export { type UserStoreContract, userStoreContract } from './testing/user-store-contract.ts'
