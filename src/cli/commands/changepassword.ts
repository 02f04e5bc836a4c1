/** `postern changepassword`. Mirrors django/contrib/auth/management/commands/changepassword.py (5.2), words and all. */
import { endSessions } from '../../auth/end-sessions.ts'
import type { Postern } from '../../postern.ts'
import type { User } from '../../users/user.ts'
import { passwordProblems, systemUsername } from '../account-rules.ts'
import { atMostOne, type Command, CommandError } from '../command.ts'
import { printable } from '../printable.ts'
import { loadPrompts, type Prompts } from '../prompts.ts'
import type { Terminal } from '../terminal.ts'
import { userNamed } from '../users.ts'

const MAX_TRIES = 3

export const changePassword: Command = {
  name: 'changepassword',
  summary: "Gives a user a new password, and ends the user's sessions.",
  takes: '[username]',
  more: 'Without a name it is the name of whoever is logged in on this machine. It asks for the password, three times at the most.',
  options: {},
  run: async ({ terminal, given, open }) => {
    const username = atMostOne(given, 'user') ?? systemUsername()
    if (!terminal.isInteractive)
      throw new CommandError('changepassword asks for the new password, which takes a terminal.')
    const auth = await open()
    const user = await userNamed(auth, username)
    terminal.print(`Changing password for user '${printable(user.username)}'`)
    const password = await askPassword(auth, user, terminal, await loadPrompts())
    await change(auth, user, password, terminal)
    terminal.print(`Password changed successfully for user '${printable(user.username)}'`)
    return 0
  },
}

async function askPassword(auth: Postern, user: User, terminal: Terminal, prompts: Prompts): Promise<string> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const password = await ask(prompts, 'Password')
    if (password !== (await ask(prompts, 'Password (again)'))) {
      terminal.print('Passwords do not match. Please try again.')
      continue
    }
    const problems = await passwordProblems(auth, password, user)
    if (problems.length === 0) return password
    terminal.error(problems.join('\n'))
  }
  throw new CommandError(`Aborting password change for user '${user.username}' after ${MAX_TRIES} attempts`)
}

/** @throws {CommandError} for an empty one, as Django */
async function ask(prompts: Prompts, question: string): Promise<string> {
  const password = await prompts.password(question)
  if (password === '') throw new CommandError('aborted')
  return password
}

async function change(auth: Postern, user: User, password: string, terminal: Terminal): Promise<void> {
  const userId = String(user.id)
  if (!(await auth.users.update(userId, { password: await auth.passwords.make(password) }))) {
    throw new CommandError(`user '${user.username}' does not exist`)
  }
  auth.announce('password_changed', { user, by: 'command', incoming: undefined })
  await auth.passwordPolicy.passwordChanged(password, user)
  if (!auth.sessions.store.endsForUser) return
  try {
    await endSessions(auth, userId, { reason: 'password_changed', by: null, incoming: undefined })
  } catch (error) {
    // They are refused all the same: the hash in them is that of the old password.
    terminal.error(
      `The user's sessions could not be removed (${(error as Error).message}); they end at their next request.`,
    )
  }
}
