/** `postern sessions list`: who is signed in from where. Public ids, which open nothing; keys are never shown. */
import type { Postern } from '../../postern.ts'
import type { SessionInfo } from '../../sessions/session-store.ts'
import type { User } from '../../users/user.ts'
import { atMostOne, type Command, CommandError, JSON_OPTION, textOf } from '../command.ts'
import { dateText, isoText } from '../dates.ts'
import { allUsers, userNamed } from '../users.ts'
import { limitOf } from './users-list.ts'

const AGENT_LENGTH = 60

interface Line {
  readonly user: User
  readonly session: SessionInfo
}

export const sessionsList: Command = {
  name: 'sessions list',
  summary: 'Lists the live sessions of a user, or of all.',
  takes: '[user]',
  options: {
    limit: { type: 'string', value: 'N', help: 'How many at most. [50]' },
    json: JSON_OPTION,
  },
  run: async ({ terminal, values, given, open }) => {
    const username = atMostOne(given, 'user')
    const limit = limitOf(textOf(values.limit))
    const auth = await open()
    requireListable(auth)
    const users = username === undefined ? allUsers(auth) : [await userNamed(auth, username)]
    const lines = await terminal.during('Looking for sessions', linesOf(auth, users, limit + 1))
    const shown = lines.slice(0, limit)
    if (values.json === true) terminal.json(shown.map(fieldsOf))
    else if (shown.length === 0) terminal.print('Nobody is signed in.')
    else terminal.table(HEAD, shown.map(rowOf))
    if (lines.length > shown.length) terminal.note('There are more: --limit shows them.')
    return 0
  },
}

/** @throws {CommandError} where the store knows no list */
export function requireListable(auth: Postern): void {
  if (auth.sessions.store.listable) return
  throw new CommandError(
    "This session store knows no user's sessions, so that they can be neither listed nor ended here by their ids.",
  )
}

async function linesOf(auth: Postern, users: Iterable<User> | AsyncIterable<User>, limit: number): Promise<Line[]> {
  const { store, now } = auth.sessions
  const lines: Line[] = []
  for await (const user of users) {
    for (const session of await store.listForUser(String(user.id), now())) lines.push({ user, session })
    if (lines.length >= limit) break
  }
  return lines
}

const HEAD = ['ID', 'USER', 'LAST SEEN', 'EXPIRES', 'ADDRESS', 'USER AGENT']

function rowOf({ user, session }: Line): string[] {
  const { id, lastSeen, expires, address, userAgent } = session
  const agent = userAgent ?? '-'
  const short = agent.length > AGENT_LENGTH ? `${agent.slice(0, AGENT_LENGTH)}...` : agent
  return [id, user.username, dateText(new Date(lastSeen)), dateText(new Date(expires)), address ?? '-', short]
}

function fieldsOf({ user, session }: Line): object {
  const { id, created, lastSeen, expires, address, userAgent } = session
  return {
    id,
    userId: user.id,
    username: user.username,
    created: isoText(new Date(created)),
    lastSeen: isoText(new Date(lastSeen)),
    expires: isoText(new Date(expires)),
    address,
    userAgent,
  }
}
