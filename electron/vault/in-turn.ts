export { inTurn } from '../in-turn.ts'
