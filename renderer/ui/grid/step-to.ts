/** Lines that Page Up and Page Down move by. */
const pageLines = 12

/** The line that a key of a list leads to, from a line (-1: none) of so many. Undefined: no key of a list. */
export function stepTo(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return Math.min(at + 1, count - 1)
    case 'ArrowUp':
      return Math.max(at - 1, 0)
    case 'PageDown':
      return Math.min(at + pageLines, count - 1)
    case 'PageUp':
      return Math.max(at - pageLines, 0)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}
