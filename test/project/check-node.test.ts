import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { read } from '../support/project-files.ts'

/** What scripts/check-node.js says and answers on a Node of this version. */
function check(version: string): { readonly said: string; readonly exitCode: number } {
  const outcome = { said: '', exitCode: 0 }
  const pretended = {
    versions: { node: version },
    stderr: { write: (text: string) => (outcome.said += text) },
    set exitCode(code: number) {
      outcome.exitCode = code
    },
  }
  runInNewContext(read('scripts/check-node.js'), { process: pretended })
  return outcome
}

for (const version of ['22.18.0', '22.22.1', '23.6.0', '24.21.0', '26.0.0']) {
  test(`the scripts run on Node ${version}`, () => {
    assert.deepEqual(check(version), { said: '', exitCode: 0 })
  })
}

for (const version of ['18.20.4', '20.20.2', '22.13.0', '22.17.1', '23.5.0']) {
  test(`on Node ${version} the scripts say in one line what to do`, () => {
    const { said, exitCode } = check(version)
    assert.equal(exitCode, 1)
    assert.match(said, /^[^\n]*22\.18 or newer[^\n]*npm rebuild node[^\n]*\n$/)
  })
}
