/** What a JSON text says; undefined where it is none. For texts that others may have written or damaged: a schema judges what comes of it. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
