/** Postern's tables for Drizzle. Made by `npm run schema` of Postern, whose migrations make the tables: docs/schema.md. */
import { customType, foreignKey, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** Django's times: text in UTC, `2030-01-31 12:00:00`, with `.250000` where there are fractions. */
const datetime = customType<{ data: Date; driverData: string }>({
  dataType: () => 'datetime',
  fromDriver: (text) => new Date(`${text.replace(' ', 'T')}Z`),
  toDriver: (time) => time.toISOString().replace('T', ' ').replace('.000Z', '').replace('Z', '000'),
})

/** The steps below that were taken. */
export const posternMigration = sqliteTable('postern_migration', {
  /** The step's number. */
  id: integer('id').primaryKey(),
  /** The step's name. */
  name: text('name', { length: 100 }).notNull(),
  /** When it was done, in milliseconds since 1970; 0 while it is at work. */
  applied: integer('applied').notNull(),
})

/** Django's list of its migrations, so that its own migrate finds nothing left to do. */
export const djangoMigrations = sqliteTable('django_migrations', {
  /** The number that others name it by. */
  id: integer('id').primaryKey({ autoIncrement: true }),
  /** Whose migration. */
  app: text('app', { length: 255 }).notNull(),
  /** Its name. */
  name: text('name', { length: 255 }).notNull(),
  /** When it was taken. */
  applied: datetime('applied').notNull(),
})

/** Models that permissions are about. */
export const djangoContentType = sqliteTable(
  'django_content_type',
  {
    /** The number that others name it by. */
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** The app, `blog`. */
    appLabel: text('app_label', { length: 100 }).notNull(),
    /** The model in small letters, `post`. */
    model: text('model', { length: 100 }).notNull(),
  },
  (table) => [uniqueIndex('django_content_type_app_label_model_76bd3d3b_uniq').on(table.appLabel, table.model)],
)

/** What may be allowed: `app.codename`. */
export const authPermission = sqliteTable(
  'auth_permission',
  {
    /** The number that others name it by. */
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** The model that it is about, which also says the app. */
    contentTypeId: integer('content_type_id').notNull(),
    /** What code asks for, such as `publish_post`. */
    codename: text('codename', { length: 100 }).notNull(),
    /** What people read. */
    name: text('name', { length: 255 }).notNull(),
  },
  (table) => [
    uniqueIndex('auth_permission_content_type_id_codename_01ab375a_uniq').on(table.contentTypeId, table.codename),
    index('auth_permission_content_type_id_2f476e4b').on(table.contentTypeId),
    foreignKey({ columns: [table.contentTypeId], foreignColumns: [djangoContentType.id] }),
  ],
)

/** Groups of users. */
export const authGroup = sqliteTable('auth_group', {
  /** The number that others name it by. */
  id: integer('id').primaryKey({ autoIncrement: true }),
  /** What the group is called. */
  name: text('name', { length: 150 }).notNull().unique(),
})

/** What the members of a group may do. */
export const authGroupPermissions = sqliteTable(
  'auth_group_permissions',
  {
    /** The number that others name it by. */
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** Which group. */
    groupId: integer('group_id').notNull(),
    /** What its members may do. */
    permissionId: integer('permission_id').notNull(),
  },
  (table) => [
    uniqueIndex('auth_group_permissions_group_id_permission_id_0cd325b0_uniq').on(table.groupId, table.permissionId),
    index('auth_group_permissions_group_id_b120cbf9').on(table.groupId),
    index('auth_group_permissions_permission_id_84c5c92e').on(table.permissionId),
    foreignKey({ columns: [table.groupId], foreignColumns: [authGroup.id] }),
    foreignKey({ columns: [table.permissionId], foreignColumns: [authPermission.id] }),
  ],
)

/** Accounts. */
export const authUser = sqliteTable('auth_user', {
  /** The number that others name it by. */
  id: integer('id').primaryKey({ autoIncrement: true }),
  /** The hash of the password, with its algorithm, cost and salt; one that begins with `!` fits no password. */
  password: text('password', { length: 128 }).notNull(),
  /** When the user last logged in. */
  lastLogin: datetime('last_login'),
  /** May do everything, without being given it. */
  isSuperuser: integer('is_superuser', { mode: 'boolean' }).notNull(),
  /** What the user logs in with. */
  username: text('username', { length: 150 }).notNull().unique(),
  /** Their last name, or nothing. */
  lastName: text('last_name', { length: 150 }).notNull(),
  /** Their address, or nothing; two accounts may have one. */
  email: text('email', { length: 254 }).notNull(),
  /** May see Django's admin. */
  isStaff: integer('is_staff', { mode: 'boolean' }).notNull(),
  /** May log in; whoever may not has no sessions. */
  isActive: integer('is_active', { mode: 'boolean' }).notNull(),
  /** When the account was made. */
  dateJoined: datetime('date_joined').notNull(),
  /** Their first name, or nothing. */
  firstName: text('first_name', { length: 150 }).notNull(),
})

/** Which users are in which groups. */
export const authUserGroups = sqliteTable(
  'auth_user_groups',
  {
    /** The number that others name it by. */
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** Who. */
    userId: integer('user_id').notNull(),
    /** In which group. */
    groupId: integer('group_id').notNull(),
  },
  (table) => [
    uniqueIndex('auth_user_groups_user_id_group_id_94350c0c_uniq').on(table.userId, table.groupId),
    index('auth_user_groups_user_id_6a12ed8b').on(table.userId),
    index('auth_user_groups_group_id_97559544').on(table.groupId),
    foreignKey({ columns: [table.userId], foreignColumns: [authUser.id] }),
    foreignKey({ columns: [table.groupId], foreignColumns: [authGroup.id] }),
  ],
)

/** What single users may do. */
export const authUserUserPermissions = sqliteTable(
  'auth_user_user_permissions',
  {
    /** The number that others name it by. */
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** Who. */
    userId: integer('user_id').notNull(),
    /** What they may do. */
    permissionId: integer('permission_id').notNull(),
  },
  (table) => [
    uniqueIndex('auth_user_user_permissions_user_id_permission_id_14a6b632_uniq').on(table.userId, table.permissionId),
    index('auth_user_user_permissions_user_id_a95ead1b').on(table.userId),
    index('auth_user_user_permissions_permission_id_1fbb5f2c').on(table.permissionId),
    foreignKey({ columns: [table.userId], foreignColumns: [authUser.id] }),
    foreignKey({ columns: [table.permissionId], foreignColumns: [authPermission.id] }),
  ],
)

/** Sessions, of visitors who are signed in and of others. */
export const djangoSession = sqliteTable(
  'django_session',
  {
    /** The SHA-256 of the cookie's key, its first 40 digits; with `interop: 'django'` the key itself. */
    sessionKey: text('session_key', { length: 40 }).primaryKey(),
    /** What is in the session: JSON, signed, not encrypted. */
    sessionData: text('session_data').notNull(),
    /** From then on there is no such session. */
    expireDate: datetime('expire_date').notNull(),
  },
  (table) => [index('django_session_expire_date_a5c62663').on(table.expireDate)],
)

/** A line for each session of somebody who is signed in: the list of sessions, and "log out everywhere". */
export const posternSession = sqliteTable(
  'postern_session',
  {
    /** As `django_session.session_key`; a session and its line go together. */
    sessionKey: text('session_key', { length: 40 }).primaryKey(),
    /** What the session is called in the list and the audit log: random, nothing can be done with it. */
    publicId: text('public_id', { length: 32 }).notNull().unique(),
    /** The user's id as text; no foreign key, since users may be elsewhere. */
    userId: text('user_id', { length: 255 }).notNull(),
    /** When it was first seen, in milliseconds since 1970. */
    created: integer('created').notNull(),
    /** When it was last written or renewed, in milliseconds since 1970. */
    lastSeen: integer('last_seen').notNull(),
    /** Where the client was, as settings of proxies let it be known. */
    address: text('address', { length: 45 }),
    /** The client's User-Agent, cut to fit. */
    userAgent: text('user_agent', { length: 255 }),
  },
  (table) => [index('postern_session_user_id').on(table.userId)],
)

/** What is known of an account and has no column in Django's table. */
export const posternUser = sqliteTable('postern_user', {
  /** The user's id as text. */
  userId: text('user_id', { length: 255 }).primaryKey(),
  /** Sessions in signed cookies that carry a lower number have ended. */
  epoch: integer('epoch').notNull().default(0),
  /** When the user last logged out, in milliseconds since 1970. */
  lastLogout: integer('last_logout'),
  /** When the address was confirmed, in milliseconds since 1970. */
  emailConfirmed: integer('email_confirmed'),
  /** Since when the account has been waiting for that, in milliseconds since 1970. */
  confirmationPending: integer('confirmation_pending'),
})

/** The audit log: rows are added, never changed, and removed when they are old. */
export const posternEvent = sqliteTable(
  'postern_event',
  {
    /** Higher for what was added later. */
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** When, in milliseconds since 1970. */
    at: integer('at').notNull(),
    /** What happened, `user_logged_out`: docs/events.md. */
    event: text('event', { length: 40 }).notNull(),
    /** Whom it is about, as text. */
    userId: text('user_id', { length: 255 }),
    /** Which session, by its public id. */
    sessionId: text('session_id', { length: 32 }),
    /** Where the client was, as settings of proxies let it be known. */
    address: text('address', { length: 45 }),
    /** The client's User-Agent, cut to fit. */
    userAgent: text('user_agent', { length: 255 }),
    /** What else there is to tell, in JSON; no credentials. */
    data: text('data').notNull(),
  },
  (table) => [index('postern_event_at').on(table.at), index('postern_event_user_id').on(table.userId)],
)

/** Wrong guesses of late. No row says whom it is about. */
export const posternAttempt = sqliteTable(
  'postern_attempt',
  {
    /** A keyed hash of the account, the network or the browser, and of what was tried. */
    attemptKey: text('attempt_key', { length: 40 }).primaryKey(),
    /** When as many guesses are allowed as ever, in milliseconds since 1970. */
    fullAt: integer('full_at').notNull(),
  },
  (table) => [index('postern_attempt_full_at').on(table.fullAt)],
)

/** Links that were used, so that nobody uses them again. */
export const posternToken = sqliteTable(
  'postern_token',
  {
    /** The SHA-256 of the token, which itself is kept nowhere. */
    tokenHash: text('token_hash', { length: 64 }).primaryKey(),
    /** What it was good for, `confirm_email`. */
    purpose: text('purpose', { length: 40 }).notNull(),
    /** The user's id as text. */
    userId: text('user_id', { length: 255 }).notNull(),
    /** From when on the row may go, in milliseconds since 1970. */
    expires: integer('expires').notNull(),
    /** When it was used, in milliseconds since 1970. */
    redeemed: integer('redeemed').notNull(),
  },
  (table) => [index('postern_token_expires').on(table.expires)],
)
