import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const pictures = join(root, 'docs', 'pictures')
const pages = ['README.md', ...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md')).map((name) => join('docs', name))]

/** Each picture that the documents show: where it lies, and what whoever does not see it reads in its place. */
const shown = pages.flatMap((page) => {
  const text = readFileSync(join(root, page), 'utf8')
  const of = (path = '') => join(root, dirname(page), path)
  return [
    ...Array.from(text.matchAll(/!\[([^\]]*)\]\(([^)]+\.png)\)/g), ([, words = '', path]) => ({ page, path: of(path), words })),
    ...Array.from(text.matchAll(/<img alt="([^"]*)" src="([^"]+)">/g), ([, words = '', path]) => ({ page, path: of(path), words })),
    ...Array.from(text.matchAll(/<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)">\s*<img alt="([^"]*)"/g), ([, path, words = '']) => ({ page, path: of(path), words })),
  ]
})

it('each picture of the documents is there, is told in words too, and is quick to load', () => {
  expect(shown.length).toBeGreaterThan(20)
  for (const { page, path, words } of shown) {
    expect(words.length, `${page} ${path}`).toBeGreaterThan(15)
    // Bytes: with a palette a screen takes about half of it.
    expect(statSync(path).size, path).toBeLessThan(150_000)
  }
})

it('no picture lies there that no document shows', () => {
  expect(readdirSync(pictures).map((name) => join(pictures, name)).filter((path) => shown.every((each) => each.path !== path))).toEqual([])
})
