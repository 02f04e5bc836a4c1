/** Numbers and bytes as text: base 62, base 36, the ids of reset links, random strings. */
import { isUtf8 } from 'node:buffer'
import {
  base36Decode,
  base36Encode,
  base36ToBigInt,
  base62Decode,
  base62Encode,
  randomString,
  uid64Decode,
  uid64DecodeBytes,
  uid64Encode,
} from '../../../src/kernel/bytes.ts'
import { Skip, type VectorRow } from '../vector-row.ts'

/** So many that a character of the alphabet that never comes is no accident. */
const SAMPLES = 400

/** @throws {Skip} for a number that the file's reader cannot have read exactly */
function wholeNumber(row: VectorRow): number {
  const n = row.number('int')
  if (Math.abs(n) > 2 ** 53) throw new Skip('numbers beyond 2^53 are no whole numbers in JavaScript')
  return n
}

export function base62(row: VectorRow): void {
  const n = wholeNumber(row)
  if (row.refused(() => base62Encode(n))) return
  row.check('text', base62Encode(n))
  row.check('int', base62Decode(row.text('text')))
}

export function base36(row: VectorRow): void {
  const n = wholeNumber(row)
  if (row.refused(() => base36Encode(n))) return
  const text = row.text('text')
  row.check('text', base36Encode(n))
  row.expect('int', BigInt(n), base36ToBigInt(text))
  if (Number.isSafeInteger(n)) row.check('int', base36Decode(text))
}

/** `int` is written as a text, since it may be larger than JSON's readers can take. */
export function base36Decoding(row: VectorRow): void {
  const text = row.text('text')
  const exact = base36ToBigInt(text)
  if (row.refused(() => exact)) return
  const int = row.value('int')
  row.expect('int', int === null ? null : BigInt(String(int)), exact)
  const isSafe = exact !== null && Number.isSafeInteger(Number(exact))
  row.expect('int', isSafe ? Number(exact) : null, base36Decode(text))
}

export function uidb64(row: VectorRow): void {
  const hex = row.text('hex')
  row.check('text', uid64Encode(Buffer.from(hex, 'hex')))
  checkUid(row, row.text('text'))
}

export function uidb64Decoding(row: VectorRow): void {
  const text = row.text('text')
  if (row.refused(() => uid64DecodeBytes(text))) return
  checkUid(row, text)
}

function checkUid(row: VectorRow, text: string): void {
  const hex = row.value('hex')
  row.check('hex', uid64DecodeBytes(text)?.toString('hex') ?? null)
  const bytes = typeof hex === 'string' ? Buffer.from(hex, 'hex') : null
  row.expect('hex as text', bytes !== null && isUtf8(bytes) ? bytes.toString('utf8') : null, uid64Decode(text))
}

/** The sample is one of Django's: ours have to look like it, and use the whole alphabet. */
export function randomStringShape(row: VectorRow): void {
  const length = row.number('length')
  const alphabet = row.text('alphabet')
  const seen = new Set(row.text('sample'))
  row.expect('length of the sample', length, row.text('sample').length)
  for (let i = 0; i < SAMPLES; i++) {
    const text = randomString(length, alphabet)
    row.expect('length', length, text.length)
    for (const character of text) seen.add(character)
  }
  row.expect('alphabet', [...new Set(alphabet)].sort(), [...seen].sort())
}
