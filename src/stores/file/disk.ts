/** What sessions in files ask of a disk; a test can put something in between. */
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  opendir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  rmdir,
  symlink,
  unlink,
} from 'node:fs/promises'

export interface Disk {
  /** The text of a file. */
  read(path: string): Promise<string>
  /** The names in a folder. */
  list(path: string): Promise<string[]>
  /** The same, some at a time. */
  walk(path: string): AsyncIterable<string>
  /** What a symbolic link says; it is never followed. */
  readLink(path: string): Promise<string>
  /** Milliseconds since 1970 when it was made or changed; fails where there is nothing. */
  changedAt(path: string): Promise<number>
  /** Makes a file that is not there yet. @param flush its content is on the disk when this resolves */
  write(path: string, text: string, flush: boolean): Promise<void>
  /** Makes a symbolic link that is not there yet. */
  link(path: string, says: string): Promise<void>
  makeFolder(path: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** Removes a file or a link. */
  remove(path: string): Promise<void>
  /** Removes a folder that is empty. */
  removeFolder(path: string): Promise<void>
  /** Removes a folder with what is in it, or a file. */
  removeAll(path: string): Promise<void>
  /** Which names are in the folder is on the disk when this resolves. */
  flushFolder(path: string): Promise<void>
}

async function opened(path: string, flags: string, work: (file: FileHandle) => Promise<unknown>): Promise<void> {
  const file = await open(path, flags, 0o600)
  try {
    await work(file)
  } finally {
    await file.close()
  }
}

async function* walk(path: string): AsyncGenerator<string> {
  for await (const { name } of await opendir(path)) yield name
}

export const nodeDisk: Disk = {
  read: (path) => readFile(path, 'utf8'),
  list: (path) => readdir(path),
  walk,
  readLink: (path) => readlink(path),
  changedAt: async (path) => (await lstat(path)).mtimeMs,
  write: (path, text, flush) =>
    opened(path, 'wx', async (file) => {
      await file.writeFile(text)
      if (flush) await file.datasync()
    }),
  link: (path, says) => symlink(says, path),
  makeFolder: (path) => mkdir(path, 0o700),
  rename,
  remove: unlink,
  removeFolder: (path) => rmdir(path),
  removeAll: (path) => rm(path, { recursive: true, force: true }),
  flushFolder: (path) => opened(path, 'r', (folder) => folder.sync()),
}

/** Codes that say that something is not there, or there already. */
type Code = 'ENOENT' | 'EEXIST'

/** @returns undefined when it fails with this code, which is an answer and no failure */
export async function unless<T>(code: Code, asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== code) throw error
    return undefined
  }
}

/** Whether it was done. @returns false when it fails with this code */
export async function done(code: Code, asked: Promise<void>): Promise<boolean> {
  return (
    (await unless(
      code,
      asked.then(() => true),
    )) ?? false
  )
}

/** For what only tidies up: where it fails, `clearExpired` does it. */
export async function quietly(asked: Promise<unknown>): Promise<void> {
  await asked.catch(() => {})
}
