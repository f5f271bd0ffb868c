/** Has each work begin when the one before it has ended, however that ended: what is read, changed and written back is lost where two do so at once. */
export function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let turn: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }
}
