/** The headers that keep one user's page from another. */
import { mergeVary } from '../../../src/kernel/cache-control.ts'
import { neverCached } from '../../../src/views/never-cache.ts'
import type { Defaults } from '../play.ts'
import type { VectorRow } from '../vector-row.ts'

export function neverCache(row: VectorRow, { time }: Defaults): void {
  const before = row.value('before')
  const headers: [string, string][] = before === null ? [] : [['Cache-Control', row.text('before')]]
  const after = neverCached({ status: 200, headers }, time * 1000).headers
  const values = after.filter(([name]) => name.toLowerCase() === 'cache-control').map(([, value]) => value)
  row.expect('number of Cache-Control headers', 1, values.length)
  row.check('cache_control', values[0])
  row.check(
    'has_expires',
    after.some(([name]) => name.toLowerCase() === 'expires'),
  )
}

export function vary(row: VectorRow): void {
  const before = row.value('before')
  row.check('result', mergeVary(before === null ? undefined : row.text('before'), row.texts('add').join(', ')))
}
