#!/usr/bin/env node
/**
 * The command `postern`. It imports nothing at first, so that a Node that is too old says what it needs instead of failing at
 * the first thing that it does not have.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 13)) {
  import('./main.ts')
    .then(({ runFromTerminal }) => runFromTerminal())
    .catch((error) => {
      process.stderr.write(`${error}\n`)
      process.exitCode = 1
    })
} else {
  process.stderr.write(`postern needs Node 22.13 or newer, and this is Node ${process.versions.node}.\n`)
  process.exitCode = 1
}
