/** What is refused at start of `permissions`, `models` and `loginRequiredMiddleware`, each with what to write instead. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPostern, type PosternOptions } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import { SECRET_KEY } from '../support/postern.ts'

const make = (options: object): unknown =>
  createPostern({ secretKey: SECRET_KEY, database: memory(), development: true, ...options } as PosternOptions)

const right = { app: 'blog', codename: 'publish_post', name: 'Can publish posts' }

for (const [what, options, message] of [
  ['permissions that are no list', { permissions: right }, /^permissions is a list/],
  ['a permission that is a text', { permissions: ['blog.publish_post'] }, /^permissions is a list/],
  ['no permission', { permissions: [null] }, /^permissions is a list/],
  [
    'an application with a dot',
    { permissions: [{ ...right, app: 'my.blog' }] },
    /^permissions: 'my\.blog\.publish_post' needs/,
  ],
  ['no application', { permissions: [{ ...right, app: '' }] }, /needs app, codename and name/],
  ['no codename', { permissions: [{ ...right, codename: '' }] }, /needs app, codename and name/],
  ['an endless codename', { permissions: [{ ...right, codename: 'x'.repeat(101) }] }, /needs app, codename and name/],
  ['no name for people', { permissions: [{ app: 'blog', codename: 'x' }] }, /needs app, codename and name/],
  [
    'an endless name for people',
    { permissions: [{ ...right, name: 'x'.repeat(256) }] },
    /needs app, codename and name/,
  ],
  ['a model that is none', { permissions: [{ ...right, model: 'a post' }] }, /app and model without blanks/],
  [
    'a permission twice',
    { permissions: [right, { ...right, name: 'Another' }] },
    /'blog\.publish_post' is declared twice for the model globalpermission/,
  ],
  [
    'one that its model has already',
    { models: { 'blog.post': 'post' }, permissions: [{ ...right, model: 'Post', codename: 'add_post' }] },
    /'blog\.add_post' is declared twice for the model post/,
  ],
  ['a model in two spellings', { models: { 'blog.post': 'post', 'blog.Post': 'post' } }, /declared twice/],
  ['models that are a list', { models: ['blog.post'] }, /^models names models/],
  ['a model without an application', { models: { post: 'post' } }, /^models: 'post' needs the form app\.model/],
  ['a model with too many dots', { models: { 'a.b.c': 'post' } }, /^models: 'a\.b\.c'/],
  ['a model without a word for people', { models: { 'blog.post': '' } }, /^models: 'blog\.post'/],
  [
    'a word that is too long to be put into a name',
    { models: { 'blog.post': 'x'.repeat(245) } },
    /^models: 'blog\.post'/,
  ],
  ['a rule that is a text', { loginRequiredMiddleware: 'yes' }, /^loginRequiredMiddleware is true, or names/],
  ['a rule without its list', { loginRequiredMiddleware: {} }, /^loginRequiredMiddleware is true, or names/],
  ['a rule with numbers', { loginRequiredMiddleware: { except: [7] } }, /^loginRequiredMiddleware is true, or names/],
  [
    'an open route with a slash in front',
    { loginRequiredMiddleware: { except: ['/public/'] } },
    /without the slash in front/,
  ],
  [
    'a database without permissions',
    { database: { ...memory(), permissions: undefined } },
    /^database has no store of permissions/,
  ],
] as const) {
  test(`${what} is refused at start`, () => {
    assert.throws(() => make(options), { code: 'ERR_CONFIGURATION', message })
  })
}

test('what is right is taken', () => {
  make({
    permissions: [right, { ...right, model: 'post' }, { ...right, app: 'shop' }],
    models: { 'blog.Post': 'post', 'shop.order': 'x'.repeat(244) },
  })
  make({ permissions: [], models: {}, loginRequiredMiddleware: { except: [] } })
  make({ permissions: undefined, models: undefined, loginRequiredMiddleware: false, remoteUser: undefined })
})
