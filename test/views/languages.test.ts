/** The built-in pages in the languages of a site. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Browser, Reply } from '../support/browser.ts'
import { ALICE } from '../support/postern.ts'
import { open, resetSite } from '../support/reset-site.ts'

const GERMAN = { 'accept-language': 'de-DE,de;q=0.9,en;q=0.5' }
const ENGLISH = { 'accept-language': 'fr, en-GB;q=0.9, en;q=0.8' }

/** Every page that there is, by a name. */
async function pages(
  t: Parameters<typeof resetSite>[0],
  headers: Readonly<Record<string, string>>,
  languages: readonly [string, ...string[]] = ['en', 'de'],
): Promise<ReadonlyMap<string, Reply>> {
  const world = await resetSite(t, { languages })
  const visitor = world.visitor()
  const alice = await world.loggedIn()
  const linked = world.visitor()
  const form = await open(linked, await world.link())
  const get = (browser: Browser, at: string): Promise<Reply> => browser.get(`/accounts/${at}`, headers)
  return new Map([
    ['login', await get(visitor, 'login/')],
    ['login refused', await visitor.post('/accounts/login/', { username: 'alice', password: 'x' }, headers)],
    ['change', await get(alice, 'password_change/')],
    ['change refused', await alice.post('/accounts/password_change/', { old_password: 'x' }, headers)],
    ['change done', await get(alice, 'password_change/done/')],
    ['reset', await get(visitor, 'password_reset/')],
    ['reset refused', await visitor.post('/accounts/password_reset/', { email: 'x' }, headers)],
    ['reset done', await get(visitor, 'password_reset/done/')],
    ['confirm', await linked.get(form, headers)],
    ['confirm none', await get(visitor, 'reset/MQ/1-1/')],
    ['complete', await get(visitor, 'reset/done/')],
    ['logout by GET', await get(alice, 'logout/')],
    ['logged out', await alice.post('/accounts/logout/', {}, headers)],
  ])
}

/** What a reader sees. */
function words(body: string): string {
  return body
    .replace(/[\s\S]*<body>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

test('every page is in the language that the visitor prefers, and says so', async (t) => {
  const english = await pages(t, ENGLISH)
  for (const [name, reply] of await pages(t, GERMAN)) {
    assert.match(reply.body, /^<!doctype html>\n<html lang="de">/, name)
    assert.equal(reply.headers['content-language'], 'de', name)
    assert.match(reply.headers.vary ?? '', /Accept-Language/, name)
    const other = english.get(name)
    assert.equal(other?.headers['content-language'], 'en', name)
    assert.match(other?.body ?? '', /^<!doctype html>\n<html lang="en">/, name)
    const text = words(reply.body)
    assert.notEqual(text, words(other?.body ?? ''), name)
    assert.doesNotMatch(text, /\b(?:the|you|your|please|password|log)\b/i, `${name}: ${text}`)
  }
})

test('a site of one language answers in it, whatever the visitor prefers, and its pages vary with nothing more', async (t) => {
  for (const [name, reply] of await pages(t, GERMAN, ['en'])) {
    assert.match(reply.body, /^<!doctype html>\n<html lang="en">/, name)
    assert.doesNotMatch(reply.headers.vary ?? '', /Accept-Language/, name)
  }
  for (const [name, reply] of await pages(t, ENGLISH, ['de'])) assert.match(reply.body, /<html lang="de">/, name)
})

test('a page that reads nothing of the visitor may be kept, for each language by itself', async (t) => {
  const world = await resetSite(t, { languages: ['en', 'de'] })
  const { headers } = await world.visitor().send('/accounts/logout/', { method: 'GET', headers: GERMAN })
  assert.equal(headers.vary, 'Accept-Language')
})

test('what is wrong is told in the language of the page, to programs too', async (t) => {
  const world = await resetSite(t, { languages: ['en', 'de'] })
  const browser = world.visitor()
  const refused = await browser.post('/accounts/login/', { username: 'alice', password: 'x' }, GERMAN)
  assert.match(refused.body, /Bitte Benutzername und Passwort eingeben\./)
  const program = await browser.post(
    '/accounts/login/',
    { password: ALICE.password },
    { ...GERMAN, accept: 'application/json' },
  )
  assert.equal(program.status, 400)
  assert.deepEqual(JSON.parse(program.body).error, {
    code: 'invalid',
    message: 'Bitte die unten aufgeführten Fehler korrigieren.',
    fields: { username: [{ code: 'required', message: 'Dieses Feld ist zwingend erforderlich.' }] },
  })
})
