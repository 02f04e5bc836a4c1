/**
 * What a view answers, and the header pairs that go with any answer. The adapter writes them with its
 * framework's own means.
 */

/** What a view answers. */
export interface Answer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: string | Uint8Array | ReadableStream<Uint8Array> | undefined
}

/**
 * How a header joins what the answer already has: `append` adds another (Set-Cookie), `merge` adds to a
 * comma-separated list what is missing from it (Vary), `absent` sets it only where the handler did not (Cache-Control),
 * `private` also where the handler's own lets a shared cache keep the answer.
 */
export type HeaderRule = 'append' | 'merge' | 'absent' | 'private'

/** One header for an answer, with the rule by which it joins the headers that are there. */
export type HeaderPair = readonly [name: string, value: string, rule: HeaderRule]
