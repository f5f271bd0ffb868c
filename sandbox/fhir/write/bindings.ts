import { type InternalSchemaElement, tryGetDataType } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import { refuse } from '../outcomes.ts'
import type { Terminology } from '../terminology/terminology.ts'

type Members = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

/** Whether a value keeps to a required binding (FHIR R4 §4.1.5): of a CodeableConcept one of the codings does. What cannot be told does. */
function isBound(terminology: Terminology, valueSet: string, type: string, value: unknown): boolean {
  const isIn = (coding: unknown) => {
    const code = isObject(coding) ? textOf(coding['code']) : undefined
    return isObject(coding) && code !== undefined && terminology.contains(valueSet, textOf(coding['system']), code) !== false
  }
  switch (type) {
    case 'code':
    case 'string':
    case 'uri':
      return typeof value !== 'string' || terminology.contains(valueSet, undefined, value) !== false
    case 'Coding':
    case 'Quantity':
      return !isObject(value) || value['code'] === undefined || isIn(value)
    case 'CodeableConcept': {
      if (!isObject(value)) return true
      const codings = Array.isArray(value['coding']) ? value['coding'] : []
      return codings.some(isIn) || terminology.expand(valueSet) === undefined
    }
    default:
      return true
  }
}

/** The values of one element, each with the type that it has: `value[x]` is any of several names. */
function* valuesOf(object: Members, name: string, { type }: InternalSchemaElement): Generator<{ type: string; value: unknown }> {
  for (const { code } of type) {
    const key = name.endsWith('[x]') ? `${name.slice(0, -3)}${code.charAt(0).toUpperCase()}${code.slice(1)}` : name
    const found = Object.hasOwn(object, key) ? object[key] : undefined
    for (const value of Array.isArray(found) ? found : [found]) if (value !== undefined && value !== null) yield { type: code, value }
  }
}

function check(terminology: Terminology, object: Members, type: string, path: string): void {
  const own = type === 'Resource' ? (textOf(object['resourceType']) ?? type) : type
  for (const [name, element] of Object.entries(tryGetDataType(own)?.elements ?? {})) {
    const { binding } = element
    for (const { type: its, value } of valuesOf(object, name, element)) {
      const at = `${path}.${name.replace('[x]', '')}`
      if (binding?.strength === 'required' && binding.valueSet !== undefined && !isBound(terminology, binding.valueSet, its, value)) {
        throw refuse('not-in-value-set', `${at} is not of the value set that R4 requires.`)
      }
      if (isObject(value)) check(terminology, value, its, at)
    }
  }
}

/**
 * Checks every required binding of a resource against the definitions: the library's validator does not. Its shape and depth have been
 * checked. Bindings of other strengths are advice.
 * @throws 422; the text names the element, not what was in it
 */
export function checkBindings(terminology: Terminology, resource: Resource): void {
  check(terminology, { ...resource }, resource.resourceType, resource.resourceType)
}
