/** Style of the explain page. No fonts or images from elsewhere; light and dark by the reader's system. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #14161a); --panel: light-dark(#ffffff, #1c1f25); --line: light-dark(#dfe3ea, #30353e);
  --ink: light-dark(#1b2330, #e4e8ef); --faint: light-dark(#5d6878, #97a2b3); --accent: light-dark(#0b62c4, #6cb2ff);
  --chosen: light-dark(#e3effd, #1d3450); --mark: light-dark(#ffe08a, #6a5518); --warn: light-dark(#a83a00, #ffb077);
  --code: ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "Liberation Mono", monospace;
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif }
header { padding: 20px 28px 12px; border-bottom: 1px solid var(--line); background: var(--panel) }
h1 { margin: 0; font-size: 19px; font-weight: 650 } header p { margin: 4px 0 0; color: var(--faint) }
main { padding: 20px 28px 48px; display: grid; gap: 28px }
article { display: grid; gap: 16px }
h2 { margin: 0; font-size: 16px } h3 { margin: 0; font-size: 13px; font-weight: 600; color: var(--faint); letter-spacing: .02em }
.columns { display: grid; grid-template-columns: minmax(340px, 5fr) minmax(360px, 6fr); gap: 16px; align-items: start }
.stack { display: grid; gap: 16px; min-width: 0 }
.sticky { position: sticky; top: 16px }
@media (max-width: 900px) { .columns { grid-template-columns: 1fr } .sticky { position: static } }
section { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; min-width: 0 }
section > h3 { padding: 10px 14px; border-bottom: 1px solid var(--line) }
section > div { padding: 12px 14px; overflow: auto; max-height: 70vh }
pre { margin: 0; font: 13px/1.55 var(--code); white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2 }
mark { background: var(--mark); color: inherit; border-radius: 3px }
[role=tree], [role=group] { list-style: none; margin: 0; padding: 0 }
[role=group] { margin-left: 13px; padding-left: 13px; border-left: 1px solid var(--line) }
[role=treeitem] { outline: none }
.node { padding: 6px 9px; margin: 2px 0; border-radius: 7px; cursor: pointer; border: 1px solid transparent }
.node:hover { border-color: var(--line) }
[aria-selected=true] > .node { background: var(--chosen); border-color: var(--accent) }
[role=treeitem]:focus-visible > .node { outline: 2px solid var(--accent); outline-offset: 1px }
.node b { font-weight: 650 } .node .id { color: var(--accent); font: 12px var(--code) }
.detail { font: 12.5px/1.5 var(--code); overflow-wrap: anywhere }
.facts { margin: 3px 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 6px; list-style: none; font-size: 12px; color: var(--faint) }
.facts li { border: 1px solid var(--line); border-radius: 5px; padding: 0 6px; background: var(--ground) }
.facts li.unbounded { color: var(--warn); border-color: currentColor }
.code { list-style: none; margin: 0; padding: 0; font: 12.5px/1.5 var(--code) }
.code li { display: grid; grid-template-columns: 4.2em 1fr; white-space: pre-wrap; overflow-wrap: anywhere; border-left: 3px solid transparent }
.code li::before { content: attr(data-line); color: var(--faint); text-align: right; padding-right: 1em; user-select: none }
.code li.chosen { background: var(--chosen); border-left-color: var(--accent) }
table { border-collapse: collapse; font-size: 13px; width: 100% }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
th { font-weight: 600; color: var(--faint) } td code { font: 12.5px var(--code) }
`
