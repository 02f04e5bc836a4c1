/** Which of Django's names are there, and where no mail can be sent. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { View } from '../../src/auth/view.ts'
import { createPostern } from '../../src/index.ts'
import { include, path, type UrlPattern } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import type { Postern } from '../../src/postern.ts'
import { authUrls } from '../../src/views/auth-urls.ts'
import { PasswordResetView } from '../../src/views/password-reset-view.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { site } from '../support/site.ts'

const PRODUCTION = {
  secretKey: SECRET_KEY,
  development: false,
  allowedHosts: ['shop.example'],
  publicUrl: 'https://shop.example',
} as const

function production(options: Partial<PosternOptions>): Postern {
  return createPostern({ ...PRODUCTION, database: memory(), ...options })
}

const sendMail = async (): Promise<void> => {}

test('every name of django.contrib.auth.urls leads where it leads in Django', () => {
  const auth = production({ sendMail })
  assert.deepEqual(
    [
      auth.reverse('login'),
      auth.reverse('logout'),
      auth.reverse('password_change'),
      auth.reverse('password_change_done'),
      auth.reverse('password_reset'),
      auth.reverse('password_reset_done'),
      auth.reverse('password_reset_confirm', { uidb64: 'aaaaaaa', token: '1111-aaaaa' }),
      auth.reverse('password_reset_complete'),
    ],
    [
      '/accounts/login/',
      '/accounts/logout/',
      '/accounts/password_change/',
      '/accounts/password_change/done/',
      '/accounts/password_reset/',
      '/accounts/password_reset/done/',
      '/accounts/reset/aaaaaaa/1111-aaaaa/',
      '/accounts/reset/done/',
    ],
  )
})

for (const [what, urls] of [
  ['those that come along', []],
  ['authUrls() under another prefix', [include('members/', authUrls())]],
] as const satisfies readonly (readonly [string, readonly UrlPattern<View>[]])[]) {
  test(`without a mailer nobody can ask for a reset, and everything else is there: ${what}`, () => {
    const auth = production({ urls, ...(urls.length > 0 ? { accountsPrefix: false, loginUrl: 'login' } : {}) })
    assert.equal(auth.reverse('password_reset'), undefined)
    assert.equal(auth.reverse('password_reset_done'), undefined)
    for (const name of ['login', 'password_change', 'password_reset_complete']) assert.ok(auth.reverse(name), name)
  })
}

test('a view that was put there by hand is refused at start, with what to write', () => {
  const urls = [path('forgotten/', PasswordResetView.asView(), { name: 'forgotten' })]
  assert.throws(() => production({ urls }), {
    code: 'ERR_CONFIGURATION',
    message: /the view of 'forgotten\/' sends mails, and there is no sendMail\..*nodemailer/,
  })
  assert.throws(() => production({ urls: [include('members/', urls)] }), /'forgotten\/'/)
  assert.equal(production({ urls, sendMail }).reverse('forgotten'), '/forgotten/')
})

test('the login page shows the way to a new password where there is one', async (t) => {
  const link = /<a href="\/accounts\/password_reset\/">Forgotten your password\?<\/a>/
  assert.match((await (await site(t, { sendMail })).visitor().get('/accounts/login/')).body, link)
  const urls = [path('password_reset/', () => ({ status: 200, headers: [], body: '' }), { name: 'password_reset' })]
  assert.match(
    (await (await site(t, { sendMail, urls })).visitor().get('/accounts/login/')).body,
    /<a href="\/password_reset\/">/,
    'a page of the application’s own of that name is where it leads',
  )
  const without = await site(t, { ...PRODUCTION, allowedHosts: ['*'] })
  assert.doesNotMatch((await without.visitor().get('/accounts/login/')).body, /Forgotten/)
})
