/** A limit for what a driver may let wait for ever. */
import { StoreUnavailable } from '../../errors.ts'

/** @throws {StoreUnavailable} when it takes longer; it goes on nevertheless */
export async function inTime<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void =>
      reject(new StoreUnavailable(`The database has not answered for ${milliseconds / 1000} s.`))
    timer = setTimeout(giveUp, milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
