import type { CapabilityStatement, CapabilityStatementRestResource, CapabilityStatementRestResourceInteraction } from '@medplum/fhirtypes'
import { isAmendable, isDeletable, isWritable } from './access/access.ts'
import { indexedParameter, indexedParameters } from './search/definitions.ts'
import { isSearched, servedTypes, type ServedType } from './access/served-types.ts'

const interactions = (type: string): CapabilityStatementRestResourceInteraction[] => [
  { code: 'read' },
  { code: 'vread' },
  { code: 'history-instance' },
  ...(isSearched(type) ? [{ code: 'search-type' } as const, { code: 'history-type' } as const] : []),
  ...(isWritable(type) ? [{ code: 'create' } as const] : []),
  ...(isAmendable(type) ? [{ code: 'update' } as const] : []),
  ...(isDeletable(type) ? [{ code: 'delete' } as const] : []),
]

/** What may bring itself along with records of a type. */
const pointingAt = (type: string): string[] =>
  servedTypes.flatMap((row) =>
    (row.includes ?? []).filter((code) => indexedParameter(row.type, code)?.targets.includes(type) === true).map((code) => `${row.type}:${code}`),
  )

function resourceOf({ type, about, includes = [] }: ServedType): CapabilityStatementRestResource {
  const common = [
    { name: '_id', type: 'token', definition: 'http://hl7.org/fhir/SearchParameter/Resource-id' },
    { name: '_lastUpdated', type: 'date', definition: 'http://hl7.org/fhir/SearchParameter/Resource-lastUpdated' },
  ] as const
  const revIncludes = isSearched(type) && about !== 'audit' ? pointingAt(type) : []
  const own = indexedParameters(type).map(({ code, definition }) => ({
    name: code,
    type: definition.type,
    ...(definition.url === undefined ? {} : { definition: definition.url }),
  }))
  return {
    type,
    interaction: interactions(type),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: false,
    conditionalCreate: isWritable(type) && isSearched(type),
    conditionalRead: 'not-match',
    conditionalUpdate: isAmendable(type) && isSearched(type),
    conditionalDelete: isDeletable(type) ? 'single' : 'not-supported',
    ...(includes.length === 0 ? {} : { searchInclude: includes.map((code) => `${type}:${code}`) }),
    ...(revIncludes.length === 0 ? {} : { searchRevInclude: revIncludes }),
    ...(type === 'Patient' ? { operation: [{ name: 'everything', definition: 'http://hl7.org/fhir/OperationDefinition/Patient-everything' }] } : {}),
    ...(isSearched(type) ? { searchParam: [...common, ...own] } : {}),
  }
}

/** What this server does, read from the same tables as what it does. `now` is epoch milliseconds. */
export function capabilityStatement(baseUrl: string, now: number): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: new Date(now).toISOString(),
    kind: 'instance',
    software: { name: 'Chartkeep sandbox EHR' },
    implementation: { description: 'Synthetic patients. No real person is described.', url: baseUrl },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    implementationGuide: ['http://hl7.org/fhir/us/core/ImplementationGuide/hl7.fhir.us.core|7.0.0'],
    rest: [
      {
        mode: 'server',
        security: {
          service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] }],
          description: 'SMART App Launch 2.x; see .well-known/smart-configuration below this address. Access follows scope, role, care team and restriction.',
        },
        resource: servedTypes.map(resourceOf),
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
        operation: [
          { name: 'expand', definition: 'http://hl7.org/fhir/OperationDefinition/ValueSet-expand' },
          { name: 'validate-code', definition: 'http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code' },
          { name: 'lookup', definition: 'http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup' },
        ],
      },
    ],
  }
}
