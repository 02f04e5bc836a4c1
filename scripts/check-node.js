// Says what to do when the scripts run on a Node that cannot run TypeScript files as they are (before 22.18,
// or 23.0 to 23.5). Plain JavaScript without imports, so that an old Node can read it.

const [major, minor] = process.versions.node.split('.').map(Number)
const runsTypeScript = major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)

if (!runsTypeScript) {
  process.stderr.write(
    `Postern's scripts need Node 22.18 or newer and this is ${process.versions.node}: run "npm rebuild node --ignore-scripts=false" to get the one that is among the dependencies (its install script was switched off), or install a newer Node.\n`,
  )
  process.exitCode = 1
}
