import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setPassword } from '../../src/auth/set-password.ts'
import { setPolicy } from '../support/form-request.ts'
import { testPostern } from '../support/postern.ts'
import { listen } from '../support/site.ts'

const BY_COMMAND = { by: 'command', incoming: undefined } as const

test('a password is written for the user as they were read, and told', async (t) => {
  const heard = listen(t, 'password_changed')
  const { auth, alice } = await testPostern()
  const changed = await setPassword(auth, alice, 'next', BY_COMMAND)
  assert.equal((await auth.passwords.check('next', changed?.password ?? null)).correct, true)
  assert.deepEqual([heard[0]?.user, heard[0]?.by, heard[0]?.incoming], [changed, 'command', undefined])
})

test('whoever comes second is refused, and nothing is told', async (t) => {
  const { auth, alice } = await testPostern()
  const told: string[] = []
  setPolicy(auth, { passwordChanged: async (password) => void told.push(password) })
  assert.ok(await setPassword(auth, alice, 'first', BY_COMMAND))
  const heard = listen(t, 'password_changed')
  assert.equal(await setPassword(auth, alice, 'second', BY_COMMAND), null)
  assert.deepEqual([told, heard], [['first'], []])
})
