/** `postern hash-session-keys`: hashes the keys of sessions that a Django has shared, when it shares them no more. */
import { type Command, JSON_OPTION } from '../command.ts'

export const hashSessionKeys: Command = {
  name: 'hash-session-keys',
  summary: 'Hashes the session keys that were stored for a Django.',
  takes: '',
  more: `When Django is gone and \`interop\` is taken out of the settings. The site goes on meanwhile, if it says
session: { keysBefore: 'raw' }; nobody is logged out. docs/django.md tells the steps.`,
  options: { json: JSON_OPTION },
  run: async ({ terminal, values, open }) => {
    const auth = await open()
    const hashed = await terminal.during('Hashing', auth.hashSessionKeys())
    if (values.json === true) terminal.json({ hashed })
    else terminal.print(`Hashed the keys of ${hashed === 1 ? '1 session' : `${hashed} sessions`}.`)
    return 0
  },
}
