/** How the tables and columns are called in JavaScript. */

/** @param name of a column or table: `last_login` @returns `lastLogin` */
export function camelCase(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** @param name of a table: `auth_user` @returns `AuthUser` */
export function modelName(name: string): string {
  return camelCase(`_${name}`)
}
