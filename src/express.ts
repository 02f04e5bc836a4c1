/** `postern/express`: Postern on Express 5. */
export {
  type ExpressHandler,
  type ExpressMiddleware,
  type ExpressOptions,
  type ExpressPostern,
  type LoggedInProperties,
  type PosternProperties,
  postern,
} from './adapters/express.ts'
