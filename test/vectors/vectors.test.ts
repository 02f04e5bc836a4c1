/** The runner of vectors: `sample.json` has rows that a real Django computed, one or more of each kind that is played. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { read, root } from '../support/project-files.ts'
import { playVectors } from './play.ts'
import { later, players } from './players.ts'

type Row = Readonly<Record<string, unknown>>
type Groups = Readonly<Record<string, readonly unknown[]>>

const sample = JSON.parse(read('test/vectors/sample.json')) as { readonly groups: Record<string, readonly Row[]> }
const rows = Object.values(sample.groups).flat().length

/** The file with other groups in it. */
function fileWith(groups: Groups): string {
  return JSON.stringify({ ...sample, groups })
}

async function lines(groups: Groups): Promise<readonly string[]> {
  return (await playVectors(fileWith(groups))).lines
}

/** What `npm run vectors -- FILE` runs. */
function command(t: TestContext, text: string): { status: number | null; stdout: string; stderr: string } {
  const folder = mkdtempSync(join(tmpdir(), 'postern-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'vectors.json')
  writeFileSync(file, text)
  return spawnSync(process.execPath, [join(root, 'scripts', 'vectors.ts'), file], { encoding: 'utf8' })
}

test('the rows of the sample pass, and every kind that is played is among them', async () => {
  assert.deepEqual(await lines(sample.groups), [`${rows} passed, 0 failed, 0 skipped`])
  assert.deepEqual(Object.keys(sample.groups).sort(), [...players.keys()].sort())
})

/** Fields that Django computed. */
const RESULTS =
  /^(?:age|bare_matches|block_size|browser_close|cache_control|cookie|cookie_length|cookies|date|decoded|encoded|errors|has_expires|hash|hash_value|hashes|header|hex|int|iterations|json|legacy_cookie|length|location|matches|memory_cost|messages|must_update|obj|ok|parallelism|result|rounds|salt_entropy|same|signed|text|time_cost|token|uncompressed|unmasked|unstored|usable|value|verify|work_factor)$/

/** Where a field of that name goes in, and another one may give the same result; and words. */
const INPUTS = new Set([
  'csrf_format.token',
  'message_overflow.text',
  'password_hash_odd.encoded',
  'reset_token_check.token',
  'session_db_bad.encoded',
  'uidb64_decode.text',
  'username_valid.text',
])

function changed(value: unknown): unknown {
  if (typeof value === 'string') return `${value}ǂ`
  if (typeof value === 'number') return 2 * value + 1
  if (typeof value === 'boolean') return !value
  if (Array.isArray(value)) return [...(value as unknown[]), 'ǂ']
  return { ...(value as Row), ǂ: 'ǂ' }
}

test('any field that Django computed makes its row fail when it is another', async () => {
  let changes = 0
  for (const [kind, group] of Object.entries(sample.groups)) {
    for (const row of group.filter((one) => typeof one.error !== 'string')) {
      for (const field of Object.keys(row)) {
        if (!RESULTS.test(field) || INPUTS.has(`${kind}.${field}`)) continue
        changes++
        const outcome = await playVectors(fileWith({ [kind]: [{ ...row, [field]: changed(row[field]) }] }))
        assert.equal(outcome.failed, 1, `${kind}.${field}: ${outcome.lines.join('; ')}`)
      }
    }
  }
  assert.ok(changes > rows, `${changes} fields were changed`)
})

test('an error that does not come, or is another one, makes its row fail', async () => {
  const [good, expired, tampered] = sample.groups.signing_loads ?? []
  const groups: Groups = {
    base36_decode: [{ text: '10', error: 'ValueError' }],
    signer: [{ value: 'v', salt: 's', sep: '|', error: 'ValueError' }],
    signing_loads: [
      { ...expired, max_age: 11 },
      { ...expired, error: 'BadSignature' },
      { ...tampered, error: 'SignatureExpired' },
      { ...tampered, text: good?.text },
    ],
    csrf_format: [{ token: 'a', error: 'has invalid characters' }],
    csrf_referer: [{ host: 'site.example', referer: null, error: null }],
    redirect_to_login: [{ next: '/', login_url: '/login/', error: 'DisallowedRedirect' }],
    set_cookie: [{ args: { samesite: 'Lax' }, error: 'ValueError' }],
  }
  assert.equal((await lines(groups)).at(-1), '0 passed, 10 failed, 0 skipped')
})

test('a wrong row is told with its kind, its number, what was expected and what came', async (t) => {
  const [good] = sample.groups.base62 ?? []
  const groups = { base62: [good, { int: 61, text: 'Z' }], http_date: [{ time: 0, text: 'never' }] }
  const { status, stdout } = command(t, fileWith(groups))
  assert.equal(status, 1)
  assert.deepEqual(stdout.split('\n'), [
    "failed base62[1]: text: expected 'Z', got 'z'",
    "failed http_date[0]: text: expected 'never', got 'Thu, 01 Jan 1970 00:00:00 GMT'",
    '1 passed, 2 failed, 0 skipped',
    '',
  ])
})

test('unknown kinds and those of parts that are not written yet are skipped with the reason, and that is no failure', async (t) => {
  const waiting = Object.fromEntries([...later.keys()].map((kind) => [kind, [{}]]))
  const [good] = sample.groups.base62 ?? []
  const { status, stdout } = command(t, fileWith({ tea_leaves: [{ a: 1 }, {}], ...waiting, base62: [good] }))
  assert.deepEqual(stdout.split('\n'), [
    'skipped tea_leaves (2): unknown kind',
    ...[...later].map(([kind, reason]) => `skipped ${kind} (1): ${reason}`),
    `1 passed, 0 failed, ${2 + later.size} skipped`,
    '',
  ])
  assert.equal(status, 0)
  for (const kind of later.keys()) assert.ok(!players.has(kind), kind)
})

test('a field that nobody plays keeps its row from passing', async () => {
  assert.deepEqual(await lines({ base62: [{ int: 10, text: 'A', moon: 'full', note: 'words' }] }), [
    'skipped base62 (1): the field "moon" is not played',
    '0 passed, 0 failed, 1 skipped',
  ])
})

test('a row without what has to be compared fails', async () => {
  const groups = {
    base62: [{ int: 10 }, { int: '10', text: 'A' }, [], null],
    vary: [{ before: null, add: ['Cookie'] }],
  }
  assert.deepEqual(await lines(groups), [
    'failed base62[0]: the row has no field "text"',
    'failed base62[1]: the field "int" is no number: \'10\'',
    'failed base62[2]: the row is no object',
    'failed base62[3]: the row is no object',
    'failed vary[0]: the row says nothing about what has to come',
    '0 passed, 5 failed, 0 skipped',
  ])
})

test('a file in which there is nothing to play fails', (t) => {
  for (const text of ['', '[]', '{}', '{"groups":[]}', '{"groups":{"base62":{}}}', '{"groups":{"base62":[]}}']) {
    const { status, stdout, stderr } = command(t, text)
    assert.deepEqual([status, stdout], [1, ''], text)
    assert.match(stderr, /vectors\.json: \S/, text)
  }
})
