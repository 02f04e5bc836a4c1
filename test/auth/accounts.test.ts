/**
 * Making accounts, and what they are. Mirrors `UserManagerTestCase`, `UserWithPermTestCase` and `TestCreateSuperUserSignals` of
 * tests/auth_tests/test_models.py and tests/auth_tests/test_basic.py (Django 5.2).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BaseBackend, type WithPermOptions } from '../../src/auth/backend.ts'
import { ModelBackend } from '../../src/auth/model-backend.ts'
import { isPasswordUsable } from '../../src/passwords/passwords.ts'
import { normalizeEmail } from '../../src/users/email.ts'
import type { User } from '../../src/users/user.ts'
import { again, BLOG } from '../support/blog.ts'
import { DATABASES } from '../support/databases.ts'
import { testPostern } from '../support/postern.ts'

for (const [name, open] of DATABASES) {
  test(`${name}: an account has a name, an address, and a password that can be checked`, async (t) => {
    const { auth } = await testPostern({ database: open(t) })
    const user = await auth.createUser({ username: 'testuser', email: 'test@EXAMPLE.com', password: 'testpw' })
    assert.deepEqual([user.username, user.getUsername(), user.email], ['testuser', 'testuser', 'test@example.com'])
    assert.deepEqual([user.isAuthenticated, user.isAnonymous], [true, false])
    assert.deepEqual([user.isActive, user.isStaff, user.isSuperuser], [true, false, false])
    assert.equal(user.lastLogin, null)
    const correct = async (password: string): Promise<boolean> =>
      (await auth.passwords.check(password, user.password)).correct
    assert.deepEqual([await correct('testpw'), await correct('bad')], [true, false])
    assert.deepEqual(await again(auth, user), user)
  })

  test(`${name}: an account without a password is one that none opens, and without an address has none`, async (t) => {
    const { auth } = await testPostern({ database: open(t) })
    for (const fields of [{ username: 'a' }, { username: 'b', password: null, email: '' }]) {
      const user = await auth.createUser(fields)
      assert.equal(isPasswordUsable(user.password), false)
      assert.equal((await auth.passwords.check('', user.password)).correct, false)
      assert.equal(user.email, '')
    }
    assert.equal((await auth.createUser({ username: 'c', isStaff: true })).isStaff, true)
  })

  test(`${name}: names of two spellings of one character are one name`, async (t) => {
    const { auth } = await testPostern({ database: open(t) })
    for (const username of ['jörg', 'Григорий']) assert.equal((await auth.createUser({ username })).username, username)
    const [ohm, omega] = ['iamthe\u2126', 'iamthe\u03a9']
    assert.equal((await auth.createUser({ username: ohm })).username, omega)
    await assert.rejects(auth.createUser({ username: omega }), { code: 'ERR_USER_EXISTS' })
    await assert.rejects(auth.createSuperuser({ username: ohm, password: null }), { code: 'ERR_USER_EXISTS' })
  })

  test(`${name}: a superuser is staff, may do everything, and is active`, async (t) => {
    const { auth } = await testPostern({ ...BLOG, database: open(t) })
    const root = await auth.createSuperuser({ username: 'super', email: 'super@EXAMPLE.com', password: 'super' })
    assert.deepEqual(
      [root.isSuperuser, root.isActive, root.isStaff, root.email],
      [true, true, true, 'super@example.com'],
    )
    assert.equal(await (await again(auth, root)).hasPerm('blog.add_post'), true)
  })
}

test('a superuser who is none, or no staff, is refused', async () => {
  const { auth } = await testPostern()
  for (const [wrong, message] of [
    [{ isStaff: false }, 'createSuperuser(): a superuser has isStaff: true. Leave it out.'],
    [{ isSuperuser: false }, 'createSuperuser(): a superuser has isSuperuser: true. Leave it out.'],
    [{ isSuperuser: 1 as never }, 'createSuperuser(): a superuser has isSuperuser: true. Leave it out.'],
    [{ password: undefined }, /password is undefined/],
  ] as const) {
    await assert.rejects(auth.createSuperuser({ username: 'root', ...wrong }), { name: 'TypeError', message })
  }
  await assert.rejects(auth.createUser({ username: '' }), { name: 'TypeError', message: /needs a username/ })
  assert.equal(await auth.users.findByUsername('root'), null)
})

// The addresses are those of Django's own tests, and what a real Django makes of more of them.
for (const [given, expected] of [
  ['normal@DOMAIN.COM', 'normal@domain.com'],
  [String.raw`Abc\@DEF@EXAMPLE.com`, String.raw`Abc\@DEF@example.com`],
  [String.raw`email\ with_whitespace@D.COM`, String.raw`email\ with_whitespace@d.com`],
  [' CAPS@Example.com\n', 'CAPS@example.com'],
  ['no at sign ', 'no at sign '],
  ['@HOST', '@host'],
  ['', ''],
] as const) {
  test(`${JSON.stringify(given)} is kept as ${JSON.stringify(expected)}`, () => {
    assert.equal(normalizeEmail(given), expected)
  })
}

/** Knows holders of its own. */
class ListingBackend extends BaseBackend {
  readonly path = 'tests.ListingBackend'
  readonly asked: unknown[] = []
  readonly holders: readonly User[]
  constructor(holders: readonly User[]) {
    super()
    this.holders = holders
  }
  withPerm(permission: string, options: WithPermOptions): readonly User[] {
    this.asked.push([permission, options])
    return this.holders
  }
}

test('withPerm takes the name of a permission, and nothing else', async () => {
  const { auth } = await testPostern(BLOG)
  for (const wrong of ['nodots', 'blog.', '.add', '', undefined, 7, { codename: 'add_post' }]) {
    await assert.rejects(auth.permissions.withPerm(wrong as string), { name: 'TypeError', message: /app\.codename/ })
  }
})

test('withPerm asks the one backend, or the one that is named', async () => {
  const { auth: plain } = await testPostern(BLOG)
  const bob = await plain.createUser({ username: 'bob' })
  const listing = new ListingBackend([bob])
  const { auth, alice } = await testPostern({
    ...BLOG,
    backends: [(context) => new ModelBackend(context), () => listing],
  })
  await auth.permissions.grant(alice, 'blog.add_post')
  const names = async (choice?: object): Promise<string[]> =>
    (await auth.permissions.withPerm('blog.add_post', choice)).map(String)
  const paths = "Backends: 'django.contrib.auth.backends.ModelBackend', 'tests.ListingBackend'."
  for (const backend of [undefined, 'tests.Nonexistent', listing, 7]) {
    await assert.rejects(
      names({ backend }),
      (error: Error) => error.name === 'TypeError' && error.message.endsWith(paths),
    )
  }
  assert.deepEqual(await names({ backend: 'django.contrib.auth.backends.ModelBackend' }), ['alice'])
  assert.deepEqual(await names({ backend: 'tests.ListingBackend', object: 'a post', isActive: null }), ['bob'])
  assert.deepEqual(listing.asked, [['blog.add_post', { isActive: null, includeSuperusers: true, object: 'a post' }]])
})

test('a backend that cannot list anybody lists nobody', async () => {
  class Plain extends BaseBackend {
    readonly path = 'tests.Plain'
  }
  const { auth } = await testPostern({ ...BLOG, backends: [() => new Plain()] })
  assert.deepEqual(await auth.permissions.withPerm('blog.add_post'), [])
})
