/** `postern/nunjucks`: templates that read as Django's. */
export { type NunjucksOptions, nunjucks } from './engines/nunjucks.ts'
