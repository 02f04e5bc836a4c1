import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LoginView, loginRequired, path } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { createPostern } from '../../src/postern.ts'
import { SECRET_KEY } from '../support/postern.ts'
import { findings, ids } from './found.ts'

const revocable = (): PosternOptions['database'] => {
  const database = memory()
  return { ...database, sessions: Object.assign(Object.create(database.sessions), { revocable: false }) }
}

/** What a Postern with these settings says at start. */
async function toldAtStart(options: Partial<PosternOptions>): Promise<string[]> {
  const told: string[] = []
  const listen = (warning: Error): void => void told.push(`${warning.name}: ${warning.message}`)
  process.on('warning', listen)
  createPostern({ secretKey: SECRET_KEY, database: memory(), development: true, ...options })
  // Warnings are handed out in a tick of their own.
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', listen)
  return told
}

test('a store from which nothing can be revoked', async () => {
  const options = { database: revocable(), session: { allowUnrevocable: true } }
  const [warning] = await findings(options)
  assert.equal(warning?.id, 'postern.W101')
  assert.match(warning.message, /a copied cookie still works/)
})

test('a clock that counts seconds, or stands still somewhere else', async () => {
  assert.deepEqual(await ids({ now: () => Math.floor(Date.now() / 1000) }), ['W004'])
  assert.deepEqual(await ids({ now: () => Date.now() - 86_000_000 }), [])
})

test('errors come first, then warnings, then what is good to know', async () => {
  const levels = (
    await findings({
      csrf: { useSessions: true },
      loginRedirectUrl: 'login',
      loginUrl: 'in',
      urls: [path('in/', loginRequired(LoginView.asView()), { name: 'in' })],
      session: { cookieSecure: true, cookieDomain: 'shop.example' },
    })
  ).map(({ level }) => level)
  assert.deepEqual([...new Set(levels)], ['error', 'warning', 'info'])
  assert.deepEqual(
    levels,
    [...levels].sort((a, b) => order.indexOf(a) - order.indexOf(b)),
  )
})

const order = ['error', 'warning', 'info']

test('in development each is told once at start, with its id, its cause and its cure; what is good to know is not', async () => {
  assert.deepEqual(await toldAtStart({}), [])
  assert.deepEqual(await toldAtStart({ loginRedirectUrl: 'login', csrf: { useSessions: true } }), [
    'PosternWarning: postern.W202: loginRedirectUrl leads to the login page, so that a login ends where it began. Name another page in loginRedirectUrl.',
  ])
})

test('a site that is served is not told at start: that is for `postern check`', async () => {
  const served = { development: false, allowedHosts: ['shop.example'], loginRedirectUrl: 'login' }
  assert.deepEqual(await toldAtStart(served), [])
})

test('without a key there is a warning, and the hint of how to make one', async () => {
  const [told] = await toldAtStart({ secretKey: undefined })
  assert.match(told ?? '', /^PosternWarning: No secretKey: one was made up/)
})
