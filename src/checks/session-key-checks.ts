/** Whether both sides read each other's sessions: who signed them, how their keys are kept, whether the secret keys are the same. */
import type { SessionFacts } from '../database-facts.ts'
import { SESSION_SALT, SessionPayloads } from '../django/session-payload.ts'
import { type DjangoProject, SIGNATURE_SALT } from '../django-project.ts'
import { loads, TimestampSigner } from '../kernel/signing.ts'
import type { PosternOptions } from '../options.ts'
import type { User } from '../users/user.ts'
import { type CheckMessage, checkMessage } from './check-message.ts'

interface Keys {
  readonly secretKey: string
  readonly secretKeyFallbacks: readonly string[]
}

/** Who signed the sessions that were looked at. */
export interface SignedSessions {
  readonly looked: number
  /** By the secret key or a fallback. */
  readonly signed: number
  readonly signedByFallback: number
  /** Signed, and no JSON: pickled. */
  readonly unreadable: number
}

/** @param newest payloads of sessions */
export function signedSessions(newest: readonly string[], { secretKey, secretKeyFallbacks }: Keys): SignedSessions {
  const [key, salt, fallbackKeys] = [secretKey, SESSION_SALT, secretKeyFallbacks]
  const isSigned = (signer: TimestampSigner) => (data: string) => does(() => signer.unsign(data))
  const signed = newest.filter(isSigned(new TimestampSigner({ key, salt, fallbackKeys })))
  const byKey = signed.filter(isSigned(new TimestampSigner({ key, salt })))
  const payloads = new SessionPayloads({ key, fallbackKeys })
  return {
    looked: newest.length,
    signed: signed.length,
    signedByFallback: signed.length - byKey.length,
    unreadable: signed.filter((data) => payloads.decodeOnce(data) === null).length,
  }
}

/** @param options `interop` and `session.keysBefore` say under which keys sessions are looked for */
export function* sessionChecks<U extends User>(
  options: Pick<PosternOptions<U>, 'interop' | 'session'>,
  sessions: SessionFacts | undefined,
  signed: SignedSessions | undefined,
): Generator<CheckMessage> {
  yield* keyFormChecks(options, sessions ?? { raw: 0, hashed: 0, other: 0, newest: [] })
  if (signed === undefined || signed.looked === 0) return
  const { looked, signed: known, unreadable } = signed
  if (known === 0) {
    yield checkMessage(
      'postern.E812',
      `None of the ${looked} newest live sessions is signed with the secret key or one of its fallbacks: whoever is signed in there is nobody here.`,
      "Give secretKey the value of the project's SECRET_KEY, and secretKeyFallbacks that of SECRET_KEY_FALLBACKS.",
    )
  } else if (known < looked) {
    yield checkMessage(
      'postern.W813',
      `${known} of the ${looked} newest live sessions are signed with the secret key or one of its fallbacks; the others are nobody's.`,
      'Was the key replaced? Put the old one into secretKeyFallbacks, and into SECRET_KEY_FALLBACKS of the project.',
    )
  }
  if (unreadable > 0) {
    yield checkMessage(
      'postern.E814',
      `${unreadable} of the ${looked} newest live sessions are signed with this key and are no JSON: Django pickled them, and nobody reads that here.`,
      "Set SESSION_SERIALIZER = 'django.contrib.sessions.serializers.JSONSerializer' in the project.",
    )
  }
}

function* keyFormChecks<U extends User>(
  { interop, session }: Pick<PosternOptions<U>, 'interop' | 'session'>,
  { raw, hashed, other }: SessionFacts,
): Generator<CheckMessage> {
  const before = session?.keysBefore
  if (before !== undefined) {
    const [many, how] = before === 'hashed' ? [hashed, 'hashed keys'] : [raw, 'keys as Django makes them']
    const cure =
      before === 'hashed'
        ? 'Leave it in until none is left; they expire by themselves. Until then the project has to refuse such keys as cookies: docs/django.md, RefuseStoredKeys.'
        : 'Run `npx postern hash-session-keys`, and leave session.keysBefore out then.'
    yield checkMessage(
      'postern.I834',
      `session.keysBefore is '${before}': ${many} live sessions are still under ${how}, and move when their visitors come here.`,
      many === 0 ? 'Leave session.keysBefore out.' : cure,
    )
  } else if (interop === undefined) {
    yield checkMessage(
      'postern.E810',
      `interop is not set: Postern keeps session keys hashed and Django does not, so that neither finds the other's sessions. Of ${raw + hashed + other} live ones ${raw} have keys as Django makes them, ${hashed} hashed ones.`,
      "Say interop: 'django', with session: { keysBefore: 'hashed' } where people are signed in here already; and where Django is gone, session: { keysBefore: 'raw' } instead.",
    )
  } else if (hashed > 0) {
    yield checkMessage(
      'postern.W811',
      `${hashed} live sessions are kept under hashed keys, from before interop: 'django' was set: whoever has one is signed in no more.`,
      "Say session: { keysBefore: 'hashed' }: they are found then, and move when their visitors come here.",
    )
  }
}

/** Whether the secret keys are the same, by texts that the project has signed, or by the keys where they are told. */
export function* keyChecks({ secretKey, secretKeyFallbacks }: Keys, project: DjangoProject): Generator<CheckMessage> {
  const mine = [secretKey, ...secretKeyFallbacks]
  const theirs = theirKeys(mine, project)
  if (theirs === undefined) return
  const [first, ...fallbacks] = theirs
  if (first !== 0) {
    // Each side has to read what the other writes with its first key.
    const isBetween = first !== undefined && first > 0 && fallbacks.includes(0)
    yield isBetween
      ? checkMessage(
          'postern.W817',
          'SECRET_KEY and secretKey are two keys, each among the fallbacks of the other: all is read, and the key is being replaced.',
          'Set both to the newer one, and keep the older one as a fallback on both sides for as long as sessions live.',
        )
      : checkMessage(
          'postern.E816',
          'SECRET_KEY and secretKey are not the same: what one side signs the other does not read, sessions above all.',
          "Give secretKey the value of the project's SECRET_KEY. Where it comes from a file (--env FILE), is it in single quotes? A # begins a comment.",
        )
  } else if (fallbacks.includes(-1) || mine.some((_, at) => !theirs.includes(at))) {
    yield checkMessage(
      'postern.W817',
      'SECRET_KEY_FALLBACKS and secretKeyFallbacks are not the same keys: what an old key has signed is good on one side alone.',
      'Give both sides the same fallbacks.',
    )
  }
}

/** The place of each of the project's keys among one's own, -1 for one that is not there; undefined where nothing is told of them. */
function theirKeys(mine: readonly string[], project: DjangoProject): readonly number[] | undefined {
  const { SECRET_KEY, SECRET_KEY_FALLBACKS = [], SIGNATURES } = project
  if (SECRET_KEY !== undefined) return [SECRET_KEY, ...SECRET_KEY_FALLBACKS].map((key) => mine.indexOf(key))
  return SIGNATURES?.map((text) =>
    mine.findIndex((key) => does(() => loads(String(text), { key, salt: SIGNATURE_SALT }))),
  )
}

/** Whether it throws nothing. */
function does(work: () => unknown): boolean {
  try {
    work()
    return true
  } catch {
    return false
  }
}
