/**
 * Password hashes. PBKDF2 with SHA-256 is the preferred hasher, as in Django, so that every other algorithm has to be
 * hashed anew. A hasher that is added to Postern is added to the table here.
 */
import { ALPHANUMERIC } from '../../../src/kernel/bytes.ts'
import { HashQueue } from '../../../src/passwords/hash-queue.ts'
import { isPasswordUsable, type PasswordCheck, Passwords } from '../../../src/passwords/passwords.ts'
import { Pbkdf2Hasher } from '../../../src/passwords/hashers/pbkdf2.ts'
import { Skip, type VectorRow } from '../vector-row.ts'

/** Django's own names; one that is not among them is unknown to Django too. */
const DJANGO_HASHERS = ['pbkdf2_sha256', 'pbkdf2_sha1', 'argon2', 'bcrypt_sha256', 'bcrypt', 'scrypt', 'md5']

/** What a hasher makes of a password again, with the cost and salt of a hash. */
const encodeAgain: ReadonlyMap<string, (password: string, encoded: string) => Promise<string>> = new Map([
  [
    'pbkdf2_sha256',
    (password, encoded) => {
      const [, rounds = '', salt = ''] = encoded.split('$')
      return new Pbkdf2Hasher({ rounds: Number(rounds) }).encode(password, salt)
    },
  ],
])

const passwords = new Passwords([new Pbkdf2Hasher()], new HashQueue())

/** @throws {Skip} when the hash needs a hasher of Django's that Postern does not have yet */
function needHasher(algorithm: string): void {
  if (DJANGO_HASHERS.includes(algorithm) && !encodeAgain.has(algorithm)) {
    throw new Skip(`there is no hasher ${algorithm} yet`)
  }
}

export async function passwordHash(row: VectorRow): Promise<void> {
  const algorithm = row.text('algorithm')
  needHasher(algorithm)
  const encoded = row.text('encoded')
  const password = row.text('password')
  row.check('algorithm', encoded.slice(0, encoded.indexOf('$')))
  await checkPassword(row, password, encoded)
  const again = await encodeAgain.get(algorithm)?.(password, encoded)
  if (row.value('verify') === true) row.check('encoded', again)
  else row.expect('hash of a wrong password is another', true, again !== encoded)
}

/** Hashes that no hasher made. Where Django raises ValueError, Postern refuses the password and throws nothing. */
export async function passwordHashOdd(row: VectorRow): Promise<void> {
  const encoded = row.value('encoded') as string | null
  const password = row.value('password') as string | null
  if (encoded !== null) needHasher(encoded.split('$')[0] ?? '')
  row.check('usable', isPasswordUsable(encoded))
  const result = await checkPassword(row, password, encoded)
  if (row.has('error')) row.expect(`a refusal, for Django's ${String(row.value('error'))}`, false, result.correct)
}

async function checkPassword(row: VectorRow, password: string | null, encoded: string | null): Promise<PasswordCheck> {
  const result = await passwords.check(password, encoded)
  row.check('verify', result.correct)
  row.check('must_update', result.mustUpdate)
  return result
}

export async function hasherDefaults(row: VectorRow): Promise<void> {
  const algorithm = row.text('algorithm')
  needHasher(algorithm)
  if (algorithm !== 'pbkdf2_sha256') throw new Skip(`the costs of ${algorithm} are not played`)
  const hasher = new Pbkdf2Hasher()
  const salt = hasher.salt()
  const [name, rounds, encodedSalt] = (await hasher.encode('', salt)).split('$')
  row.check('algorithm', name)
  row.check('iterations', Number(rounds))
  row.expect('salt', salt, encodedSalt)
  // As many characters of the alphabet as it takes, and no more.
  const length = Math.ceil(row.number('salt_entropy') / Math.log2(ALPHANUMERIC.length))
  row.expect('length of the salt', length, salt.length)
}
