import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Policy } from '../../shared/policy.ts'
import { parsePolicy } from './parse.ts'

const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'policy.md'), 'utf8')

/** The rows of the table of keys: key → default as written. */
const documented = new Map([...text.matchAll(/^\| `([a-zA-Z0-9.]+)` \| .*? \| (`[^`]*`|required|none) \|/gm)].map(([, key, value]) => [key, value]))

const Node = z.object({ properties: z.record(z.string(), z.unknown()).optional() })

/** Dotted names of all keys of the schema. */
function keysOf(schema: unknown, path: readonly string[] = []): string[] {
  const { properties } = Node.parse(schema)
  if (!properties) return [path.join('.')]
  return Object.entries(properties).flatMap(([name, inner]) => keysOf(inner, [...path, name]))
}

/** What holds for a key where the least policy that works does not say. */
function defaultOf(key: string): string {
  const parsed = parsePolicy('{ "ehr": { "fhirBase": "https://ehr.example.org/fhir/R4", "clientId": "c" } }')
  if (!parsed.ok) return 'refused'
  if (key === 'ehr.fhirBase' || key === 'ehr.clientId') return 'required'
  const value = key.split('.').reduce<unknown>((at, step) => (typeof at === 'object' && at !== null ? Object.entries(at).find(([name]) => name === step)?.[1] : undefined), parsed.policy)
  return value === undefined ? 'none' : `\`${JSON.stringify(value)}\``
}

describe('the administrator’s documentation of the policy', () => {
  it('names every key there is, and none that is not', () => {
    expect([...documented.keys()]).toEqual(keysOf(z.toJSONSchema(Policy, { io: 'input' })))
  })

  it('names the defaults that hold', () => {
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries([...documented.keys()].map((key) => [key, defaultOf(key ?? '')])))
  })

  it('shows a least policy that works', () => {
    expect(parsePolicy(/```json\n([^`]*)```/.exec(text)?.[1] ?? '')).toMatchObject({ ok: true })
  })
})
