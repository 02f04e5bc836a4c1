/**
 * Compares signed JSON of Django's with ours. What was compressed is compared decoded, since deflate may give other
 * bytes; so are numbers that Python writes in another way than JavaScript can (`100.0`, `1e-07`).
 */
import { inflateSync } from 'node:zlib'
import { asciiJson } from '../../../src/kernel/json.ts'
import { TimestampSigner } from '../../../src/kernel/signing.ts'
import type { VectorRow } from '../vector-row.ts'

/** How a text was signed. */
export interface Signing {
  readonly key: string
  readonly salt: string
  /** Seconds since 1970. */
  readonly time: number
}

/** What was signed, without time and signature. */
function payloadOf(signed: string): string {
  return signed.split(':').slice(0, -2).join(':')
}

/** The JSON in a payload. */
function jsonIn(payload: string): string {
  if (!payload.startsWith('.')) return Buffer.from(payload, 'base64url').toString('latin1')
  return inflateSync(Buffer.from(payload.slice(1), 'base64url')).toString('latin1')
}

/** Python's JSON with its numbers as JavaScript writes them. */
function respelled(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    token.startsWith('"') ? token : String(Number(token)),
  )
}

/** Whether JavaScript cannot keep the order of an object's keys: it puts whole numbers in front. */
function hasNumberedKeys(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const entries = Object.entries(value)
  if (!Array.isArray(value) && entries.some(([key]) => /^(?:0|[1-9]\d*)$/.test(key))) return true
  return entries.some(([, item]) => hasNumberedKeys(item))
}

/** Compares JSON of ours with Python's: character by character where JavaScript can write the same. @throws {Mismatch} */
export function checkJson(row: VectorRow, what: string, value: unknown, django: string, ours: string): void {
  if (hasNumberedKeys(value)) row.expect(what, JSON.parse(django), JSON.parse(ours))
  else row.expect(what, respelled(django), ours)
}

/**
 * Our signature of Django's own payload is Django's, and what we sign ourselves is the same text but for what
 * JavaScript has to write in another way.
 * @throws {Mismatch}
 */
export function checkSigned(
  row: VectorRow,
  field: string,
  value: unknown,
  ours: string,
  { key, salt, time }: Signing,
): void {
  const django = row.text(field)
  const payload = payloadOf(django)
  row.expect(`${field}, signed`, django, new TimestampSigner({ key, salt }).sign(payload, time))
  const json = jsonIn(payload)
  const ourPayload = payloadOf(ours)
  checkJson(row, `JSON in ${field}`, value, json, jsonIn(ourPayload))
  if (payload.startsWith('.') || ourPayload.startsWith('.')) return
  if (json === asciiJson(value)) row.check(field, ours)
}

/** @throws {Mismatch} when ours reads back as something else; JavaScript's -0 is written as 0 */
export function checkReadBack(row: VectorRow, what: string, value: unknown, got: unknown): void {
  row.expect(what, JSON.parse(asciiJson(value)), got)
}

/** @throws {Mismatch} when a text is compressed although nobody asked for it */
export function checkUncompressed(row: VectorRow, signed: string): void {
  row.expect('compress', false, signed.startsWith('.'))
}
