/** Password hashes. PBKDF2 with SHA-256 is the preferred hasher, as in Django, so that every other algorithm has to be hashed anew. */
import { RequestError } from '../../../src/errors.ts'
import { HashQueue } from '../../../src/passwords/hash-queue.ts'
import type { Hasher } from '../../../src/passwords/hasher.ts'
import { Argon2Hasher } from '../../../src/passwords/hashers/argon2.ts'
import { BcryptHasher } from '../../../src/passwords/hashers/bcrypt.ts'
import { BcryptSha256Hasher } from '../../../src/passwords/hashers/bcrypt-sha256.ts'
import { Md5Hasher } from '../../../src/passwords/hashers/md5.ts'
import { Pbkdf2Hasher } from '../../../src/passwords/hashers/pbkdf2.ts'
import { Pbkdf2Sha1Hasher } from '../../../src/passwords/hashers/pbkdf2-sha1.ts'
import { ScryptHasher } from '../../../src/passwords/hashers/scrypt.ts'
import { isPasswordUsable, type PasswordCheck, Passwords } from '../../../src/passwords/passwords.ts'
import type { VectorRow } from '../vector-row.ts'

const ALPHANUMERIC = 62
const hashers: readonly [Hasher, ...Hasher[]] = [
  new Pbkdf2Hasher(),
  new Pbkdf2Sha1Hasher(),
  new Argon2Hasher(),
  new BcryptSha256Hasher(),
  new BcryptHasher(),
  new ScryptHasher(),
  new Md5Hasher(),
]
const passwords = new Passwords(hashers, new HashQueue())

/** What a hasher with the cost of a hash makes of a password and the salt of that hash. */
const encodeAgain: ReadonlyMap<string, (password: string, encoded: string) => Promise<string>> = new Map([
  ['pbkdf2_sha256', pbkdf2Again(Pbkdf2Hasher)],
  ['pbkdf2_sha1', pbkdf2Again(Pbkdf2Sha1Hasher)],
  [
    'argon2',
    (password, encoded) => {
      const { salt = '', ...cost } = new Argon2Hasher().decode(encoded) ?? {}
      return new Argon2Hasher(cost).encode(password, salt)
    },
  ],
  ['bcrypt_sha256', (password, encoded) => new BcryptSha256Hasher().encode(password, afterName(encoded))],
  ['bcrypt', (password, encoded) => new BcryptHasher().encode(password, afterName(encoded))],
  [
    'scrypt',
    (password, encoded) => {
      const { salt = '', ...cost } = new ScryptHasher().decode(encoded) ?? {}
      return new ScryptHasher(cost).encode(password, salt)
    },
  ],
  ['md5', (password, encoded) => new Md5Hasher().encode(password, encoded.split('$')[1] ?? '')],
])

function pbkdf2Again(Hasher: typeof Pbkdf2Hasher): (password: string, encoded: string) => Promise<string> {
  return (password, encoded) => {
    const [, rounds = '', salt = ''] = encoded.split('$')
    return new Hasher({ rounds: Number(rounds) }).encode(password, salt)
  }
}

function afterName(encoded: string): string {
  return encoded.slice(encoded.indexOf('$') + 1)
}

/** The password as bcrypt reads it, so that the hash of one that is too long can be made at all. */
function readable(algorithm: string, password: string): string {
  return algorithm === 'bcrypt' ? Buffer.from(password).subarray(0, 72).toString('latin1') : password
}

export async function passwordHash(row: VectorRow): Promise<void> {
  const algorithm = row.text('algorithm')
  const encoded = row.text('encoded')
  const password = row.text('password')
  row.check('algorithm', encoded.slice(0, encoded.indexOf('$')))
  await checkPassword(row, password, encoded)
  const isRight = row.value('verify') === true
  const again = await encodeAgain.get(algorithm)?.(isRight ? password : readable(algorithm, password), encoded)
  if (isRight) row.check('encoded', again)
  else row.expect('hash of a wrong password is another', true, again !== encoded)
}

/** Hashes that no hasher made. Where Django raises ValueError, Postern refuses the password and throws nothing. */
export async function passwordHashOdd(row: VectorRow): Promise<void> {
  const encoded = row.value('encoded') as string | null
  const password = row.value('password') as string | null
  row.check('usable', isPasswordUsable(encoded))
  const result = await checkPassword(row, password, encoded)
  if (row.has('error')) row.expect(`a refusal, for Django's ${String(row.value('error'))}`, false, result.correct)
}

/** Passwords at which Django's library raises: no hash is made of them, and they are right for none. */
export async function passwordHashRefused(row: VectorRow): Promise<void> {
  row.ignore('note')
  const hasher = hashers.find(({ algorithm }) => algorithm === row.text('algorithm')) as Hasher
  const password = row.text('password')
  const made = await passwords.make(password, { hasher }).catch((error: unknown) => error)
  row.expect(`a refusal, for Django's ${row.text('error')}`, true, made instanceof RequestError)
  const ofItsBeginning = await passwords.make(password.slice(0, hasher.maxBytes ?? 0), { hasher })
  row.expect('verify', false, (await passwords.check(password, ofItsBeginning)).correct)
}

async function checkPassword(row: VectorRow, password: string | null, encoded: string | null): Promise<PasswordCheck> {
  const result = await passwords.check(password, encoded)
  row.check('verify', result.correct)
  row.check('must_update', result.mustUpdate)
  return result
}

/** Django's names of the costs in what may be shown of a hash. */
const SUMMARY_NAMES: Readonly<Record<string, string>> = {
  time_cost: 'time cost',
  memory_cost: 'memory cost',
  work_factor: 'work factor',
  block_size: 'block size',
  rounds: 'work factor',
}

export async function hasherDefaults(row: VectorRow): Promise<void> {
  const algorithm = row.text('algorithm')
  const hasher = hashers.find((one) => one.algorithm === algorithm) as Hasher
  const salt = hasher.salt()
  const encoded = await hasher.encode('', salt)
  row.check('algorithm', encoded.slice(0, encoded.indexOf('$')))
  row.expect('must_update', false, hasher.mustUpdate(encoded))
  const summary = hasher.safeSummary?.(encoded) ?? {}
  const costs = ['iterations', 'time_cost', 'memory_cost', 'parallelism', 'rounds', 'work_factor', 'block_size']
  for (const cost of costs) row.check(cost, summary[SUMMARY_NAMES[cost] ?? cost])
  const entropy = row.number('salt_entropy')
  // bcrypt's salt has its cost in front, and 128 bits in 22 characters of base 64.
  if (salt.startsWith('$2b$')) row.expect('salt_entropy', entropy, Math.floor((salt.length - 7) * 6) & ~7)
  else row.expect('length of the salt', Math.ceil(entropy / Math.log2(ALPHANUMERIC)), salt.length)
}
