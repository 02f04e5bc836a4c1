/** Postern's own tables, beside Django's and without foreign keys into them; one text for all dialects. */

/** How a dialect writes a column that counts its rows; the ids of removed rows are not given again. */
export type IdentityColumn = string

/** Step 2. */
export const SESSION_AND_USER_TABLES: readonly string[] = [
  `CREATE TABLE postern_session (session_key varchar(40) NOT NULL PRIMARY KEY, public_id varchar(32) NOT NULL UNIQUE,
user_id varchar(255) NOT NULL, created bigint NOT NULL, last_seen bigint NOT NULL, address varchar(45) NULL,
user_agent varchar(255) NULL)`,
  'CREATE INDEX postern_session_user_id ON postern_session (user_id)',
  `CREATE TABLE postern_user (user_id varchar(255) NOT NULL PRIMARY KEY, epoch integer NOT NULL DEFAULT 0,
last_logout bigint NULL, email_confirmed bigint NULL)`,
]

/** Step 3, the audit log: rows are added and, when they are old, removed. */
export function eventTable(identity: IdentityColumn): readonly string[] {
  return [
    `CREATE TABLE postern_event (id ${identity}, at bigint NOT NULL, event varchar(40) NOT NULL,
user_id varchar(255) NULL, session_id varchar(32) NULL, address varchar(45) NULL, user_agent varchar(255) NULL, data text NOT NULL)`,
    'CREATE INDEX postern_event_at ON postern_event (at)',
    'CREATE INDEX postern_event_user_id ON postern_event (user_id)',
  ]
}

/** Step 4. */
export const ATTEMPT_TABLE: readonly string[] = [
  'CREATE TABLE postern_attempt (attempt_key varchar(40) NOT NULL PRIMARY KEY, full_at bigint NOT NULL)',
  'CREATE INDEX postern_attempt_full_at ON postern_attempt (full_at)',
]

/** Step 5. */
export const TOKEN_TABLE: readonly string[] = [
  `CREATE TABLE postern_token (token_hash varchar(64) NOT NULL PRIMARY KEY, purpose varchar(40) NOT NULL,
user_id varchar(255) NOT NULL, expires bigint NOT NULL, redeemed bigint NOT NULL)`,
  'CREATE INDEX postern_token_expires ON postern_token (expires)',
]

/** Step 6. */
export const PENDING_COLUMN: readonly string[] = [
  'ALTER TABLE postern_user ADD COLUMN confirmation_pending bigint NULL',
]
