import { z } from 'zod'

/** What a process of workstations is told to do. */
export const Told = z.discriminatedUnion('do', [
  z.object({ do: z.literal('register'), token: z.string() }),
  z.object({ do: z.literal('begin'), overMs: z.number() }),
  z.object({ do: z.literal('tell') }),
  z.object({ do: z.literal('end') }),
])
export type Told = z.infer<typeof Told>

/** What it answers once it is done. */
export const Said = z.discriminatedUnion('did', [
  z.object({ did: z.literal('register') }),
  z.object({ did: z.literal('begin') }),
  z.object({ did: z.literal('tell'), dark: z.array(z.number()) }),
])
export type Said = z.infer<typeof Said>
