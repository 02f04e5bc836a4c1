import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countedSentence, inLanguage, sentence } from '../../src/kernel/text.ts'

const GERMAN = {
  'Log in': 'Anmelden',
  'Password reset on %(site_name)s': 'Passwort auf %(site_name)s zurücksetzen',
  '%(count)d try': ['%(count)d Versuch', '%(count)d Versuche'],
} as const

test('a sentence is what its catalog says, and English where there is none', () => {
  assert.equal(inLanguage(sentence('Log in'), GERMAN), 'Anmelden')
  assert.equal(inLanguage(sentence('Log in'), undefined), 'Log in')
  assert.equal(inLanguage(sentence('Log out'), GERMAN), 'Log out')
})

test('parameters are put in, once and as they are', () => {
  const text = sentence('Password reset on %(site_name)s', { site_name: '<%(site_name)s>' })
  assert.equal(inLanguage(text, GERMAN), 'Passwort auf <%(site_name)s> zurücksetzen')
  assert.equal(inLanguage(sentence('%(what)s', {}), undefined), '%(what)s')
  assert.equal(inLanguage(sentence('%(toString)s', {}), undefined), '%(toString)s')
})

test('a counted sentence is another for one than for more', () => {
  const tries = (count: number): string =>
    inLanguage(countedSentence('%(count)d try', '%(count)d tries', count, { count }), GERMAN)
  assert.deepEqual([0, 1, 2].map(tries), ['0 Versuche', '1 Versuch', '2 Versuche'])
  assert.equal(inLanguage(countedSentence('one', 'many', 5), undefined), 'many')
})

test('a name that all objects have is no sentence of a catalog', () => {
  assert.equal(inLanguage(sentence('constructor'), {}), 'constructor')
})
