/** All checks of the cookbook, by subject. */
import { afterLoggingOut } from './after-logging-out.ts'
import type { Check } from './check.ts'
import { loggingIn } from './logging-in.ts'
import { loggingOut } from './logging-out.ts'
import { registering } from './registering.ts'
import { troubles } from './troubles.ts'
import { whatIsShown } from './what-is-shown.ts'
import { whereToGo } from './where-to-go.ts'

export const subjects: Readonly<Record<string, readonly Check[]>> = {
  'logging in': loggingIn,
  'logging out': loggingOut,
  'after logging out': afterLoggingOut,
  registering,
  'where to go': whereToGo,
  'what is shown': whatIsShown,
  'what goes wrong': troubles,
}

export const allChecks: readonly Check[] = Object.values(subjects).flat()
