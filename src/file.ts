/** `postern/file`: sessions in a folder of files. */
export { fileSessions } from './stores/file/file-sessions.ts'
