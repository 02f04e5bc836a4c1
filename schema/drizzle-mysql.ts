/** Postern's tables for Drizzle. Made by `npm run schema` of Postern, whose migrations make the tables: docs/schema.md. */
import {
  bigint,
  boolean,
  datetime,
  foreignKey,
  index,
  int,
  longtext,
  mysqlTable,
  text,
  unique,
  varchar,
} from 'drizzle-orm/mysql-core'

/** The steps below that were taken. */
export const posternMigration = mysqlTable('postern_migration', {
  /** The step's number. */
  id: int('id').primaryKey(),
  /** The step's name. */
  name: varchar('name', { length: 100 }).notNull(),
  /** When it was done, in milliseconds since 1970; 0 while it is at work. */
  applied: bigint('applied', { mode: 'number' }).notNull(),
})

/** Django's list of its migrations, so that its own migrate finds nothing left to do. */
export const djangoMigrations = mysqlTable('django_migrations', {
  /** The number that others name it by. */
  id: int('id').primaryKey().autoincrement(),
  /** Whose migration. */
  app: varchar('app', { length: 255 }).notNull(),
  /** Its name. */
  name: varchar('name', { length: 255 }).notNull(),
  /** When it was taken. */
  applied: datetime('applied', { fsp: 6 }).notNull(),
})

/** Models that permissions are about. */
export const djangoContentType = mysqlTable(
  'django_content_type',
  {
    /** The number that others name it by. */
    id: int('id').primaryKey().autoincrement(),
    /** The app, `blog`. */
    appLabel: varchar('app_label', { length: 100 }).notNull(),
    /** The model in small letters, `post`. */
    model: varchar('model', { length: 100 }).notNull(),
  },
  (table) => [unique('django_content_type_app_label_model_76bd3d3b_uniq').on(table.appLabel, table.model)],
)

/** What may be allowed: `app.codename`. */
export const authPermission = mysqlTable(
  'auth_permission',
  {
    /** The number that others name it by. */
    id: int('id').primaryKey().autoincrement(),
    /** What people read. */
    name: varchar('name', { length: 255 }).notNull(),
    /** The model that it is about, which also says the app. */
    contentTypeId: int('content_type_id').notNull(),
    /** What code asks for, such as `publish_post`. */
    codename: varchar('codename', { length: 100 }).notNull(),
  },
  (table) => [
    unique('auth_permission_content_type_id_codename_01ab375a_uniq').on(table.contentTypeId, table.codename),
    foreignKey({
      name: 'auth_permission_content_type_id_2f476e4b_fk_django_co',
      columns: [table.contentTypeId],
      foreignColumns: [djangoContentType.id],
    }),
  ],
)

/** Groups of users. */
export const authGroup = mysqlTable('auth_group', {
  /** The number that others name it by. */
  id: int('id').primaryKey().autoincrement(),
  /** What the group is called. */
  name: varchar('name', { length: 150 }).notNull().unique('name'),
})

/** What the members of a group may do. */
export const authGroupPermissions = mysqlTable(
  'auth_group_permissions',
  {
    /** The number that others name it by. */
    id: int('id').primaryKey().autoincrement(),
    /** Which group. */
    groupId: int('group_id').notNull(),
    /** What its members may do. */
    permissionId: int('permission_id').notNull(),
  },
  (table) => [
    unique('auth_group_permissions_group_id_permission_id_0cd325b0_uniq').on(table.groupId, table.permissionId),
    foreignKey({
      name: 'auth_group_permissions_group_id_b120cbf9_fk_auth_group_id',
      columns: [table.groupId],
      foreignColumns: [authGroup.id],
    }),
    foreignKey({
      name: 'auth_group_permissio_permission_id_84c5c92e_fk_auth_perm',
      columns: [table.permissionId],
      foreignColumns: [authPermission.id],
    }),
  ],
)

