/** Tidies up: what has expired, what a process that was killed left behind, and pointers that lead nowhere or are missing. */

import { type Pointer, type Pointers, pointersTo } from './pointers.ts'
import { GRACE, type SessionFolders } from './session-folders.ts'
import { countOf } from './stored-record.ts'

/**
 * One thing after the other, read some at a time: requests are served in between.
 * @returns how many sessions had expired
 */
export async function clearSessions(folders: SessionFolders, pointers: Pointers, now: number): Promise<number> {
  let count = 0
  for await (const place of folders.all()) {
    const session = await folders.open(place)
    if (session === null) {
      // Whoever ended it takes a folder that is gone for one that was flushed.
      await folders.flush(place)
      await folders.bury(place)
      continue
    }
    const { head, record } = session
    if (head.expires > now && record !== null) {
      await folders.dropPast(session)
      await pointers.repair(pointersTo(place, record), { place, version: head.version })
    } else if (await folders.end(session)) {
      await folders.bury(place)
      if (record !== null) await pointers.remove(pointersTo(place, record))
      count += 1
    }
  }
  for await (const pointer of pointers.all()) {
    if (await leadsNowhere(pointer, folders, pointers)) await pointers.remove([pointer])
  }
  await folders.clearHalfMade()
  return count
}

/** Whether no state needs this pointer, and none that is being written will. */
async function leadsNowhere(pointer: Pointer, folders: SessionFolders, pointers: Pointers): Promise<boolean> {
  const target = await pointers.target(pointer)
  if (target === null) return false
  const session = await folders.open(target.place)
  if (session !== null) {
    const needed = session.record !== null && pointersTo(target.place, session.record).includes(pointer)
    // Whoever made it for a state that others have overtaken cannot let that state count any more.
    return !needed && countOf(session.head.version) >= countOf(target.version)
  }
  // The session has ended, or is about to be created.
  const madeAt = await pointers.madeAt(pointer)
  return madeAt !== undefined && madeAt < Date.now() - GRACE
}
