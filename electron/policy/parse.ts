import { type DocumentNode, parse as parseJson, type ValueNode } from '@humanwhocodes/momoa'
import type { z } from 'zod'
import { Policy } from '../../shared/policy.ts'
import type { PolicyRefusal } from './refusal.ts'

export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy; /** Where a key stands, to say more about its value later. */ readonly placeOf: (path: readonly PropertyKey[]) => Place }
  | { readonly ok: false; readonly refusal: PolicyRefusal }

interface Place {
  readonly line: number
  readonly column: number
}

/** Reads a policy as an administrator wrote it. Pure; every refusal names the line and the reason. */
export function parsePolicy(source: string): ParsedPolicy {
  // Windows editors put a byte order mark in front (RFC 8259 §8.1 lets a reader ignore it).
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source
  const read = readJson(text)
  if ('refusal' in read) return { ok: false, refusal: read.refusal }
  const twice = findDuplicate(read.tree.body, [])
  if (twice) return { ok: false, refusal: twice }
  const placeOf = (path: readonly PropertyKey[]) => locate(read.tree.body, path)
  const parsed = Policy.safeParse(read.value)
  if (parsed.success) return { ok: true, policy: parsed.data, placeOf }
  const [issue] = parsed.error.issues
  return { ok: false, refusal: issue ? refusalOf(issue, placeOf) : { reason: 'value', line: 1, column: 1, key: '', detail: 'does not fit' } }
}

function readJson(text: string): { readonly value: unknown; readonly tree: DocumentNode } | { readonly refusal: PolicyRefusal } {
  const syntax = (place: Place, detail: string) => ({ refusal: { reason: 'syntax', ...place, key: '', detail } as const })
  let tree: DocumentNode
  try {
    tree = parseJson(text, { mode: 'json' })
  } catch (error) {
    const place = isPlaced(error) ? { line: error.line, column: error.column } : { line: 1, column: 1 }
    return syntax(place, error instanceof Error ? error.message : 'not JSON')
  }
  try {
    return { value: JSON.parse(text), tree }
  } catch (error) {
    // What the tree let pass and JSON does not: a line break or a tab inside a text.
    const offset = Number(/position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1] ?? 0)
    return syntax(placeAt(text, offset), 'a control character inside a text')
  }
}

function isPlaced(error: unknown): error is { readonly line: number; readonly column: number } {
  return typeof error === 'object' && error !== null && 'line' in error && 'column' in error && typeof error.line === 'number' && typeof error.column === 'number'
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

function refusalOf(issue: z.core.$ZodIssue, placeOf: (path: readonly PropertyKey[]) => Place): PolicyRefusal {
  const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const path = unknownKey === undefined ? issue.path : [...issue.path, unknownKey]
  return { reason: unknownKey === undefined ? 'value' : 'unknown-key', ...placeOf(path), key: path.map(String).join('.'), detail: issue.message }
}

function findDuplicate(node: ValueNode, path: readonly string[]): PolicyRefusal | undefined {
  if (node.type === 'Array') return node.elements.map((element, index) => findDuplicate(element.value, [...path, String(index)])).find(Boolean)
  if (node.type !== 'Object') return undefined
  const seen = new Set<string>()
  for (const member of node.members) {
    const name = nameOf(member.name)
    const here = [...path, name]
    if (seen.has(name)) {
      const { line, column } = member.loc.start
      return { reason: 'duplicate-key', line, column, key: here.join('.'), detail: 'this key stands there twice' }
    }
    seen.add(name)
    const deeper = findDuplicate(member.value, here)
    if (deeper) return deeper
  }
  return undefined
}

/** The place of the deepest node of the path that exists: a missing key is reported where it should have stood. */
function locate(root: ValueNode, path: readonly PropertyKey[]): Place {
  let node = root
  let place: Place = root.loc.start
  for (const step of path) {
    const member = node.type === 'Object' ? node.members.find((one) => nameOf(one.name) === step) : undefined
    const element = node.type === 'Array' && typeof step === 'number' ? node.elements[step] : undefined
    const found = member ?? element
    if (!found) break
    place = found.loc.start
    node = found.value
  }
  return { line: place.line, column: place.column }
}

function nameOf(name: { readonly type: 'String'; readonly value: string } | { readonly type: 'Identifier'; readonly name: string }): string {
  return name.type === 'String' ? name.value : name.name
}
