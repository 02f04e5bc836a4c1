import assert from 'node:assert/strict'
import { test } from 'node:test'
import { projectFiles } from '../support/project-files.ts'

/** What must not be in a file that others get, put together so that this file does not hold it itself. */
const foreign: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a path of one machine', new RegExp(`(?:^|[\\s"'\`(=:])/(?:${['work', 'root', 'Users'].join('|')})/\\w`, 'm')],
  ['a path of one machine', new RegExp(`(?:^|[\\s"'\`(=:])/(?:${['home', 'tmp'].join('|')})/\\w+/`, 'm')],
  ['the host of a package registry', new RegExp(`\\b${'registry'}\\.[a-z0-9-]+\\.[a-z]{2,}`, 'i')],
  ['an address in the lockfile', new RegExp(`"${'resolved'}"\\s*:`)],
]

function findings(files: ReadonlyMap<string, string>): string[] {
  const found: string[] = []
  for (const [file, text] of files) {
    for (const [what, pattern] of foreign) {
      const match = pattern.exec(text)
      if (match) found.push(`${file} holds ${what}: ${match[0].trim()}`)
    }
  }
  return found
}

test('no file holds a path of one machine, a registry or an address of the lockfile', () => {
  const files = projectFiles((file) => !/\.(?:png|jpg|ico|woff2?|gz|sqlite3)$/.test(file))
  assert.ok(files.has('package-lock.json'), 'the lockfile is among them')
  assert.deepEqual(findings(files), [])
})

test('this guard sees what it is for', () => {
  const slash = '/'
  const bad = [
    `cd ${slash}work/main`,
    `'${slash}home/me/project'`,
    `cafile=${slash}tmp/x/ca.crt`,
    `https://${'registry'}.example.org/`,
    `"${'resolved'}": "https://example.org/a.tgz"`,
  ]
  for (const text of bad) assert.equal(findings(new Map([['file', text]])).length, 1, text)
  for (const text of ['src/kernel/', "'/home/'", 'https://example.org/work/', 'the registry is resolved']) {
    assert.deepEqual(findings(new Map([['file', text]])), [])
  }
})
