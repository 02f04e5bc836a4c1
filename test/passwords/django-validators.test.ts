/**
 * Django's own tests of its password validators (auth_tests/test_validators.py, 5.2), in its order. Left out: the import of a
 * validator by a dotted name, which TypeScript does itself. Those of usernames are in test/users/username.test.ts.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { ConfigurationError } from '../../src/errors.ts'
import { inLanguage, sentence, type Text } from '../../src/kernel/text.ts'
import { defaultPasswordValidators, PasswordPolicy } from '../../src/passwords/password-policy.ts'
import type { PasswordProblem, PasswordValidator } from '../../src/passwords/password-validator.ts'
import { CommonPasswordValidator } from '../../src/passwords/validators/common-password.ts'
import { MinimumLengthValidator } from '../../src/passwords/validators/minimum-length.ts'
import { NumericPasswordValidator } from '../../src/passwords/validators/numeric-password.ts'
import { UserAttributeSimilarityValidator } from '../../src/passwords/validators/user-attribute-similarity.ts'

const user = { username: 'testclient', email: 'testclient@example.com', firstName: 'Test', lastName: 'Client' }
const policy = new PasswordPolicy([new CommonPasswordValidator(), new MinimumLengthValidator({ minLength: 12 })])

/** The message of the one problem, in English. */
async function message(problem: ReturnType<PasswordValidator['validate']>): Promise<string | null> {
  const found = await problem
  return found && inLanguage(found.text, undefined)
}

function messages(problems: readonly PasswordProblem[]): string[] {
  return problems.map(({ text }) => inLanguage(text, undefined))
}

test('test_get_default_password_validators', () => {
  assert.deepEqual(
    defaultPasswordValidators().map((validator) => validator.constructor.name),
    [
      'UserAttributeSimilarityValidator',
      'MinimumLengthValidator',
      'CommonPasswordValidator',
      'NumericPasswordValidator',
    ],
  )
})

test('test_validate_password', async () => {
  assert.deepEqual(await policy.validatePassword('sufficiently-long'), [])
  const short = 'This password is too short. It must contain at least 12 characters.'
  const [problem, ...none] = await policy.validatePassword('django4242')
  assert.deepEqual([problem?.code, none], ['password_too_short', []])
  const both = await policy.validatePassword('password')
  assert.deepEqual(messages(both), ['This password is too common.', short])
  assert.equal(both[0]?.code, 'password_too_common')
  assert.deepEqual(await new PasswordPolicy([]).validatePassword('password'), [])
})

test('test_password_changed and test_password_changed_with_custom_validator', async () => {
  await policy.passwordChanged('password')
  const heard: unknown[] = []
  const custom: PasswordValidator = {
    validate: () => null,
    helpText: () => sentence(''),
    passwordChanged: (...given) => {
      heard.push(given)
    },
  }
  await new PasswordPolicy([custom]).passwordChanged('password', user)
  assert.deepEqual(heard, [['password', user]])
})

test('test_password_validators_help_texts and their HTML', () => {
  const texts = policy.helpTexts().map((text) => inLanguage(text, undefined))
  assert.equal(texts.length, 2)
  assert.match(texts[1] ?? '', /12 characters/)
  assert.deepEqual(new PasswordPolicy([]).helpTexts(), [])
  assert.equal(String(policy.helpTextHtml()).match(/<li>/g)?.length, 2)
  const ampersand: PasswordValidator = { validate: () => null, helpText: () => sentence('Must contain &') }
  assert.equal(String(new PasswordPolicy([ampersand]).helpTextHtml()), '<ul><li>Must contain &amp;</li></ul>')
  assert.equal(String(new PasswordPolicy([]).helpTextHtml()), '')
})

test('MinimumLengthValidatorTest.test_validate', () => {
  assert.equal(new MinimumLengthValidator().validate('12345678'), null)
  assert.equal(new MinimumLengthValidator({ minLength: 3 }).validate('123'), null)
  for (const [validator, password, length] of [
    [new MinimumLengthValidator(), '1234567', 8],
    [new MinimumLengthValidator({ minLength: 3 }), '12', 3],
  ] as const) {
    const problem = validator.validate(password)
    assert.equal(problem?.code, 'password_too_short')
    assert.equal(
      inLanguage(problem.text, undefined),
      `This password is too short. It must contain at least ${length} characters.`,
    )
    assert.deepEqual(problem.text.params, { min_length: length })
  }
  for (const minLength of [1.5, Number.NaN, '8' as never]) {
    assert.throws(() => new MinimumLengthValidator({ minLength }), ConfigurationError)
  }
})

test('MinimumLengthValidatorTest.test_help_text and test_l10n', () => {
  const validator = new MinimumLengthValidator()
  assert.equal(inLanguage(validator.helpText(), undefined), 'Your password must contain at least 8 characters.')
  const problem = validator.validate('')
  const { id, plural, count } = problem?.text ?? { id: '' }
  assert.deepEqual(
    [id, plural, count],
    [
      'This password is too short. It must contain at least %d character.',
      'This password is too short. It must contain at least %d characters.',
      8,
    ],
  )
  assert.deepEqual(
    [validator.helpText().id, validator.helpText().plural, validator.helpText().count],
    [
      'Your password must contain at least %(min_length)d character.',
      'Your password must contain at least %(min_length)d characters.',
      8,
    ],
  )
})

