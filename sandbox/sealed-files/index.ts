export { fileKeyRoutes } from './routes.ts'
export { isSealedFile, type SealedFiles, sealedFileId, sealedFiles, sealedFileType } from './sealed-files.ts'
