/** Users of other tables and stores, as the compiler sees them; `npm run types` is the test. */
import { createPostern, type Database, User, type UserStore } from 'postern'
import { postern } from 'postern/node'
import { sqlite, type UserTable } from 'postern/sqlite'

class Member extends User {
  readonly plan: 'free' | 'paid' = 'free'
}

declare const members: UserStore<Member>

/** Columns that the table has beside Django's are on the user, by the names that the settings give. */
export const further = postern(
  createPostern({ database: sqlite('app.db', { users: { table: 'accounts_user', extra: ['phone', 'city'] } }) }),
).loginRequired((_req, res, { user }) => {
  const phone = user.extra.phone
  res.end(`${phone} ${user.extra.city} ${user.username}`)
  // @ts-expect-error the settings do not name this column
  res.end(user.extra.street)
  // @ts-expect-error what a database holds is not always text
  const text: string = phone
  res.end(text)
})

/** Without further columns users are what they always are. */
export const plain: Database = sqlite('app.db', { users: { table: 'accounts_user', key: 'uuid' } })
// @ts-expect-error there is nothing of the kind
export const nothing = (await plain.users.findById('1'))?.extra

/** A table that is described elsewhere. */
const table: UserTable = { table: 'accounts_user', columns: { username: 'email', firstName: null } }
export const described: Database = sqlite({ path: 'app.db', users: table })

/** A name, a key and a password are in every table, and a key is of one of two kinds. */
export const mistakes: readonly UserTable[] = [
  // @ts-expect-error nobody can be found without a name
  { table: 'accounts_user', columns: { username: null } },
  // @ts-expect-error there is no such field
  { table: 'accounts_user', columns: { first_name: 'given' } },
  // @ts-expect-error there is no such kind of key
  { table: 'accounts_user', key: 'text' },
]

/** Users of one's own store have its type everywhere. */
const own = createPostern<Member>({ database: { ...sqlite('sessions.db'), users: members } })
export const plan = postern(own).loginRequired((_req, res, { user }) => res.end(user.plan))
// @ts-expect-error the store in the box makes no members
export const wrong = createPostern<Member>({ database: sqlite('app.db') })
