/**
 * What is done in main by `app.evaluate`, done. On a busy machine V8 may collect the promise by which Playwright hears of the
 * end (microsoft/playwright#33737): the call has run by then, and only its answer is lost. For effects alone, of functions that
 * do not wait: who wants an answer has to ask again.
 */
export async function carriedOut(effect: Promise<unknown>): Promise<void> {
  try {
    await effect
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('promise was garbage collected'))) throw error
  }
}
