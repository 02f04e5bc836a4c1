/** What strace wrote down of a server: its writes and flushes, in the order in which they were done. */
import { readFileSync } from 'node:fs'

/** One system call of interest. */
export interface SystemCall {
  readonly what: 'page' | 'flush' | 'answer'
  /** The file or the socket, or the status of the answer. */
  readonly which: string
}

/** Arguments of strace for a server on SQLite: `pwrite64` writes pages, `f…sync` flushes them, the rest writes to sockets. */
export const TRACED: readonly string[] = [
  ...['-f', '-qq', '-y', '-s', '32', '-e', 'signal=none'],
  ...['-e', 'trace=pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg'],
]

/** The calls that ended, by the line on which they did. */
export function systemCalls(file: string): SystemCall[] {
  const calls: SystemCall[] = []
  const begun = new Map<string, string>()
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const unfinished = /^(.*?) <unfinished \.\.\.>$/.exec(rest)
    if (unfinished !== null) begun.set(thread, unfinished[1] ?? '')
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
    const call = resumed === null ? rest : (begun.get(thread) ?? '') + (resumed[1] ?? '')
    if (unfinished === null) calls.push(...callOf(call))
  }
  return calls
}

function callOf(text: string): SystemCall[] {
  const [, name = '', which = '', given = ''] = /^(\w+)\(\d+<(.*?)>(.*)$/.exec(text) ?? []
  if (name === 'pwrite64') return [{ what: 'page', which }]
  if (name === 'fsync' || name === 'fdatasync') return [{ what: 'flush', which }]
  const status = /"HTTP\/1\.1 (\d{3})/.exec(given)?.[1]
  return status === undefined ? [] : [{ what: 'answer', which: status }]
}
