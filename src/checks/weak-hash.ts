/**
 * Whether a password hash in Django's format costs an attacker too little: below the least that the OWASP Password Storage
 * Cheat Sheet names for its algorithm.
 */

/** Algorithms that were never made for passwords. */
const FAST: ReadonlySet<string> = new Set(['md5', 'sha1', 'unsalted_md5', 'unsalted_sha1', 'crypt', 'plain'])
/** Rounds. */
const PBKDF2_SHA256 = 600_000
const PBKDF2_SHA1 = 1_300_000
/** Kibibytes of memory times passes. */
const ARGON2 = 19_456 * 2
const BCRYPT_COST = 10
/** N times r times p: Django's 2^14, 8, 5 is as good as the sheet's 2^17, 8, 1. */
const SCRYPT = 2 ** 14 * 8 * 5

/** @returns a sentence, or null where nothing is wrong or the algorithm is not known here */
export function weakHash(encoded: string): string | null {
  const [algorithm = '', second = '', , fourth = '', fifth = ''] = encoded.split('$')
  if (FAST.has(algorithm)) return `${algorithm} is no algorithm for passwords.`
  if (algorithm === 'pbkdf2_sha256') return tooLittle(algorithm, Number(second), PBKDF2_SHA256, 'rounds')
  if (algorithm === 'pbkdf2_sha1') return tooLittle(algorithm, Number(second), PBKDF2_SHA1, 'rounds')
  if (algorithm === 'argon2') {
    const [, memory = 0, passes = 0] = /m=(\d+),t=(\d+)/.exec(encoded) ?? []
    return tooLittle(algorithm, Number(memory) * Number(passes), ARGON2, 'kibibytes times passes')
  }
  if (algorithm.startsWith('bcrypt')) {
    const [, cost = 0] = /\$2[aby]\$(\d\d)\$/.exec(encoded) ?? []
    return tooLittle(algorithm, Number(cost), BCRYPT_COST, 'as its cost')
  }
  // scrypt$<N>$<salt>$<r>$<p>$<hash>
  if (algorithm === 'scrypt') {
    return tooLittle(algorithm, Number(second) * Number(fourth) * Number(fifth), SCRYPT, 'as N · r · p')
  }
  return null
}

function tooLittle(algorithm: string, is: number, least: number, of: string): string | null {
  return is >= least ? null : `${algorithm} with ${is} ${of}, and at least ${least} are wanted.`
}
