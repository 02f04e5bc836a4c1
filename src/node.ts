/** `postern/node`: Postern on plain node:http. */
export { type NodeHandler, type NodeOptions, type NodePostern, postern } from './adapters/node.ts'
