/** A form in a template; the HTML was made by Django 5.2, blanks between tags left out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fields } from '../../../src/kernel/forms.ts'
import type { FormFields, IncomingRequest } from '../../../src/kernel/incoming-request.ts'
import { AuthenticationForm } from '../../../src/views/forms/authentication-form.ts'
import { BoundForm } from '../../../src/views/forms/bound-form.ts'
import { testPostern } from '../../support/postern.ts'

type State = 'empty' | 'missing' | 'wrong'
type Part = 'as_p' | 'as_div' | 'as_table' | 'as_ul' | 'errors' | 'non_field_errors' | 'username' | 'password'

const DJANGO: readonly (readonly [state: State, part: Part, html: string])[] = [
  [
    'empty',
    'as_p',
    '<p><label for="id_username">Username:</label><input type="text" name="username" autofocus autocapitalize="none" autocomplete="username" maxlength="150" required id="id_username"></p><p><label for="id_password">Password:</label><input type="password" name="password" autocomplete="current-password" required id="id_password"></p>',
  ],
  [
    'empty',
    'as_div',
    '<div><label for="id_username">Username:</label><input type="text" name="username" autofocus autocapitalize="none" autocomplete="username" maxlength="150" required id="id_username"></div><div><label for="id_password">Password:</label><input type="password" name="password" autocomplete="current-password" required id="id_password"></div>',
  ],
  [
    'empty',
    'as_table',
    '<tr><th><label for="id_username">Username:</label></th><td><input type="text" name="username" autofocus autocapitalize="none" autocomplete="username" maxlength="150" required id="id_username"></td></tr><tr><th><label for="id_password">Password:</label></th><td><input type="password" name="password" autocomplete="current-password" required id="id_password"></td></tr>',
  ],
  [
    'empty',
    'as_ul',
    '<li><label for="id_username">Username:</label><input type="text" name="username" autofocus autocapitalize="none" autocomplete="username" maxlength="150" required id="id_username"></li><li><label for="id_password">Password:</label><input type="password" name="password" autocomplete="current-password" required id="id_password"></li>',
  ],
  ['empty', 'errors', ''],
  ['empty', 'non_field_errors', ''],
  [
    'empty',
    'username',
    '<input type="text" name="username" autofocus autocapitalize="none" autocomplete="username" maxlength="150" required id="id_username">',
  ],
  [
    'empty',
    'password',
    '<input type="password" name="password" autocomplete="current-password" required id="id_password">',
  ],
  [
    'missing',
    'as_p',
    '<p><label for="id_username">Username:</label><input type="text" name="username" value="&lt;a&gt;&quot;&#x27;&amp;" autofocus autocapitalize="none" autocomplete="username" maxlength="150" required id="id_username"></p><ul class="errorlist" id="id_password_error"><li>This field is required.</li></ul><p><label for="id_password">Password:</label><input type="password" name="password" autocomplete="current-password" required aria-invalid="true" aria-describedby="id_password_error" id="id_password"></p>',
  ],
  [
    'missing',
    'as_div',
    '<div><label for="id_username">Username:</label><input type="text" name="username" value="&lt;a&gt;&quot;&#x27;&amp;" autofocus autocapitalize="none" autocomplete="username" maxlength="150" required id="id_username"></div><div><label for="id_password">Password:</label><ul class="errorlist" id="id_password_error"><li>This field is required.</li></ul><input type="password" name="password" autocomplete="current-password" required aria-invalid="true" aria-describedby="id_password_error" id="id_password"></div>',
  ],
  [
    'missing',
    'as_table',
    '<tr><th><label for="id_username">Username:</label></th><td><input type="text" name="username" value="&lt;a&gt;&quot;&#x27;&amp;" autofocus autocapitalize="none" autocomplete="username" maxlength="150" required id="id_username"></td></tr><tr><th><label for="id_password">Password:</label></th><td><ul class="errorlist" id="id_password_error"><li>This field is required.</li></ul><input type="password" name="password" autocomplete="current-password" required aria-invalid="true" aria-describedby="id_password_error" id="id_password"></td></tr>',
  ],
  [
    'missing',
    'as_ul',
    '<li><label for="id_username">Username:</label><input type="text" name="username" value="&lt;a&gt;&quot;&#x27;&amp;" autofocus autocapitalize="none" autocomplete="username" maxlength="150" required id="id_username"></li><li><ul class="errorlist" id="id_password_error"><li>This field is required.</li></ul><label for="id_password">Password:</label><input type="password" name="password" autocomplete="current-password" required aria-invalid="true" aria-describedby="id_password_error" id="id_password"></li>',
  ],
  [
    'missing',
    'errors',
    '<ul class="errorlist"><li>password<ul class="errorlist" id="id_password_error"><li>This field is required.</li></ul></li></ul>',
  ],
  ['missing', 'non_field_errors', ''],
  [
    'missing',
    'username',
    '<input type="text" name="username" value="&lt;a&gt;&quot;&#x27;&amp;" autofocus autocapitalize="none" autocomplete="username" maxlength="150" required id="id_username">',
  ],
  [
    'missing',
    'password',
    '<input type="password" name="password" autocomplete="current-password" required aria-invalid="true" aria-describedby="id_password_error" id="id_password">',
  ],
  [
    'wrong',
    'as_p',
    '<ul class="errorlist nonfield"><li>Please enter a correct username and password. Note that both fields may be case-sensitive.</li></ul><p><label for="id_username">Username:</label><input type="text" name="username" value="&lt;a&gt;&quot;" autofocus autocapitalize="none" autocomplete="username" maxlength="150" required id="id_username"></p><p><label for="id_password">Password:</label><input type="password" name="password" autocomplete="current-password" required id="id_password"></p>',
  ],
  [
    'wrong',
    'as_div',
    '<ul class="errorlist nonfield"><li>Please enter a correct username and password. Note that both fields may be case-sensitive.</li></ul><div><label for="id_username">Username:</label><input type="text" name="username" value="&lt;a&gt;&quot;" autofocus autocapitalize="none" autocomplete="username" maxlength="150" required id="id_username"></div><div><label for="id_password">Password:</label><input type="password" name="password" autocomplete="current-password" required id="id_password"></div>',
  ],
  [
    'wrong',
    'as_table',
    '<tr><td colspan="2"><ul class="errorlist nonfield"><li>Please enter a correct username and password. Note that both fields may be case-sensitive.</li></ul></td></tr><tr><th><label for="id_username">Username:</label></th><td><input type="text" name="username" value="&lt;a&gt;&quot;" autofocus autocapitalize="none" autocomplete="username" maxlength="150" required id="id_username"></td></tr><tr><th><label for="id_password">Password:</label></th><td><input type="password" name="password" autocomplete="current-password" required id="id_password"></td></tr>',
  ],
  [
    'wrong',
    'as_ul',
    '<li><ul class="errorlist nonfield"><li>Please enter a correct username and password. Note that both fields may be case-sensitive.</li></ul></li><li><label for="id_username">Username:</label><input type="text" name="username" value="&lt;a&gt;&quot;" autofocus autocapitalize="none" autocomplete="username" maxlength="150" required id="id_username"></li><li><label for="id_password">Password:</label><input type="password" name="password" autocomplete="current-password" required id="id_password"></li>',
  ],
  [
    'wrong',
    'errors',
    '<ul class="errorlist"><li>__all__<ul class="errorlist nonfield"><li>Please enter a correct username and password. Note that both fields may be case-sensitive.</li></ul></li></ul>',
  ],
  [
    'wrong',
    'non_field_errors',
    '<ul class="errorlist nonfield"><li>Please enter a correct username and password. Note that both fields may be case-sensitive.</li></ul>',
  ],
  [
    'wrong',
    'username',
    '<input type="text" name="username" value="&lt;a&gt;&quot;" autofocus autocapitalize="none" autocomplete="username" maxlength="150" required id="id_username">',
  ],
  [
    'wrong',
    'password',
    '<input type="password" name="password" autocomplete="current-password" required id="id_password">',
  ],
]

const PARTS: Readonly<Record<Part, (form: BoundForm) => unknown>> = {
  as_p: (form) => form.asP(),
  as_div: (form) => form.asDiv(),
  as_table: (form) => form.asTable(),
  as_ul: (form) => form.asUl(),
  errors: (form) => form.errors,
  non_field_errors: (form) => form.nonFieldErrors,
  username: (form) => form.get('username'),
  password: (form) => form.get('password'),
}

const SENT: Readonly<Record<State, readonly [username: string, password: string] | null>> = {
  empty: null,
  missing: [`<a>"'&`, ''],
  wrong: ['<a>"', 'y'],
}

async function formOf(state: State): Promise<BoundForm> {
  const { auth } = await testPostern()
  const request = await auth.open({
    method: 'GET',
    url: '/',
    prefix: '',
    host: 'localhost',
    header: () => undefined,
  } as unknown as IncomingRequest)
  const sent = SENT[state]
  const form = new AuthenticationForm(request, sent === null ? null : fields({ username: sent[0], password: sent[1] }))
  await form.isValid()
  return new BoundForm(form)
}

function fields(values: Readonly<Record<string, string>>): FormFields {
  const made = new Fields()
  for (const [name, value] of Object.entries(values)) made.append(name, value)
  return made
}

for (const [state, part, html] of DJANGO) {
  test(`${part} of the login form is Django's (${state})`, async () => {
    const shown = PARTS[part](await formOf(state))
    assert.equal(
      String(shown ?? '')
        .replace(/>\s+</g, '><')
        .trim(),
      html,
    )
  })
}

test('a field is known by its name, and one that is not there is not', async () => {
  const form = await formOf('missing')
  assert.equal(form.get('password')?.idForLabel, 'id_password')
  assert.equal(form.get('nonFieldErrors'), undefined)
  assert.equal(form.get('constructor'), undefined)
  assert.deepEqual(
    [...form].map(({ name }) => name),
    ['username', 'password'],
  )
})

test('errors are strings to go through, and nothing at all when there are none', async () => {
  const form = await formOf('missing')
  assert.deepEqual([...(form.errors ?? [])], ['password'])
  assert.deepEqual([...(form.errors?.get('password') ?? [])], ['This field is required.'])
  assert.equal(JSON.stringify(form.get('password')?.errors), '["This field is required."]')
  assert.equal(form.get('username')?.errors, undefined)
  assert.equal((await formOf('empty')).errors, undefined)
})

test('a password never comes back', async () => {
  const form = await formOf('wrong')
  assert.equal(form.get('password')?.value(), '')
  assert.doesNotMatch(String(form), /value="y"/)
})
