/**
 * Calls back once if the process that started us is gone without a word: killed, it could not tell us. Ours starts us directly (bootstrap,
 * or the command as root), so another parent means just that.
 *
 * @returns ends the watch
 */
export function onParentGone(then: () => void): () => void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    then()
  }, 1_000)
  timer.unref()
  return () => clearInterval(timer)
}
