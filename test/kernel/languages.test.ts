import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogOf, chooseLanguage } from '../../src/kernel/languages.ts'

const SITE = ['en', 'de', 'pt-BR'] as const

const CASES: readonly (readonly [accept: string | undefined, language: string])[] = [
  [undefined, 'en'],
  ['', 'en'],
  ['de', 'de'],
  ['DE', 'de'],
  ['de-AT', 'de'],
  ['de-Latn-CH-1996', 'de'],
  ['pt', 'pt-BR'],
  ['pt-PT', 'pt-BR'],
  ['pt-br', 'pt-BR'],
  ['fr', 'en'],
  ['fr, de', 'de'],
  ['fr;q=0.9, de;q=0.8, en;q=0.7', 'de'],
  ['en;q=0.7, de;q=0.8', 'de'],
  ['de;q=0.5, en', 'en'],
  ['en, de', 'en'],
  ['de, en', 'de'],
  ['de;q=0, en', 'en'],
  ['de;q=0', 'en'],
  ['*', 'en'],
  ['*, de;q=0.5', 'en'],
  ['fr, *;q=0.1, de;q=0.5', 'de'],
  ['de ; q=1.000', 'de'],
  ['de;q=1.001', 'en'],
  ['de;q=2', 'en'],
  ['de;q=', 'en'],
  ['de;level=1', 'en'],
  ['de, ,en', 'en'],
  ['de, <script>', 'en'],
  ['toolonglanguage', 'en'],
  ['__proto__', 'en'],
  ['dé', 'en'],
]

for (const [accept, language] of CASES) {
  test(`Accept-Language: ${accept} is answered in ${language}`, () => {
    assert.equal(chooseLanguage(accept, SITE), language)
  })
}

test('a site of one language looks at no header', () => {
  assert.equal(chooseLanguage('en', ['de']), 'de')
})

test('what is behind 500 characters is not read, and a megabyte takes no time', () => {
  const long = `${'fr,'.repeat(200)}de`
  assert.equal(chooseLanguage(long, SITE), 'en')
  assert.equal(chooseLanguage(`de,${long}`, SITE), 'de')
  assert.equal(chooseLanguage('x'.repeat(1_000_000), SITE), 'en')
  const began = performance.now()
  chooseLanguage(`de${';q=0'.repeat(250_000)}`, SITE)
  assert.ok(performance.now() - began < 100)
})

test('a catalog is found by its code, or by the language without its region', () => {
  const german = { Yes: 'Ja' }
  const austrian = { Yes: 'Jo' }
  const catalogs = new Map([
    ['de', german],
    ['de-at', austrian],
  ])
  assert.equal(catalogOf(catalogs, 'de'), german)
  assert.equal(catalogOf(catalogs, 'de-CH'), german)
  assert.equal(catalogOf(catalogs, 'de-AT'), austrian)
  assert.equal(catalogOf(catalogs, 'en'), undefined)
})
