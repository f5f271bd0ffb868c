/** Whom a note is about, in the words of the banner. */
export interface Whom {
  readonly name: string
  /** `born 07-Mar-1954 (72 y)` */
  readonly born: string
  /** `MRN 104-22-871` */
  readonly number: string
}