/** Accounts. */
export const authUser = mysqlTable('auth_user', {
  /** The number that others name it by. */
  id: int('id').primaryKey().autoincrement(),
  /** The hash of the password, with its algorithm, cost and salt; one that begins with `!` fits no password. */
  password: varchar('password', { length: 128 }).notNull(),
  /** When the user last logged in. */
  lastLogin: datetime('last_login', { fsp: 6 }),
  /** May do everything, without being given it. */
  isSuperuser: boolean('is_superuser').notNull(),
  /** What the user logs in with. */
  username: varchar('username', { length: 150 }).notNull().unique('username'),
  /** Their first name, or nothing. */
  firstName: varchar('first_name', { length: 150 }).notNull(),
  /** Their last name, or nothing. */
  lastName: varchar('last_name', { length: 150 }).notNull(),
  /** Their address, or nothing; two accounts may have one. */
  email: varchar('email', { length: 254 }).notNull(),
  /** May see Django's admin. */
  isStaff: boolean('is_staff').notNull(),
  /** May log in; whoever may not has no sessions. */
  isActive: boolean('is_active').notNull(),
  /** When the account was made. */
  dateJoined: datetime('date_joined', { fsp: 6 }).notNull(),
})

/** Which users are in which groups. */
export const authUserGroups = mysqlTable(
  'auth_user_groups',
  {
    /** The number that others name it by. */
    id: int('id').primaryKey().autoincrement(),
    /** Who. */
    userId: int('user_id').notNull(),
    /** In which group. */
    groupId: int('group_id').notNull(),
  },
  (table) => [
    unique('auth_user_groups_user_id_group_id_94350c0c_uniq').on(table.userId, table.groupId),
    foreignKey({
      name: 'auth_user_groups_user_id_6a12ed8b_fk_auth_user_id',
      columns: [table.userId],
      foreignColumns: [authUser.id],
    }),
    foreignKey({
      name: 'auth_user_groups_group_id_97559544_fk_auth_group_id',
      columns: [table.groupId],
      foreignColumns: [authGroup.id],
    }),
  ],
)

/** What single users may do. */
export const authUserUserPermissions = mysqlTable(
  'auth_user_user_permissions',
  {
    /** The number that others name it by. */
    id: int('id').primaryKey().autoincrement(),
    /** Who. */
    userId: int('user_id').notNull(),
    /** What they may do. */
    permissionId: int('permission_id').notNull(),
  },
  (table) => [
    unique('auth_user_user_permissions_user_id_permission_id_14a6b632_uniq').on(table.userId, table.permissionId),
    foreignKey({
      name: 'auth_user_user_permissions_user_id_a95ead1b_fk_auth_user_id',
      columns: [table.userId],
      foreignColumns: [authUser.id],
    }),
    foreignKey({
      name: 'auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm',
      columns: [table.permissionId],
      foreignColumns: [authPermission.id],
    }),
  ],
)

/** Sessions, of visitors who are signed in and of others. */
export const djangoSession = mysqlTable(
  'django_session',
  {
    /** The SHA-256 of the cookie's key, its first 40 digits; with `interop: 'django'` the key itself. */
    sessionKey: varchar('session_key', { length: 40 }).primaryKey(),
    /** What is in the session: JSON, signed, not encrypted. */
    sessionData: longtext('session_data').notNull(),
    /** From then on there is no such session. */
    expireDate: datetime('expire_date', { fsp: 6 }).notNull(),
  },
  (table) => [index('django_session_expire_date_a5c62663').on(table.expireDate)],
)

