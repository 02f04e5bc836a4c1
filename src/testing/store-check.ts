/** A fresh store for each test of a contract, closed whatever comes of the test. */
import { it, type TestContext } from 'node:test'

/** What a contract's `create` gives. @internal */
export interface Opened {
  readonly close?: () => Promise<void> | void
}

/** Registers one test of a contract. @internal */
export type Check<S> = (title: string, test: (store: S, t: TestContext) => Promise<void>) => void

/** Opens, tests and closes. @internal */
export async function withOpened<O extends Opened>(
  create: () => Promise<O>,
  test: (opened: O) => Promise<void>,
): Promise<void> {
  const opened = await create()
  try {
    await test(opened)
  } finally {
    await opened.close?.()
  }
}

/** Tests that need the store alone. @internal */
export function storeCheck<S>(create: () => Promise<Opened & { readonly store: S }>): Check<S> {
  return (title, test) => {
    it(title, (t) => withOpened(create, ({ store }) => test(store, t)))
  }
}
