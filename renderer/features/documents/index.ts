export { DocumentFile } from './DocumentFile.tsx'
export type { DocumentPort } from './read-file.ts'
