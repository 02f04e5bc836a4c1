/**
 * Plays a file of vectors, values that a real Django computed, against Postern's own code (`npm run vectors -- FILE`).
 * The last line is `N passed, N failed, N skipped`; the exit code is 1 when a row failed.
 */
import { readFileSync } from 'node:fs'
import { playVectors } from '../test/vectors/play.ts'

const [file, ...others] = process.argv.slice(2)

if (file === undefined || others.length > 0) {
  process.stderr.write('Usage: npm run vectors -- FILE\n')
  process.exitCode = 1
} else {
  try {
    const { failed, lines } = await playVectors(readFileSync(file, 'utf8'))
    process.stdout.write(`${lines.join('\n')}\n`)
    if (failed > 0) process.exitCode = 1
  } catch (error) {
    process.stderr.write(`${file}: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
