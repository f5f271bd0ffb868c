import { useState } from 'react'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { focusFirst } from '../../ui/focus-first.ts'
import { FailureNotice } from '../failure/index.ts'

/** The way in that always works: the EHR asks who it is. */
export function FullSignIn({ primary, label, forgotPin = false }: { readonly primary: boolean; readonly label: string; readonly forgotPin?: boolean }) {
  const { bridge } = useServices()
  const [failure, setFailure] = useState<ShownFailure>()
  const begin = () => {
    setFailure(undefined)
    bridge.call('session.signIn', forgotPin ? { forgotPin } : {}).catch((error: unknown) => setFailure(failureOf(error)))
  }
  return (
    <>
      {failure ? <FailureNotice failure={failure} role="alert" /> : null}
      <Button kind={primary ? 'primary' : 'secondary'} ref={primary ? focusFirst : null} onClick={begin}>
        {label}
      </Button>
    </>
  )
}
