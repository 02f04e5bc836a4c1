import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPostern, render } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import { nunjucks } from '../../src/nunjucks.ts'
import { templates } from '../support/templates.ts'

/** Times, and what Django 5.2 makes of them in a template. */
const TIMES: Readonly<Record<string, string>> = {
  '2026-01-15T12:00:00Z': 'Jan. 15, 2026, noon',
  '2026-02-05T00:00:59Z': 'Feb. 5, 2026, midnight',
  '2026-03-05T00:07:05Z': 'March 5, 2026, 12:07 a.m.',
  '2026-04-05T13:07:05Z': 'April 5, 2026, 1:07 p.m.',
  '2026-05-05T09:00:05Z': 'May 5, 2026, 9 a.m.',
  '2026-06-30T23:59:00Z': 'June 30, 2026, 11:59 p.m.',
  '2026-07-01T12:30:00Z': 'July 1, 2026, 12:30 p.m.',
  '2026-08-09T01:05:00Z': 'Aug. 9, 2026, 1:05 a.m.',
  '2026-09-10T11:00:00Z': 'Sept. 10, 2026, 11 a.m.',
  '2026-10-11T22:00:00Z': 'Oct. 11, 2026, 10 p.m.',
  '2026-11-30T08:45:00Z': 'Nov. 30, 2026, 8:45 a.m.',
  '2026-12-31T23:59:59Z': 'Dec. 31, 2026, 11:59 p.m.',
  '0099-12-31T23:59:59Z': 'Dec. 31, 0099, 11:59 p.m.',
}

async function pageOf(folder: string, values: Readonly<Record<string, unknown>>): Promise<string> {
  const auth = createPostern({ secretKey: 'x'.repeat(50), database: memory(), templates: nunjucks(folder) })
  const request = await auth.open({
    method: 'GET',
    url: '/',
    prefix: '',
    scheme: 'http',
    host: 'localhost',
    header: () => undefined,
    form: () => Promise.reject(new Error('no form')),
    json: () => Promise.reject(new Error('no JSON')),
  })
  return String((await render(request, 'page.html', values)).body)
}

test('a time is shown as Django shows it', async (t) => {
  const folder = templates(t, { 'page.html': '{{ at }}|{{ at|escape }}' })
  for (const [time, text] of Object.entries(TIMES)) {
    assert.equal(await pageOf(folder, { at: new Date(time) }), `${text}|${text}`)
  }
})

test('a time that is none does not spoil the page', async (t) => {
  const folder = templates(t, { 'page.html': '<{{ at }}>' })
  assert.equal(await pageOf(folder, { at: new Date(Number.NaN) }), '<Invalid Date>')
})

test('yes and no are shown as Django shows them', async (t) => {
  const folder = templates(t, { 'page.html': '{{ yes }} {{ no }} {{ no|escape }} {{ 1 == 1 }}' })
  assert.equal(await pageOf(folder, { yes: true, no: false }), 'True False False True')
})
