/** What a template says between its brackets, without running it: which names it mentions, and which templates it calls. */
import { codeOf } from './django-syntax.ts'

/** The code of one template. */
export interface TemplateCode {
  /** The contents of its tags and values. */
  readonly pieces: readonly string[]
  /** The templates that it extends, includes or imports, as it names them. */
  readonly calls: readonly string[]
  /** It calls a template that a value names. */
  readonly callsUnknown: boolean
}

const CALL = /^\s*(?:extends|include|import|from)\b\s*(.*)/s
/** A text, and what may stand behind it in a tag that calls. */
const LITERAL = /^(["'])((?:(?!\1)[^\\])*)\1\s*(?:$|ignore\b|with\b|without\b|only\b|as\b|import\b)/
const STRINGS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g

/** @param text of a template, as it is written */
export function readCode(text: string): TemplateCode {
  const pieces = codeOf(text)
  const calls: string[] = []
  let callsUnknown = false
  for (const piece of pieces) {
    const called = CALL.exec(piece)?.[1]
    if (called === undefined) continue
    const name = LITERAL.exec(called)?.[2]
    if (name === undefined) callsUnknown = true
    else calls.push(name)
  }
  return { pieces, calls, callsUnknown }
}

/**
 * What pieces of code ask of a name: `a` and `a.b` for `word.a`, `word.a.b`, `'a.b' in word`.
 * @returns undefined where none mentions it
 */
export function askedOf(word: string, pieces: readonly string[]): readonly string[] | undefined {
  const mention = new RegExp(`\\b${word}\\b`)
  const dotted = new RegExp(`\\b${word}\\.(\\w+(?:\\.\\w+)?)`, 'g')
  const contained = new RegExp(`(["'])([^"']+)\\1\\s+(?:not\\s+)?in\\s+${word}\\b`, 'g')
  const asked = new Set<string>()
  let mentioned = false
  for (const piece of pieces) {
    const code = piece.replace(STRINGS, "''")
    if (!mention.test(code)) continue
    mentioned = true
    for (const [, names = ''] of code.matchAll(dotted)) asked.add(names)
    for (const [, , names = ''] of piece.matchAll(contained)) asked.add(names)
  }
  return mentioned ? [...asked] : undefined
}
