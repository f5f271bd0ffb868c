import type { Handlers } from '../../rpc/router.ts'
import type { Drafts } from '../work/drafts.ts'
import type { PlaceStore } from '../work/place.ts'
import type { PortCaller } from './caller.ts'

export function draftHandlers(drafts: Drafts): Pick<Handlers<'tab', PortCaller>, 'draft.read' | 'draft.save'> {
  return {
    'draft.read'({ patient }) {
      const draft = drafts.read(patient)
      return draft === undefined ? {} : { draft }
    },
    'draft.save'({ patient, draft }, { arrival }) {
      drafts.save(patient, draft, arrival)
      return {}
    },
  }
}

export function placeHandlers(place: PlaceStore): Pick<Handlers<'workspace', PortCaller>, 'place.recall' | 'place.keep'> {
  return {
    'place.recall'() {
      const found = place.recall()
      return found === undefined ? {} : { place: found }
    },
    'place.keep'({ place: kept }) {
      place.keep(kept)
      return {}
    },
  }
}
