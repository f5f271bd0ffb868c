export { DraftBook, DraftBookProvider } from './draft-book.ts'
export { DraftBox } from './DraftBox.tsx'
export type { Whom } from './whom.ts'
