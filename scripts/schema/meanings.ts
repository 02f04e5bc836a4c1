/** What each table and each column of it means: one sentence each, for docs/schema.md and the comments of the schema files. */
import type { Tables } from './tables.ts'

/** What a table is for, and its columns. */
export interface Meaning {
  readonly table: string
  readonly columns: Readonly<Record<string, string>>
}

const ID = 'The number that others name it by.'
const AGENT = "The client's User-Agent, cut to fit."
const ADDRESS = 'Where the client was, as settings of proxies let it be known.'

export const MEANINGS: Readonly<Record<string, Meaning>> = {
  auth_user: {
    table: 'Accounts.',
    columns: {
      id: ID,
      password:
        'The hash of the password, with its algorithm, cost and salt; one that begins with `!` fits no password.',
      last_login: 'When the user last logged in.',
      is_superuser: 'May do everything, without being given it.',
      username: 'What the user logs in with.',
      first_name: 'Their first name, or nothing.',
      last_name: 'Their last name, or nothing.',
      email: 'Their address, or nothing; two accounts may have one.',
      is_staff: "May see Django's admin.",
      is_active: 'May log in; whoever may not has no sessions.',
      date_joined: 'When the account was made.',
    },
  },
  auth_group: { table: 'Groups of users.', columns: { id: ID, name: 'What the group is called.' } },
  auth_permission: {
    table: 'What may be allowed: `app.codename`.',
    columns: {
      id: ID,
      name: 'What people read.',
      content_type_id: 'The model that it is about, which also says the app.',
      codename: 'What code asks for, such as `publish_post`.',
    },
  },
  auth_user_groups: {
    table: 'Which users are in which groups.',
    columns: { id: ID, user_id: 'Who.', group_id: 'In which group.' },
  },
  auth_group_permissions: {
    table: 'What the members of a group may do.',
    columns: { id: ID, group_id: 'Which group.', permission_id: 'What its members may do.' },
  },
  auth_user_user_permissions: {
    table: 'What single users may do.',
    columns: { id: ID, user_id: 'Who.', permission_id: 'What they may do.' },
  },
  django_content_type: {
    table: 'Models that permissions are about.',
    columns: { id: ID, app_label: 'The app, `blog`.', model: 'The model in small letters, `post`.' },
  },
  django_session: {
    table: 'Sessions, of visitors who are signed in and of others.',
    columns: {
      session_key: "The SHA-256 of the cookie's key, its first 40 digits; with `interop: 'django'` the key itself.",
      session_data: 'What is in the session: JSON, signed, not encrypted.',
      expire_date: 'From then on there is no such session.',
    },
  },
  django_migrations: {
    table: "Django's list of its migrations, so that its own migrate finds nothing left to do.",
    columns: { id: ID, app: 'Whose migration.', name: 'Its name.', applied: 'When it was taken.' },
  },
  postern_session: {
    table: 'A line for each session of somebody who is signed in: the list of sessions, and "log out everywhere".',
    columns: {
      session_key: 'As `django_session.session_key`; a session and its line go together.',
      public_id: 'What the session is called in the list and the audit log: random, nothing can be done with it.',
      user_id: "The user's id as text; no foreign key, since users may be elsewhere.",
      created: 'When it was first seen, in milliseconds since 1970.',
      last_seen: 'When it was last written or renewed, in milliseconds since 1970.',
      address: ADDRESS,
      user_agent: AGENT,
    },
  },
  postern_user: {
    table: "What is known of an account and has no column in Django's table.",
    columns: {
      user_id: "The user's id as text.",
      epoch: 'Sessions in signed cookies that carry a lower number have ended.',
      last_logout: 'When the user last logged out, in milliseconds since 1970.',
      email_confirmed: 'When the address was confirmed, in milliseconds since 1970.',
      confirmation_pending: 'Since when the account has been waiting for that, in milliseconds since 1970.',
    },
  },
  postern_event: {
    table: 'The audit log: rows are added, never changed, and removed when they are old.',
    columns: {
      id: 'Higher for what was added later.',
      at: 'When, in milliseconds since 1970.',
      event: 'What happened, `user_logged_out`: docs/events.md.',
      user_id: 'Whom it is about, as text.',
      session_id: 'Which session, by its public id.',
      address: ADDRESS,
      user_agent: AGENT,
      data: 'What else there is to tell, in JSON; no credentials.',
    },
  },
  postern_attempt: {
    table: 'Wrong guesses of late. No row says whom it is about.',
    columns: {
      attempt_key: 'A keyed hash of the account, the network or the browser, and of what was tried.',
      full_at: 'When as many guesses are allowed as ever, in milliseconds since 1970.',
    },
  },
  postern_token: {
    table: 'Links that were used, so that nobody uses them again.',
    columns: {
      token_hash: 'The SHA-256 of the token, which itself is kept nowhere.',
      purpose: 'What it was good for, `confirm_email`.',
      user_id: "The user's id as text.",
      expires: 'From when on the row may go, in milliseconds since 1970.',
      redeemed: 'When it was used, in milliseconds since 1970.',
    },
  },
  postern_migration: {
    table: 'The steps below that were taken.',
    columns: {
      id: "The step's number.",
      name: "The step's name.",
      applied: 'When it was done, in milliseconds since 1970; 0 while it is at work.',
    },
  },
}

/** @throws for a table or a column that nobody has said the meaning of, and for a meaning of nothing */
export function checkMeanings(tables: Tables, meanings: Readonly<Record<string, Meaning>> = MEANINGS): void {
  const named = (names: Iterable<string>): string => [...names].sort().join(', ')
  const compare = (what: string, there: Iterable<string>, said: Iterable<string>): void => {
    const [one, other] = [named(there), named(said)]
    if (one !== other)
      throw new Error(`${what}: there are ${one}; scripts/schema/meanings.ts says what these mean: ${other}.`)
  }
  compare('tables', tables.keys(), Object.keys(meanings))
  for (const [name, { columns }] of tables) {
    compare(
      `columns of ${name}`,
      columns.map((column) => column.name),
      Object.keys(meanings[name]?.columns ?? {}),
    )
  }
}
