import fc from 'fast-check'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { assetOf } from './asset-path.ts'

const root = path.resolve('/srv/app')

describe('the app:// protocol', () => {
  it('serves the page and its parts', () => {
    expect(assetOf('app://chartkeep/', root)).toMatchObject({ file: path.join(root, 'index.html') })
    expect(assetOf('app://chartkeep/assets/index-a1.js?x#y', root)).toMatchObject({ file: path.join(root, 'assets/index-a1.js'), type: 'text/javascript; charset=utf-8' })
  })

  it.each([
    'app://chartkeep/../secret.js',
    'app://chartkeep/%2e%2e/secret.js',
    'app://chartkeep/..%2fsecret.js',
    String.raw`app://chartkeep/..\secret.js`,
    'app://chartkeep//etc/passwd.js',
    'app://chartkeep/a/..b/../../c.js',
    'app://elsewhere/index.html',
    'app://chartkeep.evil/index.html',
    'file:///etc/passwd',
    'app://chartkeep/keys.json',
    'app://chartkeep/index.html\0.js',
  ])('refuses %s', (url) => {
    expect(assetOf(url, root)).toBeUndefined()
  })

  it('never leaves its folder, whatever is asked', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('..', '%2e%2e', '\\', '/', '.js', '%00', 'a'))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const asset = assetOf(`app://chartkeep/${pieces.join('')}`, root)
        if (asset) expect(path.relative(root, asset.file).startsWith('..')).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
})
