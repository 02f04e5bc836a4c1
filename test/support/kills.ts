/** How often tests kill what they have started: ten times, or as often as `npm run soak` says. */
export const KILLS: number = Number(process.env.POSTERN_KILLS || 10)

/** Milliseconds for a test with so many kills. @param each how long one may take on a slow machine */
export function timeFor(each: number): number {
  return 60_000 + KILLS * each
}
