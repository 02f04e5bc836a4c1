/** The settings about the audit log, the limits on guessing and the mail after a logout that would not do what they say. */
import { EVENT_NAMES } from './events.ts'
import type { PosternOptions } from './options.ts'
import type { User } from './users/user.ts'

/** A year's worth of seconds is more than anybody waits. */
const LONGEST_LIMIT = 31_536_000

/** What is wrong, each with its cure. */
export function* loginProblems<U extends User>(options: PosternOptions<U>, development: boolean): Generator<string> {
  const { database, audit = true, loginLimits = {}, logoutMail = false } = options
  for (const [name, method, wayOut] of [
    ['accounts', 'recordLogout', ''],
    ['events', 'append', ' Set audit: false if you accept that nothing is written down.'],
    ['attempts', 'take', ' Set loginLimits: false if you accept that passwords may be guessed at without end.'],
  ] as const) {
    const isOff = (name === 'events' && audit === false) || (name === 'attempts' && loginLimits === false)
    const store: Partial<Record<string, unknown>> | undefined = database[name] as never
    if (isOff || typeof store?.[method] === 'function') continue
    yield `database.${name} is missing: a database of your own needs that store, too, for instance that of sqlite() or memory().${wayOut}`
  }
  yield* auditProblems(audit)
  yield* limitProblems(loginLimits)
  if (logoutMail !== false && logoutMail !== true && typeof logoutMail !== 'function') {
    yield 'logoutMail is true, false or a function that writes the mail: (user) => ({ to: user.email, subject, text }).'
  }
  if (logoutMail !== false && options.sendMail === undefined && !development) {
    yield 'logoutMail needs sendMail: without it no mail is sent.'
  }
}

function* auditProblems(audit: PosternOptions['audit'] | null): Generator<string> {
  if (typeof audit === 'boolean') return
  if (typeof audit !== 'object' || audit === null) {
    yield 'audit is true, false or an object, as in { retention: 7776000 }.'
    return
  }
  const { retention, events = [] } = audit
  if (retention !== undefined && !(typeof retention === 'number' && retention > 0)) {
    yield `audit.retention is ${retention}; it is a number of seconds above 0, or Infinity.`
  }
  if (!Array.isArray(events)) yield `audit.events is a list, as in ['user_logged_in', 'user_logged_out'].`
  else {
    for (const event of events) {
      if (EVENT_NAMES.includes(event)) continue
      yield `audit.events: there is no event '${event}'. Events: ${EVENT_NAMES.join(', ')}.`
    }
  }
}

function* limitProblems(limits: unknown): Generator<string> {
  if (limits === false) return
  if (typeof limits !== 'object' || limits === null) {
    yield 'loginLimits is false or an object, as in { account: { attempts: 10, seconds: 900 } }.'
    return
  }
  for (const [name, limit] of Object.entries(limits)) {
    if (name !== 'account' && name !== 'network' && name !== 'device') {
      yield `loginLimits.${name} is none of account, network and device.`
    } else if (limit !== undefined && limit !== false && !isLimit(limit)) {
      yield `loginLimits.${name} needs a whole number of attempts and of seconds, both from 1 on, as in { attempts: 10, seconds: 900 }; false for no limit.`
    }
  }
}

function isLimit(limit: unknown): boolean {
  const { attempts, seconds } = (limit ?? {}) as { attempts?: unknown; seconds?: unknown }
  return [attempts, seconds].every((n) => Number.isInteger(n) && Number(n) >= 1 && Number(n) <= LONGEST_LIMIT)
}
