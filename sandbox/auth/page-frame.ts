import { html, type Html } from './html.ts'

/** Shown on every page, always: nobody may take this for a real hospital. */
const sandboxNotice = 'Sandbox: synthetic patients'

export interface Frame {
  hospital: string
  title: string
}

/** A whole page: the hospital, the notice, one card. */
export function page({ hospital, title }: Frame, main: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${hospital}</title>
<link rel="stylesheet" href="/auth/pages.css">
</head>
<body>
<header class="notice">${sandboxNotice}</header>
<main class="card">
<header class="brand">
<svg viewBox="0 0 32 32" width="36" height="36" aria-hidden="true" focusable="false"><rect class="mark" width="32" height="32" rx="8"/><path class="cross" d="M13.5 7h5v6.5H25v5h-6.5V25h-5v-6.5H7v-5h6.5z"/></svg>
<p class="hospital">${hospital}</p>
</header>
${main}
</main>
</body>
</html>
`.markup
}

/** One style for all pages: light and dark, forced colours, 200 % zoom. */
export const style = `
:root {
  --ground: #eef2f5; --card: #ffffff; --ink: #16222c; --soft: #4d5b67; --line: #7b8994;
  --accent: #0b5f83; --accent-strong: #084a67; --on-accent: #ffffff;
  --bad: #9c1c1c; --bad-ground: #fdeeee; --notice: #ffe08a; --on-notice: #3a2a00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10171c; --card: #19232a; --ink: #e9eff3; --soft: #a9b7c1; --line: #75848f;
    --accent: #5cb8dd; --accent-strong: #85cbe8; --on-accent: #06202d;
    --bad: #ffb3ad; --bad-ground: #3a1b1b; --notice: #4a3a0c; --on-notice: #ffe9ad;
  }
}
* { box-sizing: border-box; }
html { font: 16px/1.5 system-ui, "Segoe UI", "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif; }
body { margin: 0; min-height: 100vh; background: var(--ground); color: var(--ink); display: flex; flex-direction: column; align-items: center; padding-bottom: 1.5rem; }
.notice { margin: 0 0 1.5rem; width: 100%; padding: .4rem 1rem; text-align: center; font-size: .875rem; font-weight: 600; background: var(--notice); color: var(--on-notice); }
.card { width: min(25rem, calc(100% - 2rem)); margin: auto; padding: 2rem; background: var(--card); border-radius: 12px; box-shadow: 0 1px 2px rgb(0 0 0 / .12), 0 8px 24px rgb(0 0 0 / .08); }
.brand { display: flex; align-items: center; gap: .75rem; margin-bottom: 1.5rem; }
.mark { fill: var(--accent); } .cross { fill: var(--on-accent); }
.hospital { margin: 0; font-weight: 600; line-height: 1.25; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; font-weight: 650; overflow-wrap: anywhere; }
.lead { margin: .25rem 0 1.25rem; color: var(--soft); }
.problem { margin: 0 0 1rem; padding: .625rem .75rem; border-left: 4px solid var(--bad); border-radius: 4px; background: var(--bad-ground); color: var(--bad); font-weight: 600; }
form { display: flex; flex-direction: column; margin: 0; }
label { font-weight: 600; font-size: .9375rem; margin-bottom: .375rem; }
input { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .5625rem .75rem; margin-bottom: 1rem; min-height: 44px; width: 100%; }
input[aria-invalid] { border-color: var(--bad); }
button { font: inherit; font-weight: 600; min-height: 44px; border-radius: 6px; border: 1px solid transparent; cursor: pointer; }
.primary { margin-top: .25rem; background: var(--accent); color: var(--on-accent); }
.primary:hover { background: var(--accent-strong); }
.quiet { margin-top: .5rem; background: transparent; color: var(--accent); }
.quiet:hover { text-decoration: underline; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
input:focus-visible { outline-offset: 0; }
.who { margin: 0 0 1.25rem; overflow-wrap: anywhere; }
.pair { display: flex; gap: .5rem; } .pair button { flex: 1; }
.code-entry { font-size: 1.5rem; letter-spacing: .35em; font-variant-numeric: tabular-nums; text-align: center; padding-left: calc(.75rem + .35em); }
.hint { margin: 1.25rem 0 0; padding-top: 1rem; border-top: 1px solid color-mix(in srgb, var(--line) 45%, transparent); color: var(--soft); font-size: .875rem; }
.hint code { font-size: .8125rem; overflow-wrap: anywhere; }
.caution { margin: 0 0 1rem; padding: .625rem .75rem; border-left: 4px solid var(--on-notice); border-radius: 4px; background: var(--notice); color: var(--on-notice); }
fieldset { margin: 0 0 1rem; padding: 0; border: 0; }
legend { padding: 0; font-weight: 600; margin-bottom: .25rem; }
.choice { display: grid; grid-template-columns: 1.25rem 1fr; column-gap: .75rem; align-items: start; padding: .5rem 0; margin: 0; font-weight: 400; min-height: 44px; cursor: pointer; border-bottom: 1px solid color-mix(in srgb, var(--line) 35%, transparent); }
.choice input { width: 1.25rem; height: 1.25rem; min-height: 0; margin: .125rem 0 0; accent-color: var(--accent); }
.choice strong { display: block; font-weight: 600; line-height: 1.35; }
.choice span span { color: var(--soft); font-size: .875rem; }
.fixed { padding: .5rem 0 .625rem; border-bottom: 1px solid color-mix(in srgb, var(--line) 35%, transparent); }
.fixed strong { display: block; font-weight: 600; line-height: 1.35; } .fixed span { color: var(--soft); font-size: .875rem; }
.wants { margin: 0 0 1.25rem; padding-left: 1.25rem; }
.code { margin: 0; color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; }
@media (max-height: 34rem) { .card { margin: 1rem auto; padding: 1.25rem; } .brand { margin-bottom: 1rem; } }
@media (forced-colors: active) { .card { border: 1px solid; } .problem { border: 1px solid; } }
`
