/** `postern users list`: the accounts, page by page. */
import type { User } from '../../users/user.ts'
import { type Command, JSON_OPTION, textOf, usageError } from '../command.ts'
import { dateText, isoText } from '../dates.ts'
import { printable } from '../printable.ts'

const DEFAULT_LIMIT = 50
const MOST = 10_000

export const usersList: Command = {
  name: 'users list',
  summary: 'Lists the accounts.',
  takes: '',
  options: {
    search: {
      type: 'string',
      value: 'TEXT',
      help: 'Only those with this in their username, address, first or last name.',
    },
    limit: { type: 'string', value: 'N', help: `How many at most. [${DEFAULT_LIMIT}]` },
    after: { type: 'string', value: 'NAME', help: 'Goes on behind this username.' },
    json: JSON_OPTION,
  },
  run: async ({ terminal, values, open }) => {
    const limit = limitOf(textOf(values.limit))
    const auth = await open()
    const { search, after } = values
    // One more than is shown tells whether there are more.
    const found = await auth.users.list({ search: textOf(search), after: textOf(after), limit: limit + 1 })
    const shown = found.slice(0, limit)
    if (values.json === true) terminal.json(shown.map(fieldsOf))
    else if (shown.length === 0) terminal.print('No such users.')
    else terminal.table(HEAD, shown.map(rowOf))
    const last = shown.at(-1)
    if (found.length > shown.length && last !== undefined) {
      terminal.note(`There are more: --after '${printable(last.username)}'`)
    }
    return 0
  },
}

/** @throws {CommandError} */
export function limitOf(given: string | undefined): number {
  if (given === undefined) return DEFAULT_LIMIT
  const limit = Number(given)
  if (/^\d+$/.test(given) && limit >= 1 && limit <= MOST) return limit
  throw usageError(`--limit is a whole number from 1 to ${MOST}, not '${given}'.`)
}

const HEAD = ['ID', 'USERNAME', 'E-MAIL', 'ACTIVE', 'STAFF', 'SUPERUSER', 'LAST LOGIN']

function rowOf(user: User): string[] {
  const { id, username, email, isActive, isStaff, isSuperuser, lastLogin } = user
  const yes = (is: boolean): string => (is ? 'yes' : '-')
  return [String(id), username, email, yes(isActive), yes(isStaff), yes(isSuperuser), dateText(lastLogin)]
}

/** Field by field: what else an application's own user has is not for a list. */
function fieldsOf(user: User): object {
  const { id, username, email, firstName, lastName, isActive, isStaff, isSuperuser, lastLogin, dateJoined } = user
  const dates = { lastLogin: isoText(lastLogin), dateJoined: isoText(dateJoined) }
  return { id, username, email, firstName, lastName, isActive, isStaff, isSuperuser, ...dates }
}
