/** Checked by `tsc` alone: what compiles, and what does not. */
import {
  type AuthRequest,
  BreachedPasswordValidator,
  createPostern,
  defaultPasswordValidators,
  getSignedCookie,
  type Hasher,
  type PasswordValidator,
  Pbkdf2Hasher,
  setSignedCookie,
} from 'postern'
import { memory } from 'postern/memory'

export function cookies(request: AuthRequest): readonly [string, string | null, string | 7] {
  // @ts-expect-error a missing cookie is an error unless there is a default, so that this is never null
  const never: null = getSignedCookie(request, 'a')
  const pair: readonly ['Set-Cookie', string] = setSignedCookie(request, 'a', 'v', { maxAge: 60, salt: 's' })
  // @ts-expect-error a value is text
  setSignedCookie(request, 'a', 7)
  return [
    getSignedCookie(request, pair[1]),
    getSignedCookie(request, 'a', { default: never }),
    getSignedCookie(request, 'a', { default: 7 as const, maxAge: 60 }),
  ]
}

/** The least that a hasher of one's own has to have. */
const hasher: Hasher = {
  algorithm: 'mine',
  salt: () => 'salt',
  encode: async (password, salt) => `mine$${salt}$${password}`,
  verify: async () => false,
  mustUpdate: () => false,
  hardenRuntime: async () => {},
}

const validator: PasswordValidator = {
  validate: (password) => (password === 'x' ? { code: 'x', text: { id: 'Not x.' } } : null),
  helpText: () => ({ id: 'Not x.' }),
}

createPostern({
  database: memory(),
  passwordHashers: [new Pbkdf2Hasher(), hasher],
  passwordValidators: [
    ...defaultPasswordValidators(),
    validator,
    new BreachedPasswordValidator({ fetchRange: async (prefix) => prefix }),
  ],
})

// @ts-expect-error somebody has to make the hashes
createPostern({ database: memory(), passwordHashers: [] })
// @ts-expect-error a validator says what a password has to be
createPostern({ database: memory(), passwordValidators: [{ validate: () => null }] })
