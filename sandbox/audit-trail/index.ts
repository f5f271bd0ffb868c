export { fileMadeUpTrail } from './file.ts'
export { madeUpTrail, type TrailSetting } from './made-up.ts'
