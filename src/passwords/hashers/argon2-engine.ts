/**
 * What computes Argon2 (RFC 9106): Node itself from 24.7 on, else the optional package @node-rs/argon2. Only that one knows
 * version 0x10 of 2015, which hashes with `v=16` or without a version were made with.
 */
import crypto from 'node:crypto'
import { ConfigurationError } from '../../errors.ts'
import { optionalPackage } from './optional-package.ts'

export type Argon2Variety = 'argon2d' | 'argon2i' | 'argon2id'

/** One computation. */
export interface Argon2Task {
  readonly variety: Argon2Variety
  readonly salt: Buffer
  /** KiB. */
  readonly memoryCost: number
  readonly timeCost: number
  readonly parallelism: number
  /** Bytes. */
  readonly hashLength: number
}

type Derive = (password: string, task: Argon2Task) => Promise<Buffer>

/** Computes Argon2; `derive10` is the version of 2015, where there is something that knows it. */
export interface Argon2Engine {
  readonly derive: Derive
  readonly derive10?: Derive | undefined
}

/** What is used of @node-rs/argon2. */
interface NodeRs {
  hashRaw(
    password: string,
    options: {
      algorithm: number
      version: number
      salt: Buffer
      memoryCost: number
      timeCost: number
      parallelism: number
      outputLen: number
    },
  ): Promise<Buffer>
}

const PACKAGE = '@node-rs/argon2'
/** The numbers of @node-rs/argon2. */
const VARIETIES: Readonly<Record<Argon2Variety, number>> = { argon2d: 0, argon2i: 1, argon2id: 2 }
const VERSION_10 = 0
const VERSION_13 = 1

/** @throws {ConfigurationError} where there is none, with what to install */
export function findArgon2(): Argon2Engine {
  const node = ofNode()
  let nodeRs: NodeRs | undefined
  try {
    nodeRs = optionalPackage(PACKAGE) as NodeRs | undefined
  } catch (error) {
    if (node === undefined) throw new ConfigurationError(`${PACKAGE} is installed and cannot be loaded.`, error)
    process.emitWarning(
      `${PACKAGE} is installed and cannot be loaded; Node's own Argon2 is used, which cannot read hashes of before 2016. ${error}`,
      { type: 'PosternWarning' },
    )
  }
  if (node === undefined && nodeRs === undefined) {
    throw new ConfigurationError(
      `Argon2Hasher needs Node 24.7 or newer, or the package ${PACKAGE}: run "npm install ${PACKAGE}".`,
    )
  }
  const derive13 = nodeRs && ofNodeRs(nodeRs, VERSION_13)
  return { derive: (node ?? derive13) as Derive, derive10: nodeRs && ofNodeRs(nodeRs, VERSION_10) }
}

/** Asked for a hash that costs nothing, since the function may be there and have no OpenSSL behind it that knows Argon2. */
function ofNode(): Derive | undefined {
  // Node 22 has none.
  const { argon2, argon2Sync } = crypto as Partial<Pick<typeof crypto, 'argon2' | 'argon2Sync'>>
  if (argon2 === undefined || argon2Sync === undefined) return undefined
  try {
    argon2Sync('argon2id', { message: '', nonce: Buffer.alloc(8), memory: 8, passes: 1, parallelism: 1, tagLength: 4 })
  } catch {
    return undefined
  }
  return (password, task) =>
    new Promise((resolve, reject) => {
      const { salt: nonce, memoryCost: memory, timeCost: passes, parallelism, hashLength: tagLength } = task
      const parameters = { message: password, nonce, memory, passes, parallelism, tagLength }
      argon2(task.variety, parameters, (error, hash) => (error === null ? resolve(hash) : reject(error)))
    })
}

function ofNodeRs(nodeRs: NodeRs, version: number): Derive {
  return (password, { variety, salt, memoryCost, timeCost, parallelism, hashLength: outputLen }) =>
    nodeRs.hashRaw(password, {
      algorithm: VARIETIES[variety],
      version,
      salt,
      memoryCost,
      timeCost,
      parallelism,
      outputLen,
    })
}
