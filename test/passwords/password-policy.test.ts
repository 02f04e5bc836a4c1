import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from '../../src/errors.ts'
import { inLanguage, sentence } from '../../src/kernel/text.ts'
import { BcryptHasher } from '../../src/passwords/hashers/bcrypt.ts'
import { defaultPasswordValidators, PasswordPolicy } from '../../src/passwords/password-policy.ts'
import type { PasswordValidator } from '../../src/passwords/password-validator.ts'
import { MinimumLengthValidator } from '../../src/passwords/validators/minimum-length.ts'
import { ALICE, testPostern } from '../support/postern.ts'

/** Refuses what contains a word, in its own time, and remembers what it heard. */
class WordValidator implements PasswordValidator {
  readonly heard: unknown[] = []
  readonly #word: string
  constructor(word: string) {
    this.#word = word
  }
  async validate(password: string, user?: object | null) {
    this.heard.push([password, user])
    return password.includes(this.#word) ? { code: 'word', text: sentence('No %(word)s.', { word: this.#word }) } : null
  }
  helpText() {
    return sentence('Not %(word)s.', { word: this.#word })
  }
  async passwordChanged(password: string, user: object | null): Promise<void> {
    this.heard.push(['changed', password, user])
  }
}

async function codes(policy: PasswordPolicy, password: string, user?: object | null): Promise<string[]> {
  return (await policy.validatePassword(password, user)).map(({ code }) => code)
}

test("without being told, a Postern judges passwords with Django's four validators", async () => {
  const { auth, alice } = await testPostern()
  const problems = await auth.passwordPolicy.validatePassword('alice', alice)
  assert.deepEqual(
    problems.map(({ code, text }) => [code, inLanguage(text, undefined)]),
    [
      ['password_too_similar', 'The password is too similar to the username.'],
      ['password_too_short', 'This password is too short. It must contain at least 8 characters.'],
      ['password_too_common', 'This password is too common.'],
    ],
  )
  assert.deepEqual(await codes(auth.passwordPolicy, '12345678'), ['password_too_common', 'password_entirely_numeric'])
  assert.deepEqual(await codes(auth.passwordPolicy, ALICE.password, alice), [])
  assert.deepEqual(
    auth.passwordPolicy.helpTexts().map((text) => inLanguage(text, undefined)),
    [
      'Your password can’t be too similar to your other personal information.',
      'Your password must contain at least 8 characters.',
      'Your password can’t be a commonly used password.',
      'Your password can’t be entirely numeric.',
    ],
  )
})

test('validators of your own take their places, in their order, all of them asked', async () => {
  const [slow, quick] = [new WordValidator('fish'), new MinimumLengthValidator({ minLength: 20 })]
  const { auth } = await testPostern({ passwordValidators: [slow, quick] })
  const user = { username: 'ada' }
  assert.deepEqual(await codes(auth.passwordPolicy, 'fish', user), ['word', 'password_too_short'])
  assert.deepEqual(slow.heard, [['fish', user]])
  await auth.passwordPolicy.passwordChanged('new', user)
  await auth.passwordPolicy.passwordChanged('newer')
  assert.deepEqual(slow.heard.slice(1), [
    ['changed', 'new', user],
    ['changed', 'newer', null],
  ])
  const none = await testPostern({ passwordValidators: [] })
  assert.deepEqual(await none.auth.passwordPolicy.validatePassword(''), [])
  assert.deepEqual(none.auth.passwordPolicy.helpTexts(), [])
})

test('what cannot be hashed is refused before any validator looks at it', async () => {
  const word = new WordValidator('x')
  const { auth } = await testPostern({ passwordValidators: [word] })
  for (const [password, code] of [
    ['x'.repeat(4097), 'password_too_long'],
    ['é'.repeat(2049), 'password_too_long'],
    ['x'.repeat(5_000_000), 'password_too_long'],
    ['x\ud800', 'password_no_text'],
  ] as const) {
    assert.deepEqual(await codes(auth.passwordPolicy, password), [code])
  }
  assert.deepEqual(word.heard, [])
  assert.deepEqual(await codes(auth.passwordPolicy, 'é'.repeat(2048)), [])
})

test('where plain bcrypt makes the hashes, 72 bytes are the longest password', async () => {
  const { auth } = await testPostern({ passwordHashers: [new BcryptHasher({ rounds: 4 })] })
  assert.deepEqual(await codes(auth.passwordPolicy, `${'wonder-Land-'.repeat(6)}4`), ['password_too_long'])
  assert.deepEqual(await codes(auth.passwordPolicy, 'wonder-Land-'.repeat(6)), [])
})

test('a validator that breaks is an error, and no leave', async () => {
  const broken = new WordValidator('x')
  broken.validate = () => Promise.reject(new Error('no such list'))
  await assert.rejects(new PasswordPolicy([broken]).validatePassword('password'), /no such list/)
})

test('the list for a page is escaped, in the language of a catalog, and nothing where there is nothing to say', () => {
  const policy = new PasswordPolicy([new WordValidator('<&>'), new MinimumLengthValidator({ minLength: 1 })])
  assert.equal(
    String(policy.helpTextHtml()),
    '<ul><li>Not &lt;&amp;&gt;.</li><li>Your password must contain at least 1 character.</li></ul>',
  )
  const german = { 'Not %(word)s.': 'Kein %(word)s.' }
  assert.match(String(policy.helpTextHtml(german)), /^<ul><li>Kein &lt;/)
  assert.equal(String(new PasswordPolicy([]).helpTextHtml()), '')
})

test('what is no validator is refused at start', async () => {
  const half = { validate: () => null }
  for (const validators of [undefined, null, 'common', [null], [half], [{ helpText: () => sentence('') }]]) {
    assert.throws(() => new PasswordPolicy(validators as never), ConfigurationError, String(validators))
  }
  await assert.rejects(testPostern({ passwordValidators: [half as never] }), ConfigurationError)
  assert.equal(defaultPasswordValidators().length, 4)
})
