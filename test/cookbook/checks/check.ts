/** What a check of a cookbook file is. */
import type { CookbookSite } from '../cookbook-site.ts'

export interface Check {
  /** The file in examples/cookbook, without its ending. */
  readonly file: string
  /** What the document promises, as a sentence. */
  readonly promise: string
  /** Whether the file logs out: the check must fail when `logout` does not do its work. */
  readonly logsOut: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly hold: (site: CookbookSite) => Promise<void>
}
