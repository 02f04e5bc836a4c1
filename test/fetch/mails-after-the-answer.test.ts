/** Mails on a runtime that stops after the answer: its `waitUntil` keeps it alive until they are out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outbox } from '../../src/testing/outbox.ts'
import { ALICE, testPostern } from '../support/postern.ts'

test('the answer comes first, and waitUntil has the rest', async () => {
  const { sendMail, messages } = outbox()
  const { auth } = await testPostern({ sendMail })
  const at = 'http://localhost/accounts/password_reset/'
  const page = await auth.handle(new Request(at))
  const cookie = /csrftoken=(\w+)/.exec(page.headers.get('set-cookie') ?? '')?.[1] ?? ''
  const kept: Promise<unknown>[] = []
  const request = new Request(at, {
    method: 'POST',
    body: new URLSearchParams({ email: ALICE.email, csrfmiddlewaretoken: cookie }),
    headers: { cookie: `csrftoken=${cookie}` },
  })
  const answer = await auth.handle(request, { waitUntil: (work) => void kept.push(work) })
  assert.equal(answer.status, 302)
  assert.equal(messages.length, 0)
  assert.equal(kept.length, 1)
  await kept[0]
  assert.equal(messages.length, 1)
})
