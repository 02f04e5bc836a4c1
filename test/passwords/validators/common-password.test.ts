import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { CommonPasswordValidator as Built } from 'postern'
import { ConfigurationError } from '../../../src/errors.ts'
import { CommonPasswordValidator } from '../../../src/passwords/validators/common-password.ts'

async function isCommon(password: string, validator: Pick<CommonPasswordValidator, 'validate'>): Promise<boolean> {
  const problem = await validator.validate(password)
  if (problem !== null) assert.equal(problem.code, 'password_too_common')
  return problem !== null
}

function fileWith(t: TestContext, content: string | Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'list.txt')
  writeFileSync(file, content)
  return file
}

test("Django's list is read, whatever the capitals of the password and the space around it", async () => {
  const validator = new CommonPasswordValidator()
  for (const password of [
    'password',
    'PASSWORD',
    ' password\t',
    'Iloveyou!',
    '12345678',
    'йцукен',
    '\x1cmonkey\u0085',
    'я',
  ]) {
    assert.ok(await isCommon(password, validator), JSON.stringify(password))
  }
  for (const password of ['', ' ', 'Tr0ub4dor&3', 'correct horse', 'password\u200b', 'pass word', '__proto__']) {
    assert.ok(!(await isCommon(password, validator)), JSON.stringify(password))
  }
})

test('the list comes with the built package, too', async () => {
  assert.ok(await isCommon('password', new Built()))
  assert.ok(!(await isCommon('a-safe-password', new Built())))
})

test('a list of your own is an array, a set or a file, gzipped or not', async (t) => {
  const lines = 'from-my-own-list\r\n  with space \n\nlast'
  const folder = fileWith(t, lines)
  for (const passwordList of [
    ['from-my-own-list', 'with space', '', 'last'],
    new Set(['from-my-own-list', 'with space', '', 'last']),
    folder,
    pathToFileURL(folder),
    fileWith(t, gzipSync(`${lines}\n`)),
    fileWith(t, lines.replaceAll(/\r?\n/g, '\r')),
  ]) {
    const validator = new CommonPasswordValidator({ passwordList })
    for (const password of ['From-My-Own-List', 'with space', '', 'last']) {
      assert.ok(await isCommon(password, validator), `${passwordList}: ${password}`)
    }
    for (const password of ['password', 'space', 'list']) assert.ok(!(await isCommon(password, validator)), password)
  }
  assert.ok(!(await isCommon('', new CommonPasswordValidator({ passwordList: fileWith(t, 'a\n') }))))
  assert.ok(!(await isCommon('', new CommonPasswordValidator({ passwordList: fileWith(t, '') }))))
  assert.ok(!(await isCommon('', new CommonPasswordValidator({ passwordList: [] }))))
})

test('a file that is not there is refused at start', () => {
  for (const passwordList of ['/nowhere/list.txt', new URL('file:///nowhere/list.txt')]) {
    assert.throws(
      () => new CommonPasswordValidator({ passwordList }),
      (error) => {
        assert.ok(error instanceof ConfigurationError)
        assert.match(error.message, /^There is no list of passwords at .*nowhere\/list\.txt\.$/)
        return true
      },
    )
  }
})

test('a file that cannot be read is an error and no leave, and read as soon as it can be', async (t) => {
  const file = fileWith(t, Buffer.from([0x1f, 0x8b, 0x08]))
  const validator = new CommonPasswordValidator({ passwordList: file })
  await assert.rejects(validator.validate('password'), Error)
  writeFileSync(file, 'password')
  assert.ok(await isCommon('password', validator))
  writeFileSync(file, 'changed')
  assert.ok(await isCommon('password', validator), 'and not again')
})
