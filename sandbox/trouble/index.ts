export { type TroubleBook, troubleBook } from './book.ts'
export { controlHeader, troubledEdge, troubleHeader } from './edge.ts'
export { script } from './spoil.ts'
export { type TroubleInput, Troubles } from './trouble.ts'
