import { assertNever } from '../../shared/assert-never.ts'
import type { Spoiling } from './trouble.ts'

/** Where the lies point to. */
export interface Places {
  readonly fhirBase: string
  /** `https://host:port` that is not the API's, as far as a client can tell. */
  readonly otherHost: string
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export const script = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>\u202Eevil'

/** A body as a hostile or broken server would send it. `counter` makes one page differ from another. Pure. */
export function spoil(body: string, how: Spoiling, places: Places, counter: number): Buffer {
  switch (how) {
    case 'cut-short':
      return Buffer.from(body).subarray(0, Math.floor(body.length / 2))
    case 'byte-order-mark':
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(body)])
    case 'not-utf8': {
      const bytes = Buffer.from(body)
      // The id of the first entry, or of the resource.
      const at = bytes.indexOf('"id":"', Math.max(0, bytes.indexOf('"resource":')))
      if (at >= 0) bytes[at + 6] = 0xff
      return bytes
    }
    case 'utf-16':
      return Buffer.from(`\uFEFF${body}`, 'utf16le')
    case 'deep':
      return Buffer.from(`{"resourceType":"Bundle","type":"searchset","entry":[],"extension":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)
    case 'deep-entry':
      // Written by hand: a serializer would run out of stack.
      return Buffer.from(body.replace('"entry":[', `"entry":[{"resource":{"resourceType":"Condition","id":"deep","extension":${'['.repeat(100_000)}${']'.repeat(100_000)}}},`))
    case 'not-json':
      return Buffer.from('<!doctype html><title>Welcome to guest Wi-Fi</title>')
    case 'xml':
      return Buffer.from('<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]><Bundle xmlns="http://hl7.org/fhir"><id value="&a;"/></Bundle>')
    case 'huge-numbers':
      return Buffer.from(body.replace(/(":\s*)-?\d+(?:\.\d+)?(?=[,}\]])/g, '$11e400'))
    case 'prototype-keys':
      return Buffer.from(body.replace(/\{(?=")/g, '{"__proto__":{"status":"entered-in-error","toString":1},"constructor":{"prototype":{"polluted":true}},'))
    default:
      return Buffer.from(JSON.stringify(lie(JSON.parse(body), how, places, counter)))
  }
}

type Lie = Exclude<Spoiling, 'cut-short' | 'byte-order-mark' | 'not-utf8' | 'utf-16' | 'deep' | 'deep-entry' | 'not-json' | 'xml' | 'huge-numbers' | 'prototype-keys'>

function lie(document: Json, how: Lie, { fhirBase, otherHost }: Places, counter: number): Json {
  const bundle = isObject(document) ? document : {}
  const entries = Array.isArray(bundle['entry']) ? bundle['entry'] : []
  const links = Array.isArray(bundle['link']) ? bundle['link'] : []
  const self = links.find((link) => isObject(link) && link['relation'] === 'self')
  const own = isObject(self) && typeof self['url'] === 'string' ? self['url'] : `${fhirBase}/Condition?page=1`
  const withNext = (url: string) => ({ ...bundle, link: [...links.filter((link) => !isObject(link) || link['relation'] !== 'next'), { relation: 'next', url }] })
  switch (how) {
    case 'script':
      return eachText(document, (key, text) => (isShown(key) ? script : text))
    case 'nulls':
      return everyOtherNull(document, { left: 0 })
    case 'duplicate-ids':
      return { ...bundle, entry: [...entries, ...entries] }
    case 'lying-total':
      return { ...bundle, total: 100_000 }
    case 'circular-next':
      return withNext(own)
    case 'foreign-next':
      return withNext(own.replace(new URL(own).origin, `${otherHost}/elsewhere`))
    case 'plain-next':
      return withNext(own.replace('https:', 'http:'))
    case 'endless-next':
      return withNext(`${own}&_page=${counter}`)
    case 'stranger':
      return { ...bundle, entry: [...entries, ...entries.slice(0, 1).map((entry) => aboutSomebodyElse(entry))] }
    case 'strangers':
      return { ...bundle, entry: entries.map((entry) => aboutSomebodyElse(entry)) }
    case 'no-self':
      return { ...bundle, link: links.filter((link) => link !== self) }
    default:
      return assertNever(how)
  }
}

const isObject = (value: Json | undefined): value is { [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a screen may show, and nothing decides by. */
const isShown = (key: string) => ['text', 'display', 'div', 'title', 'family', 'given', 'unit', 'description', 'patientInstruction', 'line', 'city'].includes(key)

function eachText(value: Json, change: (key: string, text: string) => string, key = ''): Json {
  if (typeof value === 'string') return change(key, value)
  if (Array.isArray(value)) return value.map((item) => eachText(item, change, key))
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, eachText(item, change, name)])) : value
}

function everyOtherNull(value: Json, counter: { left: number }, depth = 0): Json {
  // Type, id, whose it is, and the bundle itself stay: otherwise it would all be left out.
  if (Array.isArray(value)) return value.map((item) => everyOtherNull(item, counter, depth + 1))
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, depth < 4 || ['resourceType', 'id', 'subject', 'patient', 'reference'].includes(name) ? everyOtherNull(item, counter, depth + 1) : (counter.left += 1) % 2 === 0 ? null : everyOtherNull(item, counter, depth + 1)]))
  }
  return value
}

function aboutSomebodyElse(value: Json): Json {
  return eachText(value, (key, text) => (key === 'reference' ? text.replace(/Patient\/.*/, 'Patient/somebody-else') : key === 'id' ? `${text.slice(0, 50)}-x` : isShown(key) ? 'Their disease' : text))
}
