/** `postern gensecret`: a key for the setting `secretKey`. */
import { randomBytes } from 'node:crypto'
import type { Command } from '../command.ts'

/** 384 bits, 64 characters. */
const KEY_BYTES = 48

export const genSecret: Command = {
  name: 'gensecret',
  summary: 'Makes a secret key.',
  takes: '',
  more: `Prints it and nothing else, for instance to keep it in a file that is in no repository:

  echo "SECRET_KEY=$(npx postern gensecret)" >> .env
  node --env-file=.env server.ts`,
  options: {},
  run: async ({ terminal }) => {
    terminal.print(randomBytes(KEY_BYTES).toString('base64url'))
    return 0
  },
}
