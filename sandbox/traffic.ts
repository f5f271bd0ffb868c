import type { FastifyInstance } from 'fastify'

/** What went over the FHIR API since it was last reset. */
export interface Traffic {
  readonly requests: number
  /** How many were being answered at the same time, at most. */
  readonly mostAtOnce: number
  /** Whose connection ended before their answer did: who asked had left, or a fault dropped them. */
  readonly left: number
}

export interface TrafficCount {
  current(): Traffic
  reset(): void
  /** Requests that are being answered just now. */
  underWay(): number
}

/** Counts the requests under a path. To be registered before whatever may hold a request up. */
export function countTraffic(app: FastifyInstance, basePath: string): TrafficCount {
  const none: Traffic = { requests: 0, mostAtOnce: 0, left: 0 }
  let traffic = none
  let underWay = 0
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith(`${basePath}/`) || request.url.startsWith(`${basePath}/.well-known/`)) return
    underWay += 1
    traffic = { ...traffic, requests: traffic.requests + 1, mostAtOnce: Math.max(traffic.mostAtOnce, underWay) }
    reply.raw.once('close', () => {
      underWay -= 1
      if (!reply.raw.writableFinished) traffic = { ...traffic, left: traffic.left + 1 }
    })
  })
  return {
    current: () => traffic,
    reset: () => {
      traffic = none
    },
    underWay: () => underWay,
  }
}
