import { z } from 'zod'
import { FaultChange, type FaultName, Faults, noFaults } from '../../../sandbox/faults/index.ts'
import { Deed, type TroubleName } from '../../../sandbox/trouble/index.ts'

/** The values of an enumeration, whatever default or optionality is around it; undefined for any other schema. */
function valuesOf(schema: unknown): readonly string[] | undefined {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return valuesOf(schema.unwrap())
  return schema instanceof z.ZodEnum ? schema.options.map(String) : undefined
}

/** As the sandbox's own schema has them, beside the types: Vitest does not check types, and a switch without a case must turn a test red too. */
export const faultNames: readonly string[] = Object.entries(Faults.shape).flatMap(([name, schema]) => {
  const values = valuesOf(schema)
  const honest: unknown = Object.entries(noFaults).find(([key]) => key === name)?.[1]
  return values === undefined ? [name] : values.filter((value) => value !== honest).map((value) => `${name}: ${value}`)
})

export const troubleNames: readonly string[] = Deed.options.flatMap(({ shape }) => {
  const { do: deed, ...rest } = shape
  const variants = Object.values(rest).flatMap((schema) => valuesOf(schema) ?? [])
  return variants.length === 0 ? [deed.value] : variants.map((variant) => `${deed.value}: ${variant}`)
})

/** The switch turned as its name says. Those that take a list or a number: as a test of them needs. */
export function faultNamed(name: FaultName): FaultChange {
  if (name === 'withheld') return { withheld: ['Observation', 'Flag'] }
  if (name === 'atOnce') return { atOnce: 1 }
  const [key = '', value] = name.split(': ')
  return FaultChange.parse({ [key]: value })
}

/** The entries of a table with their names as what they are. */
export const casesOf = <Name extends FaultName | TroubleName, Case>(table: Readonly<Record<Name, Case>>): readonly (readonly [Name, Case])[] =>
  // The keys of a record are its names; TypeScript calls them texts.
  Object.entries(table) as unknown as (readonly [Name, Case])[]
