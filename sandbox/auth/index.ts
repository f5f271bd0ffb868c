import type { FastifyPluginAsync } from 'fastify'
import type { Identify } from '../types.ts'
import { applications, type ThirdParty } from './clients.ts'
import { answerWithFaults } from './faulty-answers.ts'
import { limitProviderGuesses } from './guess-limit.ts'
import { identifyBy } from './identify.ts'
import { type InteractionOptions, interactions, pageHeaders } from './interactions.ts'
import { mountProvider } from './mount.ts'
import { dead } from './pages.ts'
import { type AuthorizationServerOptions, authorizationServer } from './provider.ts'

export interface Auth {
  identify: Identify
  /** To be registered under `/auth`. */
  routes: FastifyPluginAsync
}

type AuthOptions = Omit<AuthorizationServerOptions, 'renderError' | 'known'> &
  Omit<InteractionOptions, 'provider' | 'known'> & { skewSeconds: () => number; thirdParties: readonly ThirdParty[] }

/** Puts the authorization server and its pages together. */
export function openAuth(options: AuthOptions): Auth {
  const { accounts, fhirBase, hospital } = options
  const known = applications(options.thirdParties)
  const provider = authorizationServer({
    ...options,
    known,
    renderError: (context, { code, explanation }) => {
      context.set(pageHeaders())
      context.body = dead({
        hospital,
        title: 'This sign-in cannot go on',
        explanation: `Go back to the application and sign in again. If it happens again, tell IT: ${explanation || 'no more is known'}.`,
        code,
      })
    },
  })
  limitProviderGuesses(provider, { tries: 60, clock: options.clock })
  answerWithFaults(provider, options)

  return {
    identify: identifyBy(provider, accounts, fhirBase),
    routes: async (scope) => {
      await scope.register(interactions({ ...options, known, provider }))
      await scope.register(mountProvider(provider))
    },
  }
}
