/** The lines that `init` writes and shows, for what it finds in package.json. */
import { existsSync, readFileSync } from 'node:fs'

export type Framework = 'express' | 'node'

/** What there is in the working directory. */
export interface Project {
  readonly framework: Framework
  /** Of the settings file. */
  readonly file: string
  /** Postern is among the dependencies. */
  readonly hasPostern: boolean
  readonly hasManifest: boolean
}

interface Manifest {
  readonly type?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

export function findProject(): Project {
  const manifest = readManifest()
  const names = new Set(Object.keys({ ...manifest?.dependencies, ...manifest?.devDependencies }))
  const typescript = names.has('typescript') || existsSync('tsconfig.json')
  const modules = manifest?.type === 'module'
  // Outside of a package of modules the file says by its name that it is one.
  const ending = `${modules ? '' : 'm'}${typescript ? 'ts' : 'js'}`
  return {
    framework: names.has('express') ? 'express' : 'node',
    file: `postern.config.${ending}`,
    hasPostern: names.has('postern'),
    hasManifest: manifest !== undefined,
  }
}

function readManifest(): Manifest | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'))
    return typeof manifest === 'object' && manifest !== null ? manifest : undefined
  } catch {
    // None, or one that cannot be read: then nothing is known of the project.
    return undefined
  }
}

export const CONFIG_TEXT: string = [
  '/** The settings of Postern; the application and the command `postern` import them. */',
  "import { createPostern } from 'postern'",
  "import { sqlite } from 'postern/sqlite'",
  '',
  'export const auth = createPostern({',
  '  // From the environment, never from the repository; `npx postern gensecret` makes one. Without it, development makes one up',
  '  // at each start, and everybody is logged out by a restart.',
  '  secretKey: process.env.SECRET_KEY,',
  "  database: sqlite('app.db'),",
  '  // Where logging in leads.',
  "  loginRedirectUrl: '/',",
  '  // Needed where the site is served (NODE_ENV=production): the hosts that it answers to.',
  "  // allowedHosts: ['shop.example'],",
  '})',
  '',
].join('\n')

const LINES: Readonly<Record<Framework, readonly string[]>> = {
  express: [
    "import { postern } from 'postern/express'",
    '',
    'const { middleware, loginRequired } = postern(auth)',
    'app.use(middleware) // before the routes; answers /accounts/login/ and /accounts/logout/',
    `app.get('/', loginRequired((req, res) => { res.send(\`Hello \${req.user.username}\`) }))`,
  ],
  node: [
    "import { createServer } from 'node:http'",
    "import { postern } from 'postern/node'",
    '',
    'const { handler, loginRequired } = postern(auth) // answers /accounts/login/ and /accounts/logout/',
    `const home = loginRequired((req, res, request) => res.end(\`Hello \${request.user.username}\`))`,
    'createServer(handler(home)).listen(3000)',
  ],
}

/** The lines for the application's own server. */
export function serverLines({ framework, file }: Project): string {
  const lines = LINES[framework]
  return lines.toSpliced(lines.indexOf(''), 0, `import { auth } from './${file}'`).join('\n')
}
