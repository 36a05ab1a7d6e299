/** Colours after Okabe and Ito (2008), told apart by every common kind of colour vision; shapes of points differ too. */
const light = `--paper:#fff;--ink:#1b1e23;--soft:#5c6470;--rule:#d9dde3;--wash:#f5f6f8;--good:#00795a;--bad:#b3261e;--open:#8a5a00;
--s0:#0072b2;--s1:#d55e00;--s2:#00845f;--s3:#b4588d;--s4:#8a6d00;--s5:#5b4fa2`
const dark = `--paper:#14171b;--ink:#e4e7eb;--soft:#9aa3af;--rule:#333a43;--wash:#1c2026;--good:#4fd1a5;--bad:#ff8a80;--open:#f0b94d;
--s0:#56b4e9;--s1:#ff9248;--s2:#3fc79a;--s3:#e29ac4;--s4:#e0c34c;--s5:#a99cf0`

/** What a chart needs wherever it stands, in the page or as a picture of its own. */
export const chartStyles = `svg{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
svg text{fill:var(--soft);font-variant-numeric:tabular-nums}
svg .name{fill:var(--ink)}svg .top text{font-size:11px}svg .top .mark{font-size:13px;fill:var(--ink)}
svg .grid{stroke:var(--rule);stroke-width:1}svg .base{stroke:var(--soft);stroke-width:1}
svg .mark{stroke:var(--soft);stroke-width:1.25;stroke-dasharray:2 4}svg .top .mark{stroke:none}
svg .line{fill:none;stroke:var(--c);stroke-width:2;stroke-linejoin:round}
svg .interval{fill:none;stroke:var(--c);stroke-width:1.5;opacity:.65}svg .band{fill:var(--c);opacity:.18}
svg .point{fill:var(--c);stroke:var(--paper);stroke-width:1.5}svg .label{font-weight:600;fill:var(--c,var(--soft))}
${[0, 1, 2, 3, 4, 5].map((index) => `svg .s${index}{--c:var(--s${index})}`).join('')}`

export const colours = `:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}`

export const pageStyles = `${colours}
@media print{:root{${light}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:60rem;margin:0 auto;padding:2.5rem 1.5rem 5rem}
h1{font-size:1.9rem;line-height:1.2;margin:0;letter-spacing:-.01em}h2{font-size:1.2rem;margin:3rem 0 .75rem;letter-spacing:-.005em}h3{font-size:1rem;margin:1.75rem 0 .5rem}
p{margin:.5rem 0}.about{color:var(--soft);margin:.35rem 0 0}.meta{color:var(--soft);font-size:.875rem;margin:.75rem 0 0}
.answer{margin:1.75rem 0;padding:1.1rem 1.4rem;background:var(--wash);border-left:4px solid var(--t);border-radius:2px 6px 6px 2px}
.answer h2{margin:0 0 .5rem;font-size:1.3rem;line-height:1.35}.plain{list-style:none;margin:0;padding:0}.answer li{margin:.25rem 0}.pair{display:flex;gap:1rem}.pair>:first-child{color:var(--soft);flex:0 0 5.2rem}
.heat td{padding:.2rem .45rem;text-align:right;border-bottom:1px solid var(--paper)}.heat th{padding:.2rem .6rem .2rem 0;font-weight:500;color:var(--soft)}
.heat .plus{background:color-mix(in srgb,var(--s0) calc(var(--v)*75%),transparent)}.heat .minus{background:color-mix(in srgb,var(--s1) calc(var(--v)*75%),transparent)}
.good{--t:var(--good)}.bad{--t:var(--bad)}.open{--t:var(--open)}
.t{color:var(--t);font-weight:600;white-space:nowrap}
figure{margin:1.5rem 0 2rem}figcaption{margin-bottom:.6rem}figcaption span{color:var(--soft)}
.chart svg{display:block;width:100%;min-width:36rem;max-width:51rem;height:auto}
${chartStyles}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.8125rem;line-height:1.4;font-variant-numeric:tabular-nums;min-width:60%}
th,td{padding:.32rem .85rem .32rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
th{color:var(--soft);font-weight:500;white-space:nowrap}.n{text-align:right}.w{white-space:nowrap}tr.running td{color:var(--soft)}
td.p{color:var(--soft);overflow-wrap:anywhere;min-width:12rem}small{color:var(--soft);font-size:inherit}
details{margin:.75rem 0}summary{cursor:pointer;color:var(--soft);font-size:.875rem}details[open]>summary{margin-bottom:.5rem}
pre{background:var(--wash);padding:1rem 1.2rem;border-radius:6px;overflow-x:auto;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace;margin:.75rem 0}
code{font:.875em ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.5rem;font-size:.875rem;margin:.5rem 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
footer{margin-top:4rem;padding-top:1rem;border-top:1px solid var(--rule);color:var(--soft);font-size:.8125rem}
@media print{.chart svg{min-width:0}body{font-size:11pt}main{max-width:none;padding:0}pre{white-space:pre-wrap}figure,.answer,tr{break-inside:avoid}h2,h3{break-after:avoid}
details::details-content{content-visibility:visible;display:block}summary{list-style:none}}`
