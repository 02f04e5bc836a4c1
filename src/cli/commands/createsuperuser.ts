/** `postern createsuperuser`. Mirrors django/contrib/auth/management/commands/createsuperuser.py (5.2), words and all. */
import { UserExists } from '../../errors.ts'
import type { Postern } from '../../postern.ts'
import { defaultUsername, isTaken, passwordProblems, whyNotEmail, whyNotUsername } from '../account-rules.ts'
import { type Call, type Command, CommandError, textOf } from '../command.ts'
import { loadPrompts, type Prompts } from '../prompts.ts'
import type { Terminal } from '../terminal.ts'

const TAKEN = 'Error: That username is already taken.'
const NO_TERMINAL =
  'Superuser creation skipped due to not running in a TTY. You can run `postern createsuperuser` in your project to create one manually.'

interface Account {
  readonly username: string
  readonly email: string
  /** Null for an account that nobody can log in to with a password. */
  readonly password: string | null
}

export const createSuperuser: Command = {
  name: 'createsuperuser',
  summary: 'Makes an account that may do everything.',
  takes: '',
  more: `It asks for what is not given. With --noinput it takes POSTERN_SUPERUSER_USERNAME, POSTERN_SUPERUSER_EMAIL and
POSTERN_SUPERUSER_PASSWORD from the environment (or the same with DJANGO_ in front): a username and an address must be there, in one
way or the other; without a password, nobody can log in to the account until it gets one. A password is never an argument: others on the machine could read it.`,
  options: {
    username: { type: 'string', value: 'NAME', help: 'The username.' },
    email: { type: 'string', value: 'ADDRESS', help: 'The e-mail address.' },
    noinput: { type: 'boolean', help: 'Asks nothing; --no-input is the same.' },
    'no-input': { type: 'boolean', help: 'Asks nothing.' },
    verbosity: { type: 'string', value: '0|1', help: 'With 0 it says nothing when it is done. [1]' },
  },
  run: async (call) => {
    const { terminal, values, open } = call
    const silent = values.noinput === true || values['no-input'] === true
    if (!silent && !terminal.isInteractive) {
      terminal.print(NO_TERMINAL)
      return 0
    }
    const auth = await open()
    const account = silent ? await fromEnvironment(auth, call) : await fromQuestions(auth, call, await loadPrompts())
    await create(auth, account)
    if (values.verbosity !== '0') terminal.print('Superuser created successfully.')
    return 0
  },
}

async function create(auth: Postern, account: Account): Promise<void> {
  try {
    const user = await auth.createSuperuser(account)
    if (account.password !== null) await auth.passwordPolicy.passwordChanged(account.password, user)
  } catch (error) {
    // Somebody was faster since the name was looked up.
    if (error instanceof UserExists) throw new CommandError(TAKEN)
    throw error
  }
}

/** As Django, nothing is held against a password that a program gives. */
async function fromEnvironment(auth: Postern, { values }: Call): Promise<Account> {
  const username = textOf(values.username) ?? environment('USERNAME')
  if (username === undefined) throw new CommandError(missing('username'))
  const problem = await whyNot(auth, username)
  if (problem !== null) throw new CommandError(problem)
  const email = textOf(values.email) || (environment('EMAIL') ?? textOf(values.email))
  if (email === undefined) throw new CommandError(missing('email'))
  return { username, email: cleanEmail(email), password: environment('PASSWORD') ?? null }
}

/** Django's sentence, and the other way to say it. */
function missing(option: 'username' | 'email'): string {
  return `You must use --${option} with --noinput. POSTERN_SUPERUSER_${option.toUpperCase()} in the environment does as well.`
}

function environment(name: 'USERNAME' | 'EMAIL' | 'PASSWORD'): string | undefined {
  return process.env[`POSTERN_SUPERUSER_${name}`] ?? process.env[`DJANGO_SUPERUSER_${name}`]
}

/** @throws {CommandError} */
function cleanEmail(email: string): string {
  const problem = whyNotEmail(email)
  if (problem !== null) throw new CommandError(`Error: ${problem}`)
  return email
}

/** What is wrong with a username that is an argument, or null. */
async function whyNot(auth: Postern, username: string): Promise<string | null> {
  if (username === '') return 'Username cannot be blank.'
  return (await isTaken(auth, username)) ? TAKEN : whyNotUsername(username)
}

async function fromQuestions(auth: Postern, { terminal, values }: Call, prompts: Prompts): Promise<Account> {
  const username = await askUsername(auth, textOf(values.username), terminal, prompts)
  const given = textOf(values.email)
  const email = given === undefined ? await askEmail(terminal, prompts) : cleanEmail(given)
  const password = await askPassword(auth, { username, email }, terminal, prompts)
  return { username, email, password }
}

async function askUsername(
  auth: Postern,
  given: string | undefined,
  terminal: Terminal,
  prompts: Prompts,
): Promise<string> {
  if (given === '') throw new CommandError('Username cannot be blank.')
  if (given !== undefined) {
    const problem = await whyNot(auth, given)
    if (problem === null) return given
    terminal.error(problem)
  }
  const otherwise = await defaultUsername(auth)
  const question = otherwise === '' ? 'Username' : `Username (leave blank to use '${otherwise}')`
  for (;;) {
    const username = await prompts.text(question, otherwise)
    const problem = whyNotUsername(username)
    if (problem !== null) terminal.error(`Error: ${problem}`)
    else if (await isTaken(auth, username)) terminal.error(TAKEN)
    else return username
  }
}

async function askEmail(terminal: Terminal, prompts: Prompts): Promise<string> {
  for (;;) {
    const email = await prompts.text('Email address')
    const problem = whyNotEmail(email)
    if (problem === null) return email
    terminal.error(`Error: ${problem}`)
  }
}

async function askPassword(auth: Postern, user: object, terminal: Terminal, prompts: Prompts): Promise<string> {
  for (;;) {
    const password = await prompts.password('Password')
    if (password !== (await prompts.password('Password (again)'))) {
      terminal.error("Error: Your passwords didn't match.")
      continue
    }
    if (password.trim() === '') {
      terminal.error("Error: Blank passwords aren't allowed.")
      continue
    }
    const problems = await passwordProblems(auth, password, user)
    if (problems.length === 0) return password
    terminal.error(problems.join('\n'))
    if (await prompts.confirm('Bypass password validation and create user anyway?')) return password
  }
}
