import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../src/memory.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { site } from '../support/site.ts'

const BY_EMAIL = { registration: { identify: 'email' } } as const
const PASSWORD = 'a-Good-one-4711'

test('where accounts are called by their addresses the case that somebody types does not matter', async (t) => {
  const world = await site(t, BY_EMAIL)
  await world.auth.createUser({ username: 'zoe@site.example', email: 'Zoe@site.example', password: PASSWORD })
  for (const name of ['zoe@site.example', 'Zoe@Site.Example', 'ZOE@SITE.EXAMPLE']) {
    assert.equal((await world.visitor().login(name, PASSWORD)).status, 302, name)
  }
  assert.equal((await world.visitor().login('Zoe@site.example', 'wrong')).status, 200)
})

test('a name that is written in capitals is still found by them, and goes before the one in small letters', async (t) => {
  const world = await site(t, BY_EMAIL)
  await world.auth.createUser({ username: 'Bob', password: 'bobs-Own-1234' })
  await world.auth.createUser({ username: 'bob', password: 'the-Other-1234' })
  assert.equal((await world.visitor().login('Bob', 'bobs-Own-1234')).status, 302)
  assert.equal((await world.visitor().login('bob', 'the-Other-1234')).status, 302)
  assert.equal((await world.visitor().login('Bob', 'the-Other-1234')).status, 200)
  assert.equal((await world.visitor().login('BOB', 'the-Other-1234')).status, 302)
})

test('as many questions are asked of a name that there is as of one that there is not', async (t) => {
  const asked: string[] = []
  const database = intercepted(memory(), ({ name, args, proceed }) => {
    if (name === 'users.findByUsername') asked.push(String(args[0]))
    return proceed()
  })
  const world = await site(t, { ...BY_EMAIL, database })
  for (const name of ['alice', 'Nobody', 'ALICE']) {
    asked.length = 0
    await world.visitor().login(name, 'wrong')
    assert.deepEqual(asked, [name, name.toLowerCase()])
  }
})

test('elsewhere names are as they were: in their own case', async (t) => {
  const world = await site(t)
  assert.equal((await world.visitor().login('ALICE')).status, 200)
  assert.match((await world.visitor().get('/accounts/login/')).body, /<label for="id_username">Username</)
  const byEmail = await site(t, BY_EMAIL)
  assert.match((await byEmail.visitor().get('/accounts/login/')).body, /<label for="id_username">Email address</)
})
