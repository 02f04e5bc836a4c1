/** Permissions that the settings declare and Django's tables cannot hold. Mirrors `check_models_permissions` (django/contrib/auth/checks.py, 5.2). */
import { type CheckMessage, checkMessage } from './check-message.ts'

/** Characters, as Django's columns have them. */
const LONGEST_NAME = 255
const LONGEST_CODENAME = 100
const ACTIONS = ['add', 'change', 'delete', 'view']

/** What the settings declare: permissions one by one, and models with their names for people, each of which has four. */
export interface DeclaredPermissions {
  readonly permissions?: readonly {
    readonly app: string
    readonly model?: string
    readonly codename: string
    readonly name: string
  }[]
  readonly models?: Readonly<Record<string, string>>
}

export function* permissionChecks({ permissions = [], models = {} }: DeclaredPermissions): Generator<CheckMessage> {
  const taken = new Map<string, string>()
  for (const [path, verboseName] of Object.entries(models)) {
    const [app = '', model = ''] = path.toLowerCase().split('.')
    for (const action of ACTIONS) taken.set(`${app}.${action}_${model}`, `which comes with the model '${path}'`)
    yield* lengthChecks(`of the model '${path}'`, `delete_${model}`, `Can delete ${verboseName}`)
  }
  for (const { app, codename, name } of permissions) {
    const clash = taken.get(`${app}.${codename}`)
    if (clash !== undefined) {
      yield checkMessage(
        'postern.E608',
        `There is a permission '${app}.${codename}' already, ${clash}: who has the one has the other.`,
        'Give it another codename, or leave it out.',
      )
    }
    taken.set(`${app}.${codename}`, 'declared in permissions')
    yield* lengthChecks(`'${app}.${codename}'`, codename, name)
  }
}

function* lengthChecks(whose: string, codename: string, name: string): Generator<CheckMessage> {
  for (const [what, text, longest] of [
    ['codename', codename, LONGEST_CODENAME],
    ['name', name, LONGEST_NAME],
  ] as const) {
    if (text.length <= longest) continue
    yield checkMessage(
      'postern.E607',
      `The ${what} of the permission ${whose} has ${text.length} characters, and its column ${longest}.`,
      `Take a shorter ${what}.`,
    )
  }
}
