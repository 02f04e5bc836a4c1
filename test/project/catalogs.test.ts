/** Every sentence that Postern says to people is there in German, with the same parameters, and none is there for nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GERMAN } from '../../src/catalogs/de.ts'
import { sources } from '../support/project-files.ts'

/** A text in quotes, or several with `+` between them. */
const LITERAL = String.raw`(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")`
const TEXT = `${LITERAL}(?:\\s*\\+\\s*${LITERAL})*`
/** `sentence('…')`, `countedSentence('…', '…', …)`, and the two parts of a `Text` that is written out. */
const CALLS: readonly (readonly [pattern: RegExp, plural: boolean])[] = [
  [new RegExp(`\\bsentence\\(\\s*(${TEXT})`, 'g'), false],
  [new RegExp(`\\bcountedSentence\\(\\s*(${TEXT})`, 'g'), true],
  [new RegExp(`\\bid:\\s*(${TEXT}),\\s*plural:`, 'g'), true],
]
/** `sentence(NAME)`, with `const NAME = '…'` in the same file. */
const BY_NAME = /\bsentence\(\s*([A-Z][A-Z_]*)\b/g
/** Where the sentence of a call is found out as it runs, and which there are. */
const DYNAMIC: ReadonlyMap<string, readonly string[]> = new Map([
  ['src/kernel/text.ts', []],
  // The names of a user's fields, in Django's words.
  ['src/passwords/validators/user-attribute-similarity.ts', ['username', 'first name', 'last name', 'email address']],
])

/** A JavaScript expression of literals as the text that it is. */
function textOf(expression: string): string {
  return [...expression.matchAll(new RegExp(LITERAL, 'g'))]
    .map(([literal]) =>
      literal
        .slice(1, -1)
        .replace(/\\u([0-9a-f]{4})/gi, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
        .replace(/\\(.)/g, '$1'),
    )
    .join('')
}

interface Found {
  readonly id: string
  readonly plural: boolean
  readonly file: string
}

function withoutComments(source: string): string {
  return source.replaceAll(/^\s*(?:\/\*[\s\S]*?\*\/|\/\/.*|\*.*)$/gm, '')
}

/** What a constant of the file is, where it is a text. */
function constant(code: string, name: string): string | undefined {
  const found = new RegExp(`\\bconst ${name}(?:: string)? =\\s*(${TEXT})`).exec(code)?.[1]
  return found === undefined ? undefined : textOf(found)
}

function sentencesIn(files: ReadonlyMap<string, string>): Found[] {
  const found: Found[] = []
  for (const [file, source] of files) {
    const code = withoutComments(source)
    for (const [pattern, plural] of CALLS) {
      for (const [, expression = ''] of code.matchAll(pattern)) found.push({ id: textOf(expression), plural, file })
    }
    const named = [...code.matchAll(BY_NAME)].map(([, name = '']) => constant(code, name))
    for (const id of [...named, ...(DYNAMIC.get(file) ?? [])]) {
      if (id !== undefined) found.push({ id, plural: false, file })
    }
  }
  return found
}

/** Calls that nobody could find in the sources: neither with a literal nor with a constant that is one. */
function unreadable(files: ReadonlyMap<string, string>): string[] {
  const found: string[] = []
  for (const [file, source] of files) {
    if (DYNAMIC.has(file)) continue
    const code = withoutComments(source)
    for (const [call, argument = ''] of code.matchAll(/\b(?:sentence|countedSentence)\(\s*([^\s'"][^),]*)/g)) {
      if (constant(code, argument) === undefined) found.push(`${file}: ${call}`)
    }
  }
  return found
}

const parameters = (text: string): string[] => [...new Set(text.match(/%(?:\(\w+\))?[sd]/g))].sort()

const said = sentencesIn(sources())

test('every sentence has a German one', () => {
  assert.ok(said.length > 40, `the guard saw ${said.length} sentences`)
  for (const { id, plural, file } of said) {
    const german = Object.hasOwn(GERMAN, id) ? GERMAN[id] : undefined
    assert.ok(german !== undefined, `${file}: '${id}' is not in src/catalogs/de.ts`)
    if (plural) assert.ok(typeof german === 'object', `${file}: '${id}' needs two forms`)
  }
})

test('what is to be put into a sentence is put into the German one, too', () => {
  for (const [id, german] of Object.entries(GERMAN)) {
    for (const form of [german].flat()) {
      assert.deepEqual(parameters(String(form)), parameters(id), id)
      assert.notEqual(form, '')
      assert.equal(String(form).trim(), form, id)
    }
  }
})

test('no sentence is there that nobody says', () => {
  const ids = new Set(said.map(({ id }) => id))
  assert.deepEqual(
    Object.keys(GERMAN).filter((id) => !ids.has(id)),
    [],
  )
})

test('every sentence can be found', () => {
  assert.deepEqual(unreadable(sources()), [])
})

test('this guard sees what it is for', () => {
  const source = [
    "const a = sentence('One.')",
    "const b = sentence(\n  'It is ' +\n    \"two's\",\n)",
    "const c = sentence('It’s \\'three\\'', { a: 1 })",
    "const d = countedSentence('four', 'fours', 4)",
    "const e = { id: 'five', plural: 'fives', count: 5 }",
    "const SIX =\n  'six'\nconst f = sentence(SIX)",
    "/** sentence('not this') */",
    "// sentence('nor this')",
  ].join('\n')
  const found = sentencesIn(new Map([['a.ts', source]]))
  assert.deepEqual(
    found.map(({ id, plural }) => [id, plural]),
    [
      ['One.', false],
      ["It is two's", false],
      ["It’s 'three'", false],
      ['four', true],
      ['five', true],
      ['six', false],
    ],
  )
  assert.equal(
    unreadable(new Map([['a.ts', 'sentence(id)\ncountedSentence(one, many, 2)\nsentence(NOWHERE)']])).length,
    3,
  )
})
