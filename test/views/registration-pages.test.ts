import assert from 'node:assert/strict'
import { test } from 'node:test'
import { path } from '../../src/auth/path.ts'
import { UserExists } from '../../src/errors.ts'
import { include } from '../../src/kernel/urls.ts'
import { memory } from '../../src/memory.ts'
import { ConfirmAgainForm } from '../../src/views/forms/confirm-again-form.ts'
import { RegisterView } from '../../src/views/register-view.ts'
import { registrationUrls } from '../../src/views/registration-urls.ts'
import { render } from '../../src/views/render.ts'
import { intercepted } from '../support/intercepted-database.ts'
import { ALICE } from '../support/postern.ts'
import { DONE, PASSWORD, registering, signUp } from '../support/registering.ts'

test('the pages can be rendered by any view, with as much as it knows', async (t) => {
  const world = await registering(
    t,
    { confirmEmail: true },
    {
      urls: [
        path('made/', (request) => render(request, 'registration/register_done.html')),
        path('used/', (request) => render(request, 'registration/confirm_email.html', { used: true })),
        path('bad/', (request) => render(request, 'registration/confirm_email.html')),
        path('in/', (request) => render(request, 'registration/login.html', { title: 'In' })),
        path('prove/', (request) => render(request, 'registration/reauthenticate.html', { redirect_field_name: 7 })),
      ],
    },
  )
  const browser = world.visitor()
  const body = async (page: string): Promise<string> => (await browser.get(page)).body
  assert.match(
    await body('/made/'),
    /<h1>Welcome<\/h1>\n<p>Your account has been made\. You can log in now\.<\/p>\n\n?<\/div>/,
  )
  assert.match(await body('/used/'), /This link has been used already\. You can log in\.<\/p>\n\n?<\/div>/)
  assert.match(await body('/bad/'), /This link is not good, or not any more/)
  assert.match(await body('/in/'), /<h1>In<\/h1>/)
  assert.match(await body('/in/'), /No email to confirm your address\? Send it again/)
  assert.doesNotMatch(await body('/prove/'), /name="next"/)
})

test('mails lead to a login page elsewhere, and leave out a reset that there is not', async (t) => {
  const world = await registering(
    t,
    { identify: 'email' },
    {
      accountsPrefix: false,
      loginUrl: 'https://sso.example/in/',
      urls: [include('members/', registrationUrls())],
    },
  )
  const browser = world.visitor()
  await browser.get('/members/register/')
  await browser.post('/members/register/', { email: ALICE.email, password1: PASSWORD, password2: PASSWORD })
  const [mail] = await world.mailed()
  assert.match(mail?.text ?? '', /Log in here:\n\nhttps:\/\/sso\.example\/in\/\n\nYour username: alice\n/)
  assert.doesNotMatch(mail?.text ?? '', /forgotten/)
})

test('a mail that could not be written is told before anybody is promised one', async (t) => {
  const world = await registering(
    t,
    { identify: 'email' },
    {
      accountsPrefix: false,
      loginUrl: '/in/',
      urls: [path('join/', RegisterView.asView(), { name: 'register_done' })],
    },
  )
  const browser = world.visitor()
  await browser.get('/join/')
  const reply = await browser.post('/join/', { email: 'zoe@site.example', password1: PASSWORD, password2: PASSWORD })
  assert.equal(reply.status, 500)
  assert.match(String(world.errors[0]), /There is no URL named 'confirm_email' for the links in mails\./)
  assert.equal((await world.auth.users.findByEmail('zoe@site.example')).length, 0)
})

test('an owner who cannot be found again is told nothing', async (t) => {
  let armed = false
  const database = intercepted(memory(), ({ name, proceed }) => {
    if (armed && name === 'users.create') throw new UserExists()
    return proceed()
  })
  const world = await registering(t, { identify: 'email' }, { database })
  armed = true
  assert.equal((await signUp(world.visitor(), { email: 'zoe@site.example' })).headers.location, DONE)
  assert.deepEqual(await world.mailed(), [])
})

test('a form that was not sent is about nobody', async (t) => {
  const world = await registering(
    t,
    { confirmEmail: true },
    {
      urls: [
        path('who/', async (request) => {
          const found = await new ConfirmAgainForm(request, null).getUsers()
          return { status: 200, headers: [], body: String(found.length) }
        }),
      ],
    },
  )
  assert.equal((await world.visitor().get('/who/')).body, '0')
})
