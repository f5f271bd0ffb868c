/**
 * A Global Trade Item Number of fourteen digits, for a product from 0 to 99,999.
 * The prefix 952 is kept by GS1 for demonstrations and examples: no product in the world has this number.
 */
export function tradeNumber(product: number): string {
  const digits = `0952${String(1234)}${String(product).padStart(5, '0')}`
  return `${digits}${checkDigit(digits)}`
}

/** GS1 General Specifications §7.9: weights 3 and 1 from the right. */
function checkDigit(digits: string): number {
  const sum = [...digits].toReversed().reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 3 : 1), 0)
  return (10 - (sum % 10)) % 10
}
