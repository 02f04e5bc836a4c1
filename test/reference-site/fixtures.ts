/** The users that every scenario starts from. */
import type { DatabaseSync } from 'node:sqlite'
import type { Postern } from '../../src/index.ts'

interface Fixture {
  readonly username: string
  /** `null`: unusable. */
  readonly password: string | null
  readonly email: string
  readonly isActive?: boolean
  readonly isStaff?: boolean
  readonly isSuperuser?: boolean
  /** May add users, by a permission of the user's own or of the group "editors". */
  readonly may?: 'by permission' | 'by group'
}

const USERS: readonly Fixture[] = [
  { username: 'alice', password: 'wonder-Land-42', email: 'alice@site.example' },
  { username: 'bob', password: 'builder-Yes-77', email: 'bob@site.example' },
  { username: 'carol', password: 'inactive-Pw-11', email: 'carol@site.example', isActive: false },
  { username: 'dave', password: 'permitted-Pw-5', email: 'dave@site.example', may: 'by permission' },
  { username: 'gina', password: 'grouped-Pw-55', email: 'gina@site.example', may: 'by group' },
  { username: 'erin', password: null, email: 'erin@site.example' },
  { username: 'root', password: 'super-User-900', email: 'root@site.example', isSuperuser: true, isStaff: true },
  { username: 'zoë', password: 'snöwman-☃-pw', email: 'zoe@site.example' },
  { username: 'twin1', password: 'twin-Pass-0001', email: 'twins@site.example' },
  { username: 'twin2', password: 'twin-Pass-0002', email: 'TWINS@site.example' },
]

const hashes = new Map<string, string>()

/** Puts the users back as they were, with ids from 1 on; hashing is done once. */
export async function install(auth: Postern, database: DatabaseSync): Promise<void> {
  for (const { username, password } of USERS) {
    if (!hashes.has(username)) hashes.set(username, await auth.passwords.make(password))
  }
  for (const table of [
    'auth_user_groups',
    'auth_user_user_permissions',
    'auth_group_permissions',
    'auth_group',
    'auth_user',
  ]) {
    database.exec(`DELETE FROM ${table}`)
  }
  database.exec("DELETE FROM sqlite_sequence WHERE name IN ('auth_user', 'auth_group')")
  await auth.groups.create('editors', ['auth.add_user'])
  for (const { username, password: _, may, ...fields } of USERS) {
    const user = await auth.users.create({ username, password: hashes.get(username) ?? '', ...fields })
    if (may === 'by permission') await auth.permissions.grant(user, 'auth.add_user')
    if (may === 'by group') await auth.groups.add(user, 'editors')
  }
}
