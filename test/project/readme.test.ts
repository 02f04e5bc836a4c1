import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read } from '../support/project-files.ts'

test("the README's first sample has at most 20 lines, and begins by line 20", () => {
  const readme = read('README.md')
  const sample = /^```(?:ts|js)\n([\s\S]*?)\n```$/m.exec(readme)
  assert.ok(sample?.[1], 'there is a sample')
  const begins = readme.slice(0, sample.index).split('\n').length
  assert.ok(begins <= 20, `it begins on line ${begins}`)
  const lines = sample[1].split('\n').length
  assert.ok(lines <= 20, `it has ${lines} lines`)
})
