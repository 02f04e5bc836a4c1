import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sentence } from '../../../src/kernel/text.ts'
import { BaseForm, NON_FIELD_ERRORS } from '../../../src/views/forms/base-form.ts'
import { BoundForm } from '../../../src/views/forms/bound-form.ts'
import { cleanField, type FieldDeclaration, type FieldDeclarations } from '../../../src/views/forms/fields.ts'
import { fields, formRequest } from '../../support/form-request.ts'
import { testPostern } from '../../support/postern.ts'

const TAKEN = { code: 'taken', text: sentence('This name is taken.') }
const TIRED = { code: 'tired', text: sentence('Not today.') }

class Sample extends BaseForm {
  readonly seen: string[] = []

  protected override declareFields(): FieldDeclarations {
    return {
      name: { maxLength: 5, normalize: (text) => text.toUpperCase() },
      secret: { type: 'password', strip: false },
      note: { required: false },
    }
  }
  protected override async cleanField(name: string, value: string): Promise<string> {
    this.seen.push(name)
    if (value === 'ROOT') this.addError('name', TAKEN)
    return name === 'note' ? `${value}!` : super.cleanField(name, value)
  }
  protected override async clean(): Promise<void> {
    this.seen.push([...this.cleanedData.keys()].join('+'))
    if (this.cleanedData.get('secret') === 'tired') this.addError(null, TIRED, { ...TIRED, code: 'again' })
  }
}

async function sample(values: Readonly<Record<string, string>> | null, language = 'en'): Promise<Sample> {
  const { auth } = await testPostern({ languages: ['en', 'de'] })
  const request = await formRequest(auth, { 'accept-language': language })
  return new Sample(request, values === null ? null : fields(values))
}

const codes = (field: FieldDeclaration, sent: string | undefined): readonly string[] =>
  cleanField(field, sent).errors.map(({ code }) => code)

test('a form that is right has its values, stripped, normalised and checked', async () => {
  const form = await sample({ name: ' ada\t', secret: ' x ', note: 'hi', more: 'ignored' })
  assert.equal(await form.isValid(), true)
  assert.deepEqual([...form.cleanedData], Object.entries({ name: 'ADA', secret: ' x ', note: 'hi!' }))
  assert.deepEqual([...form.errors], [])
  assert.equal(form.isBound, true)
})

test('an empty form is not valid and has nothing wrong with it', async () => {
  const form = await sample(null)
  assert.equal(form.isBound, false)
  assert.equal(await form.isValid(), false)
  assert.deepEqual([...form.errors], [])
  assert.deepEqual(form.seen, [])
})

test('a form is cleaned once, however often it is asked', async () => {
  const form = await sample({ name: 'ada', secret: 'x' })
  assert.deepEqual(await Promise.all([form.isValid(), form.isValid()]), [true, true])
  await form.isValid()
  assert.deepEqual(form.seen, ['name', 'secret', 'note', 'name+secret+note'])
})

test('a field that is wrong is checked no further, and is not among the values', async () => {
  const form = await sample({ name: 'too long', secret: '' })
  assert.equal(await form.isValid(), false)
  assert.deepEqual(form.seen, ['note', 'note'])
  assert.deepEqual(form.errorMessages().name, [
    { code: 'max_length', message: 'Ensure this value has at most 5 characters (it has 8).' },
  ])
  assert.deepEqual(form.errorMessages().secret, [{ code: 'required', message: 'This field is required.' }])
})

test('what a check of one field says belongs to it', async () => {
  const form = await sample({ name: 'root', secret: 'x' })
  assert.equal(await form.isValid(), false)
  assert.deepEqual(form.errors.get('name'), [TAKEN])
  assert.equal(form.cleanedData.has('name'), false)
  assert.equal(form.hasError('name'), true)
  assert.equal(form.hasError('name', 'taken'), true)
  assert.equal(form.hasError('name', 'required'), false)
  assert.equal(form.hasError('secret'), false)
})

test('what is wrong with the whole stands over the fields', async () => {
  const form = await sample({ name: 'ada', secret: 'tired' })
  assert.equal(await form.isValid(), false)
  assert.deepEqual(form.nonFieldErrors, ['Not today.', 'Not today.'])
  assert.equal(form.hasError(NON_FIELD_ERRORS, 'again'), true)
  assert.deepEqual(Object.keys(form.errorMessages()), [NON_FIELD_ERRORS])
  assert.match(String(new BoundForm(form).errors), /<li>__all__<ul class="errorlist nonfield">/)
})

test('an error belongs to a field that there is', async () => {
  const form = await sample({})
  for (const name of ['nothing', 'constructor', '__proto__', NON_FIELD_ERRORS]) {
    assert.throws(() => form.addError(name, TAKEN), TypeError, name)
  }
})

test('a field is shown as it was sent, and a password never', async () => {
  const form = await sample({ name: ' <ada> ', secret: 'x-y-z' })
  await form.isValid()
  assert.deepEqual(
    form.fields.map(({ name, value }) => [name, value]),
    [
      ['name', ' <ada> '],
      ['secret', ''],
      ['note', ''],
    ],
  )
  assert.doesNotMatch(String(new BoundForm(form)), /x-y-z/)
})

test('labels and errors are in the language of the request', async () => {
  const form = await sample({ name: 'too long', secret: '' }, 'de-AT')
  await form.isValid()
  assert.deepEqual(form.fields[1]?.errors, ['Dieses Feld ist zwingend erforderlich.'])
  assert.deepEqual(form.fields[0]?.errors, [
    'Bitte sicherstellen, dass der Wert aus höchstens 5 Zeichen besteht. (Er besteht aus 8 Zeichen.)',
  ])
  assert.equal(form.errorMessages().secret?.[0]?.message, 'Dieses Feld ist zwingend erforderlich.')
})

test('the checks of a field come in the order of Django', () => {
  const email = { type: 'email', maxLength: 10 } as const
  assert.deepEqual(codes(email, undefined), ['required'])
  assert.deepEqual(codes(email, ' \u001c\u0085 '), ['required'])
  assert.deepEqual(codes(email, '\u0000a'.repeat(6)), ['invalid', 'max_length', 'null_characters_not_allowed'])
  assert.deepEqual(codes(email, ' a@b.co '), [])
  assert.deepEqual(codes({ ...email, required: false }, ' '), [])
  assert.deepEqual(codes({ strip: false }, ' '), [])
  assert.deepEqual(codes({ strip: false }, 'a\u0000'), ['null_characters_not_allowed'])
  assert.deepEqual(codes({ maxLength: 1 }, '😀'), [])
  assert.deepEqual(codes({ maxLength: 1 }, '😀😀'), ['max_length'])
})

test('a limit of one is told in the singular', () => {
  const [error] = cleanField({ maxLength: 1 }, 'ab').errors
  assert.equal(error?.text.count, 1)
})

test('five megabytes are counted in no time', () => {
  const began = performance.now()
  assert.deepEqual(codes({ type: 'email', maxLength: 254 }, `${'a'.repeat(5_000_000)}@b.co`), ['invalid', 'max_length'])
  assert.deepEqual(codes({ maxLength: 150 }, ' '.repeat(5_000_000)), ['required'])
  assert.ok(performance.now() - began < 10_000)
})
