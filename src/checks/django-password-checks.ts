/** Whether both sides read each other's password hashes, and leave them as they are. */
import type { DjangoHasher, DjangoProject } from '../django-project.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { newSessionKey } from '../sessions/session-key.ts'
import { type CheckMessage, checkMessage } from './check-message.ts'

/** The algorithms of Django, old ones too; what else stands in front of a `$` may be the beginning of a password, and is not told. */
const NAMES_OF_DJANGO = [
  ...['pbkdf2_sha256', 'pbkdf2_sha1', 'argon2', 'bcrypt_sha256', 'bcrypt', 'scrypt', 'md5', 'sha1', 'unsalted_md5'],
  ...['unsalted_sha1', 'crypt'],
]
const TOLD: ReadonlySet<string> = new Set(NAMES_OF_DJANGO)

/** How many hashes there are of each algorithm; `!` for unusable ones, `` for what has no name that is told. */
/** @param known the algorithms of the hashers here */
export function namedHashes(
  hashes: ReadonlyMap<string, number>,
  known: readonly string[],
): ReadonlyMap<string, number> {
  const named = new Map<string, number>()
  for (const [algorithm, count] of hashes) {
    const name = algorithm === '!' || TOLD.has(algorithm) || known.includes(algorithm) ? algorithm : ''
    named.set(name, (named.get(name) ?? 0) + count)
  }
  return named
}

/** @param hashes how many there are of each algorithm; undefined where nothing is known of them */
export async function passwordDifferences(
  passwords: Passwords,
  hashes: ReadonlyMap<string, number> | undefined,
  project: DjangoProject | undefined,
): Promise<readonly CheckMessage[]> {
  return [
    ...hashChecks(passwords, namedHashes(hashes ?? new Map(), passwords.algorithms)),
    ...(project?.HASHERS === undefined ? [] : await hasherChecks(passwords, project.HASHERS)),
  ]
}

function* hashChecks(passwords: Passwords, hashes: ReadonlyMap<string, number>): Generator<CheckMessage> {
  const unread = [...hashes].filter(([algorithm]) => algorithm !== '!' && !passwords.algorithms.includes(algorithm))
  if (unread.length === 0) return
  const told = unread.map(
    ([algorithm, count]) => `${count} by ${algorithm === '' ? 'nothing that has a name' : algorithm}`,
  )
  yield checkMessage(
    'postern.W815',
    `There are password hashes that none of the hashers here reads (${told.join(', ')}): their users cannot sign in here.`,
    `Add the hasher to passwordHashers, behind the preferred one. There are: ${passwords.algorithms.join(', ')}.`,
  )
}

async function hasherChecks(passwords: Passwords, hashers: readonly DjangoHasher[]): Promise<readonly CheckMessage[]> {
  const [preferred] = passwords.algorithms
  const [first] = hashers
  if (first === undefined || preferred === undefined) return []
  if (!hashers.some(({ algorithm }) => algorithm === preferred)) {
    return [
      checkMessage(
        'postern.E827',
        `New passwords are hashed by ${preferred} here, which is not in PASSWORD_HASHERS: whoever sets one here cannot sign in there.`,
        'Put its hasher into PASSWORD_HASHERS of the project, or another one first in passwordHashers.',
      ),
    ]
  }
  const difference =
    first.algorithm === preferred
      ? await costDifference(passwords, first)
      : `there by ${first.algorithm}, here by ${preferred}`
  if (difference === null) return []
  return [
    checkMessage(
      'postern.W828',
      `New passwords are hashed in two ways: ${difference}. Each login makes the hash anew in the way of its side, and ends the user's other sessions.`,
      'Let passwordHashers begin as PASSWORD_HASHERS does, at the same cost, for instance [new Pbkdf2Hasher({ rounds: 1_000_000 })].',
    ),
  ]
}

/** The costs that differ, in words; null where none does, or what the hasher makes is not known here. */
async function costDifference(passwords: Passwords, theirs: DjangoHasher): Promise<string | null> {
  const made = await partsOfNewHash(passwords)
  for (const [name, there] of Object.entries(theirs)) {
    const here = made[NAMES[name] ?? name]
    if (typeof there !== 'number' || typeof here !== 'number' || there === here) continue
    return `there with ${name} ${there}, here ${here}`
  }
  return null
}

async function partsOfNewHash(passwords: Passwords): Promise<Readonly<Record<string, unknown>>> {
  try {
    const encoded = await passwords.make(newSessionKey())
    return { ...passwords.identify(encoded)?.decode?.(encoded) }
  } catch {
    // That it makes no hash is told by `auth.check()` (E603).
    return {}
  }
}

/** What Django calls a cost, and the hashers here. */
const NAMES: Readonly<Record<string, string>> = {
  time_cost: 'timeCost',
  memory_cost: 'memoryCost',
  work_factor: 'workFactor',
  block_size: 'blockSize',
  rounds: 'workFactor',
}
