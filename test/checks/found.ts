/** What the checks find of a site with these settings, for the tests of the checks. */
import type { CheckMessage, CheckOptions } from '../../src/index.ts'
import type { PosternOptions } from '../../src/options.ts'
import { testPostern } from '../support/postern.ts'

/** All findings but what is said of the tests' clock and hasher. */
export async function findings(
  options: Partial<PosternOptions> = {},
  { deploy = false, database = false }: CheckOptions = {},
): Promise<readonly CheckMessage[]> {
  // The findings are what is tested: they are not to be told on the terminal, too.
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    const { auth } = await testPostern({ now: Date.now, loginRedirectUrl: '/', ...options })
    return await auth.check({ deploy, database })
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Their ids, without what they have in common. */
export async function ids(options: Partial<PosternOptions> = {}, how: CheckOptions = {}): Promise<string[]> {
  return (await findings(options, how)).map(({ id }) => id.replace('postern.', ''))
}
