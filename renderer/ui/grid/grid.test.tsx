import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { Grid } from './Grid.tsx'
import { Listing } from './Listing.tsx'

const nothing = () => undefined

describe('a list', () => {
  const drawn = (lines: readonly string[] | undefined, failed?: string) =>
    renderToStaticMarkup(
      <Listing lines={lines} loading="Loading…" failed={failed} standing={`${lines?.length ?? 0} lines`} stale="As of noon.">
        {(shown) => <ul>{shown.join()}</ul>}
      </Listing>,
    )

  it('that has not come says that it is coming, and neither that there is none nor how many', () => {
    expect(drawn(undefined)).toBe('<output aria-busy="true">Loading…</output>')
  })

  it('that could not be read says so, and nothing else', () => {
    expect(drawn(undefined, 'The EHR was not reached.')).toBe('The EHR was not reached.')
  })

  it('with nothing in it says how many there are, and draws no lines', () => {
    expect(drawn([])).toBe('0 linesAs of noon.')
  })

  it('that is from an earlier time says so over its lines', () => {
    expect(drawn(['a', 'b'], 'The EHR was not reached.')).toBe('2 linesAs of noon.<ul>a,b</ul>')
  })
})

describe('who listens to a grid', () => {
  const columns = [
    { id: 'name', head: 'Name', cell: (line: string) => line },
    { id: 'site', head: 'Site', cell: (line: string) => line },
  ] as const
  const grid = (more: object) =>
    renderToStaticMarkup(<Grid label="Workstations" testId="desk" columns={columns} widths="" lines={['a', 'b']} idOf={(line) => line} pointed={undefined} onPoint={nothing} {...more} />)

  it('hears how many lines there are, also where not all of them are here', () => {
    expect(grid({})).toContain('aria-rowcount="3"')
    expect(grid({ count: 600 })).toContain('aria-rowcount="601"')
  })

  it('hears which head sorts, and which way', () => {
    const html = grid({ sort: { by: 'site', descending: true, onSort: nothing } })
    expect(html.match(/aria-sort="[a-z]+"/g)).toEqual(['aria-sort="none"', 'aria-sort="descending"'])
    expect(grid({})).not.toContain('aria-sort')
  })

  it('hears that several may be chosen where they may, and meets a box to choose all', () => {
    const choosing = { chosen: new Set(), isAll: false, allLabel: 'Choose all', label: (line: string) => line, onToggle: nothing, onExtend: nothing, onAll: nothing }
    expect(grid({ choosing })).toContain('aria-multiselectable="true"')
    expect(grid({ choosing })).toContain('aria-label="Choose all"')
    expect(grid({})).not.toContain('aria-multiselectable')
  })
})
