/**
 * Not one of the 20,000 passwords that everybody tries first. Mirrors `CommonPasswordValidator`
 * (django/contrib/auth/password_validation.py, 5.2) with Django's own list (data/README.md).
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { ConfigurationError } from '../../errors.ts'
import { pythonStrip } from '../../kernel/python-strip.ts'
import { sentence, type Text } from '../../kernel/text.ts'
import type { PasswordProblem, PasswordValidator } from '../password-validator.ts'

/** As far up from dist/passwords/validators/ as from here. */
const DJANGO_LIST = new URL('../../../data/common-passwords.txt.gz', import.meta.url)
const GZIP = 0x1f8b

/** Settings of the validator. */
export interface CommonPasswordOptions {
  /**
   * A list of your own in small letters: an array, a set, or a file with one password a line, gzipped or not.
   * @default Django's list of 20,000
   */
  readonly passwordList?: readonly string[] | ReadonlySet<string> | string | URL
}

type List = () => Promise<ReadonlySet<string>>

/** One for all validators of a process. */
const djangoList = once(() => readList(DJANGO_LIST))

/** Refuses common passwords, whatever their capitals. The list is read when the first password is judged. */
export class CommonPasswordValidator implements PasswordValidator {
  readonly #read: List

  /** @throws {ConfigurationError} when the file of a list is not there */
  constructor({ passwordList }: CommonPasswordOptions = {}) {
    if (passwordList === undefined) this.#read = djangoList
    else if (typeof passwordList === 'string' || passwordList instanceof URL) {
      if (!existsSync(passwordList)) throw new ConfigurationError(`There is no list of passwords at ${passwordList}.`)
      this.#read = once(() => readList(passwordList))
    } else {
      const list = Promise.resolve(new Set(passwordList))
      this.#read = () => list
    }
  }

  async validate(password: string): Promise<PasswordProblem | null> {
    const list = await this.#read()
    if (!list.has(pythonStrip(password.toLowerCase()))) return null
    return { code: 'password_too_common', text: this.errorMessage() }
  }

  /** Django's `get_error_message`; a subclass may say something else. */
  protected errorMessage(): Text {
    return sentence('This password is too common.')
  }

  helpText(): Text {
    return sentence('Your password can’t be a commonly used password.')
  }
}

/** What was read stays; a file that could not be read is tried again. */
function once(read: List): List {
  let list: Promise<ReadonlySet<string>> | undefined
  return () => {
    list ??= read().catch((error) => {
      list = undefined
      throw error
    })
    return list
  }
}

async function readList(file: string | URL): Promise<ReadonlySet<string>> {
  const bytes = await readFile(file)
  const isGzip = bytes.length > 1 && bytes.readUInt16BE(0) === GZIP
  const text = (isGzip ? await promisify(gunzip)(bytes) : bytes).toString('utf8')
  const lines = text.split(/\r\n?|\n/).map(pythonStrip)
  // What comes behind the last line's end is no line: the empty password is short, not common.
  if (lines.at(-1) === '') lines.pop()
  return new Set(lines)
}
