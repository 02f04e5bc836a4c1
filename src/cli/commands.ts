/** All commands, in the order in which somebody who begins needs them. */
import type { Command } from './command.ts'
import { changePassword } from './commands/changepassword.ts'
import { check } from './commands/check.ts'
import { clearSessions } from './commands/clearsessions.ts'
import { createSuperuser } from './commands/createsuperuser.ts'
import { djangoCheck } from './commands/django-check.ts'
import { djangoSettings } from './commands/django-settings.ts'
import { genSecret } from './commands/gensecret.ts'
import { hashSessionKeys } from './commands/hash-session-keys.ts'
import { init } from './commands/init.ts'
import { migrate } from './commands/migrate.ts'
import { sessionsEnd } from './commands/sessions-end.ts'
import { sessionsList } from './commands/sessions-list.ts'
import { usersList } from './commands/users-list.ts'

export const commands: readonly Command[] = [
  init,
  genSecret,
  migrate,
  createSuperuser,
  check,
  changePassword,
  usersList,
  sessionsList,
  sessionsEnd,
  clearSessions,
  djangoSettings,
  djangoCheck,
  hashSessionKeys,
]
