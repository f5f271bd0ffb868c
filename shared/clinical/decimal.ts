import { fields } from './untrusted.ts'

/**
 * A FHIR decimal as it was written: `5.10` is not `5.1` (https://hl7.org/fhir/R4/datatypes.html#decimal). JSON.parse
 * forgets the difference, so `parseFhirJson` keeps it in the number's primitive extension.
 */
export type Decimal = string & { readonly __decimal: unique symbol }

const lexical = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
/** The extension of a number that says how it was written. */
const writtenAs = 'urn:chartkeep:decimal-as-written'

/**
 * A number in JSON that JavaScript may write back otherwise: a fraction that ends in 0, an exponent, -0, more digits than a
 * double holds, a fraction small enough to be printed with an exponent. Most bundles have none and are parsed at full speed.
 */
const losesSomething =
  /[:[,]\s*-?(?:0|[1-9]\d*)(?:\.\d*0|\.\d{5,}|(?:\.\d+)?[eE][+-]?\d+|(?<=-0)|(?<=\d{16})|(?<=\d{10})\.\d+)(?=\s*[,}\]])/

/** Passed to a JSON.parse reviver where the engine can (Chrome 114, V8 11.4). */
type Context = { readonly source?: string }

/**
 * Parses FHIR JSON and loses no digit: where a number was written in another way than JavaScript would, its sibling `_key`
 * gets an extension with the text. @throws SyntaxError when it is not JSON.
 */
export function parseFhirJson(json: string): unknown {
  if (!losesSomething.test(json)) return JSON.parse(json)
  return JSON.parse(json, function keepText(this: unknown, key: string, value: unknown, context?: Context) {
    const source = context?.source
    if (typeof value !== 'number' || source === undefined || source === String(value)) return value
    const holder = fields<Record<string, unknown>>(this)
    if (holder !== undefined && holder[`_${key}`] === undefined) {
      // True: `this` in a reviver is the object being built, ours alone.
      ;(this as Record<string, unknown>)[`_${key}`] = { extension: [{ url: writtenAs, valueString: source }] }
    }
    return value
  })
}

/** A number as written. `sibling` is its `_key`; a text there that is not the same number is ignored. Undefined for what is no finite number. */
export function readDecimal(value: unknown, sibling?: unknown): Decimal | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined
  const extensions = fields<{ extension: unknown }>(sibling)?.extension
  if (Array.isArray(extensions)) {
    for (const entry of extensions as readonly unknown[]) {
      const read = fields<{ url: string; valueString: string }>(entry)
      const text = read?.valueString
      if (read?.url === writtenAs && typeof text === 'string' && text.length <= 64 && lexical.test(text) && Number(text) === value) {
        return text as Decimal // checked just above
      }
    }
  }
  return (Object.is(value, -0) ? '0' : String(value)) as Decimal // a finite number prints as a decimal
}

/** Digits without an exponent: `1.20e-3` → `0.00120`. Beyond 40 places it stays as it is: nobody could count them. */
function expand(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (match?.[4] === undefined) return text
  const [, sign = '', whole = '', fraction = '', exponent] = match
  const shift = Number(exponent)
  if (Math.abs(shift) > 40) return text
  const digits = whole + fraction
  const point = whole.length + shift
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return `${sign}${(digits + '0'.repeat(point - digits.length)).replace(/^0+(?=\d)/, '')}`
  return `${sign}${digits.slice(0, point).replace(/^0+(?=\d)/, '')}.${digits.slice(point)}`
}

/** As written, with separators from 1,000. No digit is lost or made up. */
export function formatDecimal(value: Decimal): string {
  const text = expand(value)
  if (/[eE]/.test(text)) return text
  const [whole = '', fraction] = text.split('.')
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

/** A dose: a zero before the point, none after the last digit (ISMP list of error-prone abbreviations; Joint Commission "Do Not Use" list). */
export function formatDose(value: Decimal): string {
  const text = formatDecimal(value)
  return /\.\d*0$/.test(text) ? text.replace(/\.?0+$/, '') : text
}
