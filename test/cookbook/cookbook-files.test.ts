/** The files of the cookbook as files: all there, short, checked, compiled, and with the tutorials' templates as they are. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { read, root } from '../support/project-files.ts'
import { allChecks } from './checks/all-checks.ts'
import { folder } from './cookbook-site.ts'

const ROWS =
  'R01 R02 R02 R03 R05 R06 R07 R08 R09 R10 R11 R12 R13 R14 R15 R16 R17 R18 R19 R20 R21 R22 R23 R25 R26 R27 R28 R29 R30 R31 R32 R33 R34 R35 R36 R37 R39 R41 R42 R43'.split(
    ' ',
  )
const files = readdirSync(folder).filter((file) => /^r\d\d-/.test(file))
const text = (file: string): string => read(`examples/cookbook/${file}`)

test('every row has its file, its line in the README and its checks', () => {
  assert.deepEqual(
    files.map((file) => file.slice(0, 3).toUpperCase()),
    ROWS,
  )
  const lines = [...text('README.md').matchAll(/^\| (R\d\d) \| \[(\S+)\]\((\S+)\) \| .+ \|$/gm)]
  assert.deepEqual(
    lines.map(([, row, file, link]) => [row, file, link]),
    files.map((file) => [file.slice(0, 3).toUpperCase(), file, file]),
  )
  assert.deepEqual([...new Set(allChecks.map(({ file }) => `${file}.ts`))].sort(), files)
})

test('every file says its row and its promise, and is short', () => {
  for (const file of files) {
    assert.match(text(file), new RegExp(`^/\\*\\*\n \\* ${file.slice(0, 3).toUpperCase()}: [^\n]*The promise:`), file)
    const lines = text(file).trimEnd().split('\n').length
    assert.ok(lines <= 47, `${file} has ${lines} lines`)
  }
})

test('every file that can log out is checked for it', () => {
  for (const file of files) {
    const canLogOut = /\blogout\(|\bLogoutView\b|user_logged_out/.test(text(file)) || file.startsWith('r31-')
    for (const check of allChecks.filter((candidate) => `${candidate.file}.ts` === file)) {
      assert.equal(check.logsOut, canLogOut, `${check.file}: ${check.promise}`)
    }
  }
})

test('the files use the package as its users do', () => {
  for (const file of [...files, 'serve.ts']) {
    for (const [, specifier = ''] of text(file).matchAll(/ from '([^']+)'/g)) {
      assert.match(specifier, /^(?:postern(?:\/\w+)?|express|node:\w+|\.\/serve\.ts)$/, file)
    }
  }
})

test('the files compile, and logout() without the request does not', () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(import.meta.dirname, 'fixtures/tsconfig.json')],
    { encoding: 'utf8' },
  )
  // An expected error that is none is an error, too.
  assert.match(text('r28-missing-request.ts'), /\/\/ @ts-expect-error [^\n]*\n {2}await logout\(\)\n/)
  assert.equal(stdout, '')
  assert.equal(status, 0)
})

/** Templates as the tutorials print them. */
const TEMPLATES: Readonly<Record<string, string>> = {
  'home.html': `<a href="{% url 'logout' %}">Logout</a>
`,
  'logout_button.html': `<form action="{% url 'logout' %}" method="post">
{% csrf_token %}
<button type="submit">Logout</button>
</form>
`,
  'messages.html': `{% if messages %}
<ul>
{% for message in messages %}
<li>{{ message }}</li>
{% endfor %}
</ul>
{% endif %}
`,
  'logged_out.html': `<h2>You have successfully logged out.</h2>
<p>Thank you for visiting our site. Click below to log in again.</p>
<a href="{% url 'login' %}">Login again</a>
`,
}

test("the tutorials' templates are as they are printed", () => {
  for (const [file, printed] of Object.entries(TEMPLATES)) assert.equal(text(`templates/${file}`), printed, file)
  const { 'logout_button.html': button, 'messages.html': messages } = TEMPLATES
  assert.equal(text('templates/template.html'), `${button}${messages}`)
})