test('UserAttributeSimilarityValidatorTest.test_validate', async () => {
  const validator = new UserAttributeSimilarityValidator()
  assert.equal(validator.validate('testclient'), null)
  assert.equal(validator.validate('testclient', user)?.code, 'password_too_similar')
  const said = (name: string): string => `The password is too similar to the ${name}.`
  assert.equal(await message(validator.validate('testclient', user)), said('username'))
  assert.equal(await message(validator.validate('example.com', user)), said('email address'))
  const first = ['firstName']
  const strict = new UserAttributeSimilarityValidator({ userAttributes: first, maxSimilarity: 0.3 })
  assert.equal(await message(strict.validate('testclient', user)), said('first name'))
  const same = new UserAttributeSimilarityValidator({ userAttributes: first, maxSimilarity: 1 })
  assert.equal(await message(same.validate(user.firstName, user)), said('first name'))
  assert.throws(() => new UserAttributeSimilarityValidator({ maxSimilarity: 0.09 }), {
    message: 'maxSimilarity is 0.09; it must be at least 0.1.',
  })
  assert.equal(new UserAttributeSimilarityValidator({ userAttributes: first }).validate('testclient', user), null)
})

test('UserAttributeSimilarityValidatorTest.test_validate_property', async () => {
  class TestUser {
    get username(): string {
      return 'foobar'
    }
  }
  assert.equal(
    await message(new UserAttributeSimilarityValidator().validate('foobar', new TestUser())),
    'The password is too similar to the username.',
  )
})

test('CommonPasswordValidatorTest.test_validate and test_common_hexed_codes', async () => {
  const validator = new CommonPasswordValidator()
  assert.equal(await validator.validate('a-safe-password'), null)
  for (const password of ['godzilla', 'asdfjkl:', '&#2336:']) {
    assert.equal(await message(validator.validate(password)), 'This password is too common.', password)
  }
})

test('CommonPasswordValidatorTest.test_validate_custom_list', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'list.txt'), 'from-my-custom-list\n')
  const validator = new CommonPasswordValidator({ passwordList: join(folder, 'list.txt') })
  assert.equal(await validator.validate('a-safe-password'), null)
  assert.equal((await validator.validate('from-my-custom-list'))?.code, 'password_too_common')
})

test('CommonPasswordValidatorTest.test_validate_django_supplied_file', async () => {
  const file = await readFile(new URL('../../data/common-passwords.txt.gz', import.meta.url))
  const lines = String(await promisify(gunzip)(file))
    .trimEnd()
    .split('\n')
  assert.equal(lines.length, 19_640)
  for (const line of lines) assert.equal(line, line.toLowerCase())
})

test('NumericPasswordValidatorTest.test_validate', async () => {
  const validator = new NumericPasswordValidator()
  assert.equal(validator.validate('a-safe-password'), null)
  assert.equal(validator.validate('42424242')?.code, 'password_entirely_numeric')
  assert.equal(await message(validator.validate('42424242')), 'This password is entirely numeric.')
})

test('test_help_text of the others', () => {
  for (const [validator, text] of [
    [new UserAttributeSimilarityValidator(), 'Your password can’t be too similar to your other personal information.'],
    [new CommonPasswordValidator(), 'Your password can’t be a commonly used password.'],
    [new NumericPasswordValidator(), 'Your password can’t be entirely numeric.'],
  ] as const) {
    assert.equal(inLanguage(validator.helpText(), undefined), text)
  }
})

test('test_custom_error of all four, and test_custom_error_verbose_name_not_used', async () => {
  class Length extends MinimumLengthValidator {
    protected override errorMessage(): Text {
      return sentence('Your password must be %(min)d characters long', { min: this.minLength })
    }
  }
  class Close extends UserAttributeSimilarityValidator {
    protected override errorMessage(): Text {
      return sentence('The password is too close to the %(verbose_name)s.')
    }
  }
  class Unnamed extends UserAttributeSimilarityValidator {
    protected override errorMessage(): Text {
      return sentence('The password is too close to a user attribute.')
    }
  }
  class Common extends CommonPasswordValidator {
    protected override errorMessage(): Text {
      return sentence('This password has been used too much.')
    }
  }
  class Digits extends NumericPasswordValidator {
    protected override errorMessage(): Text {
      return sentence('This password is all digits.')
    }
  }
  for (const [problem, said] of [
    [new Length().validate('1234567'), 'Your password must be 8 characters long'],
    [new Length({ minLength: 3 }).validate('12'), 'Your password must be 3 characters long'],
    [new Close().validate('testclient', user), 'The password is too close to the username.'],
    [new Unnamed().validate('testclient', user), 'The password is too close to a user attribute.'],
    [new Common().validate('godzilla'), 'This password has been used too much.'],
    [new Digits().validate('42424242'), 'This password is all digits.'],
  ] as const) {
    assert.equal(await message(problem), said)
  }
})
