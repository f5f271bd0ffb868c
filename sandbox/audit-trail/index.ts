export { fileMadeUpTrail } from './file.ts'
