import type { Parameters, ValueSet } from '@medplum/fhirtypes'
import { z } from 'zod'
import type { Answer, Ask } from '../exchange.ts'
import { foldText } from '../search/folded-text.ts'
import { refuse } from '../outcomes.ts'
import { mostCount } from '../search/search-plan.ts'
import type { Member, Terminology } from './terminology.ts'

const Value = z.looseObject({
  name: z.string(),
  valueUri: z.string().optional(), valueUrl: z.string().optional(), valueCode: z.string().optional(), valueString: z.string().optional(),
  valueInteger: z.number().int().optional(), valueCoding: z.looseObject({ system: z.string().optional(), code: z.string().optional() }).optional(),
})
const Posted = z.looseObject({ resourceType: z.literal('Parameters'), parameter: z.array(Value).default([]) })

type Named = ReadonlyMap<string, string>

/** What is asked, from the query or from posted Parameters. @throws 400 for a name that is not known: the answer would be another one */
function read({ pairs, body }: Ask, known: readonly string[]): Named {
  const all = [...pairs]
  if (body !== undefined && body !== null) {
    const { success, data } = Posted.safeParse(body)
    if (!success) throw refuse('bad-request', 'The body is not Parameters.')
    for (const { name, valueUri, valueUrl, valueCode, valueString, valueInteger, valueCoding } of data.parameter) {
      if (name === 'coding' && valueCoding !== undefined) all.push(['system', valueCoding.system ?? ''], ['code', valueCoding.code ?? ''])
      else all.push([name, valueUri ?? valueUrl ?? valueCode ?? valueString ?? String(valueInteger ?? '')])
    }
  }
  for (const [name] of all) if (!known.includes(name) && name !== '_format') throw refuse('not-supported', 'A parameter is not known here.')
  return new Map(all)
}

function needed(named: Named, name: string): string {
  const value = named.get(name)
  if (value === undefined || value === '') throw refuse('bad-request', `The parameter ${name} is needed.`)
  return value
}

function countOf(named: Named, name: string, otherwise: number): number {
  const text = named.get(name)
  if (text === undefined) return otherwise
  if (!/^\d{1,9}$/.test(text)) throw refuse('bad-request', `The parameter ${name} is not a number from 0.`)
  return Number(text)
}

const parameters = (parameter: NonNullable<Parameters['parameter']>): Answer => ({
  status: 200, text: JSON.stringify({ resourceType: 'Parameters', parameter } satisfies Parameters),
})

/** `ValueSet/$expand`: the members whose words begin with what is sought, in their own order, a page of them. */
export function answerExpand(terminology: Terminology, now: number, ask: Ask): Answer {
  const named = read(ask, ['url', 'filter', 'count', 'offset'])
  const url = needed(named, 'url')
  const members = terminology.expand(url)
  if (members === undefined) throw refuse('not-found', 'There is no value set of this url that can be listed.')
  const sought = foldText(named.get('filter') ?? '').split(' ').filter((word) => word !== '')
  const isSought = ({ display, code }: Member) => {
    const words = foldText(`${display ?? ''} ${code}`).split(' ')
    return sought.every((one) => words.some((word) => word.startsWith(one)))
  }
  const found = members.filter(isSought)
  const offset = countOf(named, 'offset', 0)
  const page = found.slice(offset, offset + Math.min(countOf(named, 'count', mostCount), mostCount))
  const expansion: ValueSet = {
    resourceType: 'ValueSet', status: 'active', url,
    expansion: { timestamp: new Date(now).toISOString(), total: found.length, offset, contains: page.map((member) => ({ ...member })) },
  }
  return { status: 200, text: JSON.stringify(expansion) }
}

/** `ValueSet/$validate-code`: whether a code is a member, and what it is called. */
export function answerValidateCode(terminology: Terminology, ask: Ask): Answer {
  const named = read(ask, ['url', 'system', 'code', 'display', 'coding'])
  const [url, code, system] = [needed(named, 'url'), needed(named, 'code'), needed(named, 'system')]
  const isIn = terminology.contains(url, system, code)
  if (isIn === undefined) throw refuse('not-found', 'There is no value set of this url that can be listed.')
  const display = terminology.display(system, code)
  const isCalledSo = named.get('display') === undefined || display === undefined || foldText(display) === foldText(named.get('display') ?? '')
  return parameters([
    { name: 'result', valueBoolean: isIn && isCalledSo },
    ...(isIn && isCalledSo ? [] : [{ name: 'message', valueString: isIn ? 'The display is another one.' : 'The code is not in the value set.' }]),
    ...(display === undefined || !isIn ? [] : [{ name: 'display', valueString: display }]),
  ])
}

/** `CodeSystem/$lookup`: what a code is called. */
export function answerLookup(terminology: Terminology, ask: Ask): Answer {
  const named = read(ask, ['system', 'code', 'coding'])
  const [system, code] = [needed(named, 'system'), needed(named, 'code')]
  const display = terminology.display(system, code)
  if (display === undefined) throw refuse('not-found', 'The code is not known here.')
  return parameters([{ name: 'name', valueString: system }, { name: 'display', valueString: display }])
}
