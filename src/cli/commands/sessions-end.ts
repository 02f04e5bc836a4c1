/** `postern sessions end`: ends single sessions by their public ids, or all of a user. They are refused from then on, everywhere. */
import { endSessions } from '../../auth/end-sessions.ts'
import type { Postern } from '../../postern.ts'
import type { User } from '../../users/user.ts'
import { type Command, CommandError, type ExitCode, textOf, usageError } from '../command.ts'
import { printable } from '../printable.ts'
import type { Terminal } from '../terminal.ts'
import { allUsers, userNamed } from '../users.ts'
import { requireListable } from './sessions-list.ts'

export const sessionsEnd: Command = {
  name: 'sessions end',
  summary: 'Ends sessions: by their ids, or all of a user.',
  takes: '[id...]',
  more: `  postern sessions end 1f0e...            one session, by the id that \`postern sessions list\` shows
  postern sessions end --all-of alice     all sessions of alice, everywhere

With --user NAME an id is looked for among that user's sessions alone, which is faster on a large site.`,
  options: {
    user: { type: 'string', value: 'NAME', help: 'Whose sessions they are; without an id, all of them.' },
    'all-of': { type: 'string', value: 'NAME', help: 'Ends all sessions of this user.' },
  },
  run: async ({ terminal, values, given, open }) => {
    const [name, everyOf] = [textOf(values.user), textOf(values['all-of'])]
    if (everyOf !== undefined && (given.length > 0 || name !== undefined)) {
      throw usageError('--all-of ends all sessions of a user: leave the ids and --user out.')
    }
    if (given.length === 0 && name === undefined && everyOf === undefined) {
      throw usageError('Say which sessions: an id of `postern sessions list`, or --all-of NAME.')
    }
    const auth = await open()
    if (given.length > 0 || !auth.sessions.store.endsForUser) requireListable(auth)
    if (given.length === 0) return endAll(auth, await userNamed(auth, everyOf ?? (name as string)), terminal)
    const users = name === undefined ? () => allUsers(auth) : [await userNamed(auth, name)]
    return endThese(auth, new Set(given), users, terminal)
  },
}

async function endAll(auth: Postern, user: User, terminal: Terminal): Promise<ExitCode> {
  const count = await endSessions(auth, String(user.id), { reason: 'command', by: null, incoming: undefined })
  // Of those in cookies nobody knows how many there were.
  const which = auth.sessions.store.cookies === undefined ? sessions(count) : 'all sessions'
  terminal.print(`Ended ${which} of ${printable(user.username)}.`)
  return 0
}

async function endThese(
  auth: Postern,
  ids: Set<string>,
  users: readonly User[] | (() => AsyncIterable<User>),
  terminal: Terminal,
): Promise<ExitCode> {
  const ended = await terminal.during(
    'Looking for the sessions',
    findAndEnd(auth, ids, typeof users === 'function' ? users() : users),
  )
  for (const [id, user] of ended) terminal.print(`Ended ${printable(id)} of ${printable(user.username)}.`)
  const missing = [...ids].filter((id) => !ended.has(id))
  if (missing.length === 0) return 0
  throw new CommandError(`There is no live session ${missing.join(', ')}.`)
}

async function findAndEnd(
  auth: Postern,
  ids: ReadonlySet<string>,
  users: Iterable<User> | AsyncIterable<User>,
): Promise<Map<string, User>> {
  const { store, now } = auth.sessions
  const ended = new Map<string, User>()
  for await (const user of users) {
    const userId = String(user.id)
    for (const { id } of await store.listForUser(userId, now())) {
      if (!ids.has(id)) continue
      // Under whatever key it is: the empty one is nobody's, and the public id finds it.
      await store.delete('', id)
      announceEnd(auth, userId)
      ended.set(id, user)
    }
    if (ended.size === ids.size) break
  }
  return ended
}

function announceEnd(auth: Postern, userId: string): void {
  auth.announce('session_ended', { userId, reason: 'command', by: null, incoming: undefined })
}

function sessions(count: number): string {
  return count === 1 ? '1 session' : `${count} sessions`
}
