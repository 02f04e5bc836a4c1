/** A Django project's PASSWORD_HASHERS and AUTH_PASSWORD_VALIDATORS. */
import type { DjangoValidator } from './django-project.ts'
import { ConfigurationError } from './errors.ts'
import type { Hasher } from './passwords/hasher.ts'
import { Argon2Hasher } from './passwords/hashers/argon2.ts'
import { BcryptHasher } from './passwords/hashers/bcrypt.ts'
import { BcryptSha256Hasher } from './passwords/hashers/bcrypt-sha256.ts'
import { Md5Hasher } from './passwords/hashers/md5.ts'
import { Pbkdf2Hasher } from './passwords/hashers/pbkdf2.ts'
import { Pbkdf2Sha1Hasher } from './passwords/hashers/pbkdf2-sha1.ts'
import { ScryptHasher } from './passwords/hashers/scrypt.ts'
import type { PasswordValidator } from './passwords/password-validator.ts'
import { CommonPasswordValidator } from './passwords/validators/common-password.ts'
import { MinimumLengthValidator } from './passwords/validators/minimum-length.ts'
import { NumericPasswordValidator } from './passwords/validators/numeric-password.ts'
import { UserAttributeSimilarityValidator } from './passwords/validators/user-attribute-similarity.ts'

const HASHERS: Readonly<Record<string, () => Hasher>> = {
  PBKDF2PasswordHasher: () => new Pbkdf2Hasher(),
  PBKDF2SHA1PasswordHasher: () => new Pbkdf2Sha1Hasher(),
  Argon2PasswordHasher: () => new Argon2Hasher(),
  BCryptSHA256PasswordHasher: () => new BcryptSha256Hasher(),
  BCryptPasswordHasher: () => new BcryptHasher(),
  ScryptPasswordHasher: () => new ScryptHasher(),
  MD5PasswordHasher: () => new Md5Hasher(),
}

const VALIDATORS: Readonly<Record<string, (options: Readonly<Record<string, unknown>>) => PasswordValidator>> = {
  UserAttributeSimilarityValidator: ({ user_attributes, max_similarity }) =>
    new UserAttributeSimilarityValidator({
      ...(user_attributes === undefined ? {} : { userAttributes: user_attributes as string[] }),
      ...(max_similarity === undefined ? {} : { maxSimilarity: max_similarity as number }),
    }),
  MinimumLengthValidator: ({ min_length }) =>
    new MinimumLengthValidator(min_length === undefined ? {} : { minLength: min_length as number }),
  CommonPasswordValidator: ({ password_list_path }) =>
    new CommonPasswordValidator(password_list_path === undefined ? {} : { passwordList: password_list_path as string }),
  NumericPasswordValidator: () => new NumericPasswordValidator(),
}

/**
 * Django's hashers in its order; undefined for its default list.
 * @throws {ConfigurationError} when the first is not known here or cannot work: new passwords would be hashed otherwise than there
 */
export function djangoHashers(
  paths: readonly string[] | undefined,
  notices: string[],
): readonly [Hasher, ...Hasher[]] | undefined {
  if (paths === undefined) return undefined
  const found: Hasher[] = []
  for (const [at, path] of paths.entries()) {
    const make = HASHERS[nameIn(path, 'django.contrib.auth.hashers.')]
    if (make === undefined && at === 0) {
      throw new ConfigurationError(
        `PASSWORD_HASHERS begins with ${path}, which is not known here: leave PASSWORD_HASHERS out of the JSON and pass \`passwordHashers\`.`,
      )
    }
    if (make === undefined) {
      notices.push(
        `PASSWORD_HASHERS has ${path}, which is not known here: whoever has such a hash cannot sign in here.`,
      )
      continue
    }
    try {
      found.push(make())
    } catch (error) {
      if (at === 0) throw error
      notices.push(`PASSWORD_HASHERS has ${path}: ${(error as Error).message}`)
    }
  }
  const [first, ...others] = found
  return first === undefined ? undefined : [first, ...others]
}

/** Django's validators in its order; none for an empty list, as there. */
export function djangoValidators(given: readonly DjangoValidator[], notices: string[]): readonly PasswordValidator[] {
  return given.flatMap(({ NAME, OPTIONS = {} }) => {
    const make = VALIDATORS[nameIn(NAME, 'django.contrib.auth.password_validation.')]
    if (make !== undefined) return [make(OPTIONS)]
    notices.push(
      `AUTH_PASSWORD_VALIDATORS has ${NAME}, which is not known here: a password that is set here is not judged by it.`,
    )
    return []
  })
}

/** The class behind Django's own module; `''` for one of somebody else's. */
function nameIn(path: string, module: string): string {
  return path.startsWith(module) ? path.slice(module.length) : ''
}
