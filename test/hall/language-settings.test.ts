/** Settings of languages and of links that are missing or contradict each other. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPostern } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { SECRET_KEY } from '../support/postern.ts'

function problems(options: object): string {
  try {
    createPostern({ secretKey: SECRET_KEY, development: true, database: memory(), ...options } as PosternOptions)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

for (const [options, problem] of [
  [{ languages: [] }, /^languages is a list of language codes/],
  [{ languages: 'de' }, /^languages is a list of language codes/],
  [{ languages: ['en', 5] }, /^languages: '5' is no language code/],
  [{ languages: ['en', 'de_AT'] }, /^languages: 'de_AT' is no language code, such as 'de' or 'pt-BR'\./],
  [{ languages: ['en', '"><script>'] }, /is no language code/],
  [{ languages: ['fr'] }, /^languages: there are no sentences in 'fr'\. Give them, as in catalogs: \{ "fr"/],
  [{ languages: ['en', 'pt-BR'], catalogs: { fr: {} } }, /no sentences in 'pt-BR'/],
  [{ timeZone: 'Mars/Olympus' }, /^timeZone: 'Mars\/Olympus' is not known/],
  [{ timeZone: '' }, /^timeZone: '' is not known/],
  [{ passwordResetTimeout: 0 }, /^passwordResetTimeout is 0; it is a number of seconds above 0/],
  [{ passwordResetTimeout: '600' }, /^passwordResetTimeout is 600/],
] as const) {
  test(`${JSON.stringify(options)} is refused at start`, () => assert.match(problems(options), problem))
}

for (const options of [
  { languages: ['en'] },
  { languages: ['de'] },
  { languages: ['de-AT', 'en-GB'] },
  { languages: ['fr', 'pt-BR'], catalogs: { FR: {}, pt: { Yes: 'Sim' } } },
  { languages: undefined, timeZone: undefined },
  { timeZone: 'Europe/Berlin', passwordResetTimeout: 600 },
]) {
  test(`${JSON.stringify(options)} is taken`, () => assert.equal(problems(options), ''))
}
