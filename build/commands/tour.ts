import { command } from '../run/command.ts'
import { tour } from '../run/tour.ts'

await command(tour)
