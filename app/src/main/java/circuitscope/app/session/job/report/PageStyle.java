package circuitscope.app.session.job.report;

/** The look of the page, and the one thing that it does: finding a cell by its words. */
final class PageStyle {
  static final String CSS =
      """
      :root { color-scheme: light dark; --ink: #1c1f24; --faint: #5b6470; --paper: #ffffff;
        --panel: #f4f5f7; --line: #d9dde3; --accent: #1f5fa8; --bad: #a8321f; }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #e6e8eb; --faint: #9aa3ae; --paper: #15181c; --panel: #1e2227;
          --line: #33393f; --accent: #7db4f0; --bad: #f0907d; } }
      * { box-sizing: border-box; }
      html { scroll-padding-top: 1rem; }
      body { margin: 0; background: var(--paper); color: var(--ink); display: grid;
        grid-template-columns: minmax(0, 17rem) minmax(0, 1fr);
        font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
      nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.25rem;
        background: var(--panel); border-right: 1px solid var(--line); font-size: .85rem; }
      nav input { width: 100%; padding: .4rem .6rem; margin-bottom: .75rem; font: inherit;
        color: inherit; background: var(--paper); border: 1px solid var(--line);
        border-radius: 6px; }
      nav h2 { font-size: .85rem; margin: 1rem 0 .25rem; overflow-wrap: anywhere; }
      nav a { display: block; padding: .1rem .4rem; border-radius: 4px; text-decoration: none;
        overflow-wrap: anywhere; }
      nav a:hover { background: var(--line); }
      main { padding: 2rem 2.5rem 5rem; max-width: 62rem; width: 100%; }
      h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; }
      main h2 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 .5rem; overflow-wrap: anywhere; }
      h3 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
      section { margin-top: 3rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
      .lead, figcaption, .files, .faint { color: var(--faint); }
      .bad, nav a.bad { color: var(--bad); }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
      th, td { padding: .2rem .9rem .2rem 0; text-align: left; border-bottom: 1px solid var(--line);
        vertical-align: top; }
      td.number { text-align: right; }
      .figures { display: grid; gap: 0 1.5rem;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
      figure { margin: 1.25rem 0; }
      figure img { display: block; width: 100%; max-width: 46rem; height: auto;
        border: 1px solid var(--line); border-radius: 6px; background: #fff; }
      figcaption { font-size: .875rem; margin-top: .4rem; max-width: 46rem; }
      pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px;
        padding: .7rem 1rem; overflow-x: auto; font: 13px/1.5 ui-monospace, "DejaVu Sans Mono",
        monospace; }
      pre.command { white-space: pre-wrap; overflow-wrap: anywhere; }
      details { margin: .6rem 0; }
      summary { cursor: pointer; }
      a { color: var(--accent); }
      footer { margin-top: 4rem; color: var(--faint); font-size: .85rem; }
      @media (max-width: 56rem) { body { display: block; } nav { position: static; height: auto;
        max-height: 40vh; border-right: 0; border-bottom: 1px solid var(--line); }
        main { padding: 1.5rem 1.25rem 4rem; } }
      @media print { nav { display: none; } body { display: block; } }
      """;

  static final String SCRIPT =
      """
      const find = document.getElementById("find");
      find.addEventListener("input", () => {
        const words = find.value.toLowerCase().split(/\\s+/);
        for (const link of document.querySelectorAll("nav a[data-words]")) {
          link.hidden = !words.every(word => link.dataset.words.includes(word));
        }
        for (const group of document.querySelectorAll("nav div")) {
          group.hidden = !group.querySelector("a:not([hidden])");
        }
      });
      """;

  private PageStyle() {}
}
