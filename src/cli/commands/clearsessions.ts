/** `postern clearsessions`: removes what has expired. Mirrors django/contrib/sessions/management/commands/clearsessions.py (5.2). */
import { type Command, JSON_OPTION } from '../command.ts'

export const clearSessions: Command = {
  name: 'clearsessions',
  summary: 'Removes sessions that have expired, and whatever else has.',
  takes: '',
  more: 'For a daily job. It works in small batches, so that the site goes on meanwhile.',
  options: { json: JSON_OPTION },
  run: async ({ terminal, values, open }) => {
    const auth = await open()
    const removed = await terminal.during('Clearing', auth.clearExpired())
    if (values.json === true) terminal.json({ removed })
    else {
      for (const [what, count] of Object.entries(removed)) {
        if (count > 0 || what === 'sessions') terminal.print(`Removed ${count} expired ${what}.`)
      }
    }
    return 0
  },
}
