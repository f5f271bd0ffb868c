import { assertNever } from '../../shared/assert-never.ts'
import { html, type Html } from './html.ts'
import { page } from './page-frame.ts'
import { wordsOf } from './scope-words.ts'

/** Why a form is shown again. None of them tells whether the account exists. */
export type SignInProblem = { kind: 'wrong' } | { kind: 'wrong-code' } | { kind: 'too-late' } | { kind: 'too-many'; waitSeconds: number }

const waitWords = (seconds: number) => (seconds < 100 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`)

function problemText(problem: SignInProblem): string {
  switch (problem.kind) {
    case 'wrong':
      return 'User name or password is wrong.'
    case 'wrong-code':
      return 'That code is wrong, too old, or was used before. Enter the next one that your app shows.'
    case 'too-late':
      return 'That took too long. Sign in again.'
    case 'too-many':
      return `Too many tries. Wait ${waitWords(problem.waitSeconds)}, then try again.`
    default:
      return assertNever(problem)
  }
}

const alertOf = (problem: SignInProblem | undefined) => problem && html`<p class="problem" id="problem" role="alert">${problemText(problem)}</p>`
const flagOf = (problem: SignInProblem | undefined) => (problem ? html` aria-invalid="true" aria-describedby="problem"` : undefined)
const joined = (parts: readonly Html[]) => parts.reduce((all, part) => html`${all}${part}`, html``)

/** The sign-in form. `action` is where it is posted, `application` what the person goes on to. */
export function signInPage(view: { hospital: string; action: string; application: string; username: string; problem?: SignInProblem }): string {
  const { hospital, action, application, username, problem } = view
  const flagged = flagOf(problem)
  const [focusName, focusPassword] = username === '' ? [html` autofocus`, undefined] : [undefined, html` autofocus`]
  return page(
    { hospital, title: 'Sign in' },
    html`<h1>Sign in</h1>
<p class="lead">to continue to ${application}</p>
${alertOf(problem)}
<form method="post" action="${action}" autocomplete="on">
<label for="username">User name</label>
<input id="username" name="username" type="text" value="${username}" required maxlength="100" autocomplete="username" autocapitalize="none" spellcheck="false"${flagged}${focusName}>
<label for="password">Password</label>
<input id="password" name="password" type="password" required maxlength="200" autocomplete="current-password"${flagged}${focusPassword}>
<button class="primary" name="action" value="sign-in">Sign in</button>
<button class="quiet" name="action" value="cancel" formnovalidate>Cancel</button>
</form>`,
  )
}

/** The second step: a code of the person's authenticator app. */
export function codePage(view: { hospital: string; action: string; username: string; problem?: SignInProblem }): string {
  const { hospital, action, username, problem } = view
  return page(
    { hospital, title: 'Enter your code' },
    html`<h1>Enter your code</h1>
<p class="lead">Your authenticator app shows it: six digits, new every 30 seconds.</p>
<p class="who">Signing in as <strong>${username}</strong></p>
${alertOf(problem)}
<form method="post" action="${action}" autocomplete="on">
<label for="code">Six-digit code</label>
<input class="code-entry" id="code" name="code" type="text" inputmode="numeric" pattern="[0-9 ]{6,9}" title="Six digits" required maxlength="9" autocomplete="one-time-code" autocapitalize="none" spellcheck="false"${flagOf(problem)} autofocus>
<button class="primary" name="action" value="code">Go on</button>
<div class="pair"><button class="quiet" name="action" value="start-over" formnovalidate>Start over</button>
<button class="quiet" name="action" value="cancel" formnovalidate>Cancel</button></div>
</form>
<p class="hint">No app at hand? In this sandbox <code>npm run sandbox -- --code ${username}</code> prints the code.</p>`,
  )
}

/** Asks a person who is signed in already, by a cookie, whether they are the one at the screen. */
export function continuePage(view: { hospital: string; action: string; name: string; wants: readonly string[] }): string {
  const { hospital, action, name, wants } = view
  return page(
    { hospital, title: 'Continue' },
    html`<h1>Continue as ${name}?</h1>
<p class="lead">Chartkeep asks for your permission to:</p>
<ul class="wants">${joined(wants.map((want) => html`<li>${want}</li>`))}</ul>
<form method="post" action="${action}">
<button class="primary" name="action" value="allow" autofocus>Continue</button>
<button class="quiet" name="action" value="someone-else">I am someone else</button>
<button class="quiet" name="action" value="cancel">Cancel</button>
</form>`,
  )
}

/** A choice on the consent page. The name of its field is made of it. */
export interface Choice {
  readonly scope: string
  readonly isChosen: boolean
}

/** The field that says yes to a scope. */
export const choiceField = (scope: string) => `may ${scope}`

function choiceRow({ scope, isChosen }: Choice): Html {
  const { what, may } = wordsOf(scope)
  return html`<label class="choice"><input type="checkbox" name="${choiceField(scope)}" value="yes"${isChosen ? html` checked` : undefined}><span><strong>${what}</strong><span>${may}</span></span></label>`
}

/** Asks whether an application that is not the hospital's own may have what it asks for, each by itself. */
export function consentPage(view: { hospital: string; action: string; application: string; name: string; choices: readonly Choice[] }): string {
  const { hospital, action, application, name, choices } = view
  return page(
    { hospital, title: `Allow ${application}?` },
    html`<h1>Allow ${application}?</h1>
<p class="lead">It acts for you, with what you allow here.</p>
<p class="caution">This application is not the hospital’s own.</p>
<p class="who">Signed in as <strong>${name}</strong></p>
<form method="post" action="${action}">
<fieldset><legend>It will know who you are, and may</legend>
${choices.length === 0 ? html`<p class="fixed"><span>see no records: your role has none of those it asks for.</span></p>` : joined(choices.map(choiceRow))}
</fieldset>
<button class="primary" name="action" value="allow">Allow</button>
<button class="quiet" name="action" value="cancel">Do not allow</button>
<button class="quiet" name="action" value="someone-else">I am someone else</button>
</form>`,
  )
}

/** Nothing more can be done on this page; says what to do instead. */
export function dead(view: { hospital: string; title: string; explanation: string; code?: string }): string {
  const { hospital, title, explanation, code } = view
  return page(
    { hospital, title },
    html`<h1>${title}</h1>
<p class="lead">${explanation}</p>
${code === undefined ? undefined : html`<p class="code">Code: ${code}</p>`}`,
  )
}