/** A line for each session of somebody who is signed in: the list of sessions, and "log out everywhere". */
export const posternSession = mysqlTable(
  'postern_session',
  {
    /** As `django_session.session_key`; a session and its line go together. */
    sessionKey: varchar('session_key', { length: 40 }).primaryKey(),
    /** What the session is called in the list and the audit log: random, nothing can be done with it. */
    publicId: varchar('public_id', { length: 32 }).notNull().unique('public_id'),
    /** The user's id as text; no foreign key, since users may be elsewhere. */
    userId: varchar('user_id', { length: 255 }).notNull(),
    /** When it was first seen, in milliseconds since 1970. */
    created: bigint('created', { mode: 'number' }).notNull(),
    /** When it was last written or renewed, in milliseconds since 1970. */
    lastSeen: bigint('last_seen', { mode: 'number' }).notNull(),
    /** Where the client was, as settings of proxies let it be known. */
    address: varchar('address', { length: 45 }),
    /** The client's User-Agent, cut to fit. */
    userAgent: varchar('user_agent', { length: 255 }),
  },
  (table) => [index('postern_session_user_id').on(table.userId)],
)

/** What is known of an account and has no column in Django's table. */
export const posternUser = mysqlTable('postern_user', {
  /** The user's id as text. */
  userId: varchar('user_id', { length: 255 }).primaryKey(),
  /** Sessions in signed cookies that carry a lower number have ended. */
  epoch: int('epoch').notNull().default(0),
  /** When the user last logged out, in milliseconds since 1970. */
  lastLogout: bigint('last_logout', { mode: 'number' }),
  /** When the address was confirmed, in milliseconds since 1970. */
  emailConfirmed: bigint('email_confirmed', { mode: 'number' }),
  /** Since when the account has been waiting for that, in milliseconds since 1970. */
  confirmationPending: bigint('confirmation_pending', { mode: 'number' }),
})

/** The audit log: rows are added, never changed, and removed when they are old. */
export const posternEvent = mysqlTable(
  'postern_event',
  {
    /** Higher for what was added later. */
    id: bigint('id', { mode: 'number' }).primaryKey().autoincrement(),
    /** When, in milliseconds since 1970. */
    at: bigint('at', { mode: 'number' }).notNull(),
    /** What happened, `user_logged_out`: docs/events.md. */
    event: varchar('event', { length: 40 }).notNull(),
    /** Whom it is about, as text. */
    userId: varchar('user_id', { length: 255 }),
    /** Which session, by its public id. */
    sessionId: varchar('session_id', { length: 32 }),
    /** Where the client was, as settings of proxies let it be known. */
    address: varchar('address', { length: 45 }),
    /** The client's User-Agent, cut to fit. */
    userAgent: varchar('user_agent', { length: 255 }),
    /** What else there is to tell, in JSON; no credentials. */
    data: text('data').notNull(),
  },
  (table) => [index('postern_event_at').on(table.at), index('postern_event_user_id').on(table.userId)],
)

/** Wrong guesses of late. No row says whom it is about. */
export const posternAttempt = mysqlTable(
  'postern_attempt',
  {
    /** A keyed hash of the account, the network or the browser, and of what was tried. */
    attemptKey: varchar('attempt_key', { length: 40 }).primaryKey(),
    /** When as many guesses are allowed as ever, in milliseconds since 1970. */
    fullAt: bigint('full_at', { mode: 'number' }).notNull(),
  },
  (table) => [index('postern_attempt_full_at').on(table.fullAt)],
)

/** Links that were used, so that nobody uses them again. */
export const posternToken = mysqlTable(
  'postern_token',
  {
    /** The SHA-256 of the token, which itself is kept nowhere. */
    tokenHash: varchar('token_hash', { length: 64 }).primaryKey(),
    /** What it was good for, `confirm_email`. */
    purpose: varchar('purpose', { length: 40 }).notNull(),
    /** The user's id as text. */
    userId: varchar('user_id', { length: 255 }).notNull(),
    /** From when on the row may go, in milliseconds since 1970. */
    expires: bigint('expires', { mode: 'number' }).notNull(),
    /** When it was used, in milliseconds since 1970. */
    redeemed: bigint('redeemed', { mode: 'number' }).notNull(),
  },
  (table) => [index('postern_token_expires').on(table.expires)],
)
