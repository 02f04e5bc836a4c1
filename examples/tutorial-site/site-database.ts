/** The site's own table, in the file that Postern's are in: a blog. */
import { DatabaseSync } from 'node:sqlite'

export interface Post {
  readonly id: number
  readonly title: string
  readonly body: string
  readonly author: string
  /** Milliseconds since 1970. */
  readonly written: number
}

export class SiteDatabase {
  readonly #database: DatabaseSync

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { timeout: 1000 })
    this.#database.exec(`CREATE TABLE IF NOT EXISTS site_post
      (id integer PRIMARY KEY, title text NOT NULL, body text NOT NULL, author text NOT NULL, written integer NOT NULL)`)
  }

  posts(): readonly Post[] {
    return this.#database.prepare('SELECT * FROM site_post ORDER BY id DESC LIMIT 20').all() as unknown as Post[]
  }

  post(id: number): Post | undefined {
    return this.#database.prepare('SELECT * FROM site_post WHERE id = ?').get(id) as unknown as Post | undefined
  }

  /** @returns the new post's id */
  write(title: string, body: string, author: string): number {
    const insert = this.#database.prepare('INSERT INTO site_post (title, body, author, written) VALUES (?, ?, ?, ?)')
    return Number(insert.run(title, body, author, Date.now()).lastInsertRowid)
  }
}
