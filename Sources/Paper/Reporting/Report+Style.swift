extension Report {
    /// How the page looks: on a screen of any width, on a dark ground, and on paper (A4).
    ///
    /// Every text has a contrast of at least 4.5 to its ground; `ReportTests` computes it from these variables.
    static let style = """
        :root { color-scheme: light dark; --ground: #ffffff; --text: #1a1a1a; --soft: #4d4d4d; --line: #c4c4c4; --panel: #f5f5f5;
          --link: #00518a; --holds: #116329; --fails: #a31f1f; --warning: #8f3300; --warning-ground: #ffe9d9; }
        @media (prefers-color-scheme: dark) { :root { --ground: #14171c; --text: #e6e6e6; --soft: #b8bec6; --line: #4a515c;
          --panel: #1d2128; --link: #7cc0f5; --holds: #6fd68a; --fails: #ff9d94; --warning: #ffb07a; --warning-ground: #4a2510; } }
        html { scroll-padding-top: 1rem; }
        body { font: 1rem/1.5 'Liberation Sans', Arial, Helvetica, 'DejaVu Sans', sans-serif; background: var(--ground); color: var(--text);
          max-width: 60rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.7rem; line-height: 1.2; margin: 1rem 0 0.5rem; }
        h2 { font-size: 1.3rem; line-height: 1.25; margin: 3rem 0 0.8rem; padding-top: 0.6rem; border-top: 2px solid var(--line); }
        h3 { font-size: 1.05rem; line-height: 1.35; margin: 0 0 0.5rem; }
        p, figcaption, dd, nav { max-width: 46rem; } .lead { font-size: 1.05rem; }
        a { color: var(--link); } code { font-size: 0.9em; overflow-wrap: anywhere; }
        :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
        .skip { position: absolute; left: -100rem; } .skip:focus { position: static; }
        .warning { border: 2px solid var(--warning); background: var(--warning-ground); color: var(--warning); padding: 0.6rem 1rem; }
        .scroll { overflow-x: auto; margin: 0.5rem 0; }
        figure { margin: 0 0 2.5rem; }
        figure svg { display: block; height: auto; width: clamp(var(--width) * 1pt, 100%, var(--width) * 1.38pt); }
        figcaption { font-size: 0.9rem; color: var(--soft); margin-top: 0.5rem; }
        table { border-collapse: collapse; font-size: 0.9rem; line-height: 1.4; font-variant-numeric: tabular-nums; margin-bottom: 1.2rem; }
        caption { text-align: left; color: var(--soft); padding-bottom: 0.3rem; }
        th, td { text-align: left; vertical-align: top; padding: 0.35rem 1rem 0.35rem 0; border-bottom: 1px solid var(--line); }
        thead th { border-bottom-width: 2px; } tbody th { font-weight: normal; }
        th.number, td.number { text-align: right; }
        .matrix { table-layout: fixed; width: 100%; min-width: 44rem; } .matrix tbody th { font-weight: bold; }
        .matrix td, .matrix th { padding: 0.5rem 0.8rem 0.6rem 0; } .matrix strong { font-size: 1rem; }
        .holds { color: var(--holds); } .fails { color: var(--fails); } .untested { color: var(--soft); }
        dt { font-weight: bold; margin-top: 0.7rem; } dd { margin: 0 0 0 1.2rem; }
        nav ol, nav ul { padding-left: 1.4rem; margin: 0.2rem 0; } nav li { margin: 0.2rem 0; }
        @page { size: A4; margin: 15mm; }
        @media print {
          body { max-width: none; padding: 0; font-size: 9.5pt; } .skip, nav { display: none; }
          h2 { margin-top: 1.2em; } h2, h3, caption { break-after: avoid; }
          tr, figure, dt { break-inside: avoid; } dt { break-after: avoid; } thead { display: table-header-group; break-after: avoid; } table { break-inside: avoid; }
          .scroll { overflow: visible; } table { font-size: 8pt; } .matrix { min-width: 0; }
          figure { margin: 0 0 8mm; } th, td { overflow-wrap: anywhere; }
          figure svg { width: calc(var(--width) * 1pt); max-width: 100%; max-height: 205mm; }
        }
        """
}
