/** The recipe for log lines in docs/events.md, taken out of the page and run. */
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { EVENT_NAMES } from 'postern'
import { ALICE } from '../support/postern.ts'
import { read, root } from '../support/project-files.ts'
import { site } from '../support/site.ts'

interface Line {
  readonly level: string
  readonly line: Readonly<Record<string, unknown>>
  readonly message: string
}

const page = read('docs/events.md')

test('the page names every event', () => {
  const table = page.slice(page.indexOf('| event |'), page.indexOf('## The audit log'))
  const named = [...table.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, name = '']) => name)
  assert.deepEqual(new Set(named), new Set(EVENT_NAMES))
})

test('the recipe for a logger writes a line for each event, with who and where from, and no password', async (t) => {
  const code = /```js\n([\s\S]*?)```/.exec(page)?.[1]
  assert.ok(code, 'the page has a recipe')
  // Beside the sources, so that it finds the package by its name.
  const file = join(root, 'test/audit', `recipe-${process.pid}.mjs`)
  writeFileSync(file, code)
  t.after(() => rmSync(file))
  const { logEvents } = (await import(pathToFileURL(file).href)) as { logEvents: (logger: object) => () => void }
  const lines: Line[] = []
  const at =
    (level: string) =>
    (line: Line['line'], message: string): void => {
      lines.push({ level, line, message })
    }
  t.after(logEvents({ info: at('info'), warn: at('warn') }))

  const world = await site(t)
  const browser = world.visitor()
  await browser.login(ALICE.username, 'not-the-Password')
  await browser.login()
  await browser.logout()
  assert.deepEqual(
    lines.map(({ level, line, message }) => [level, message, line.user]),
    [
      ['warn', 'user_login_failed', 'alice'],
      ['info', 'user_logged_in', 'alice'],
      ['info', 'user_logged_out', 'alice'],
    ],
  )
  assert.ok(lines.every(({ line }) => line.address === '127.0.0.1'))
  assert.doesNotMatch(JSON.stringify(lines), /wonder-Land-42|not-the-Password/)
})
