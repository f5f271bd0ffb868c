import { spawn } from 'node:child_process'
import { ChartkeepError } from '../../../shared/errors.ts'
import { type FileQuestion, FileTold } from './question.ts'

/** A question that somebody has before them. */
export interface Asking {
  /**
   * The path that was chosen; undefined where the person left the dialog, or it was left for them.
   *
   * @throws {ChartkeepError} `file-dialog`: the process that asks did not come up, or ended without an answer
   */
  readonly answer: Promise<string | undefined>
  /** Ends the dialog, now: what is chosen in it from here on is chosen by nobody. */
  leave(): void
}

export type AskForFile = (question: FileQuestion) => Asking

export interface FileDialogParts {
  /** The program that asks, and how it is told to. */
  readonly program: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** Until the dialog has to be there, in milliseconds. From then on it waits for a person, for as long as the session lasts. */
  readonly toOpen: number
}

/**
 * The system's dialogs for files, each in a process of its own: no toolkit lets a dialog be taken away for certain, but nothing of a process
 * that is killed stays on the screen (ADR 0129).
 */
export function fileDialogs({ program, args, env, toOpen }: FileDialogParts): AskForFile {
  return (question) => {
    let settle: (path: string | undefined) => void = () => undefined
    const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    const end = () => void child.kill('SIGKILL')
    const late = setTimeout(end, toOpen)
    const answer = new Promise<string | undefined>((resolve, reject) => {
      settle = resolve
      const fail = () => {
        end()
        reject(new ChartkeepError('file-dialog'))
      }
      child.on('message', (message) => {
        const told = FileTold.safeParse(message)
        if (!told.success) fail()
        else if (told.data.is === 'open') clearTimeout(late)
        else resolve(told.data.path)
      })
      child.once('error', fail)
      child.once('exit', fail)
    }).finally(() => {
      clearTimeout(late)
      end()
    })
    // It is told when it listens; one that is gone by then has said so.
    child.send(question, () => undefined)
    return {
      answer,
      leave: () => {
        // First: an answer that is under way is none any more.
        settle(undefined)
        end()
      },
    }
  }
}
