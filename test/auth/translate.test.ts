import assert from 'node:assert/strict'
import { test } from 'node:test'
import { translate } from '../../src/auth/translate.ts'
import { sentence } from '../../src/kernel/text.ts'
import { formRequest } from '../support/form-request.ts'
import { testPostern } from '../support/postern.ts'

const YES = sentence('Yes')

test('a sentence is in the language that the visitor prefers among those of the site', async () => {
  const { auth } = await testPostern({
    languages: ['en', 'DE-at', 'fr'],
    catalogs: { fr: { Yes: 'Oui' }, de: { Yes: 'Ja' } },
  })
  const say = async (accept: string): Promise<string> =>
    translate(await formRequest(auth, { 'accept-language': accept }), YES)
  assert.equal(await say('fr, de'), 'Oui')
  assert.equal(await say('de'), 'Ja')
  assert.equal(await say('it'), 'Yes')
  assert.equal(await say('fr-CA;q=0.5, it'), 'Oui')
})

test('an application’s own sentence goes before the one that comes along, which stay', async () => {
  const { auth } = await testPostern({ languages: ['de'], catalogs: { DE: { 'Log in': 'Einloggen', Yes: 'Ja' } } })
  const request = await formRequest(auth)
  assert.equal(request.language, 'de')
  assert.equal(translate(request, sentence('Log in')), 'Einloggen')
  assert.equal(translate(request, sentence('Logged out')), 'Abgemeldet')
  assert.equal(translate(request, YES), 'Ja')
})

test('the header is looked at once', async () => {
  const { auth } = await testPostern({ languages: ['en', 'de'] })
  let asked = 0
  const request = await auth.open({
    header: (name: string) => {
      if (name === 'accept-language') asked += 1
      return undefined
    },
  } as never)
  translate(request, YES)
  translate(request, YES)
  assert.equal(asked, 1)
})

test('without a request it is a mistake that is explained', () => {
  assert.throws(() => translate({} as never, YES), /translate\(request\) got a request that Postern does not know/)
})
