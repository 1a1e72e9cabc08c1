// Rows: going through a list with j, k and the arrows.
//
// A page needs rows that match one selector. Each has an id of its own and can be focused, or has something in it that can.
// Rows in a closed <details> are passed over. `desk.rows(selector, options)` gives the keys `next` and `previous`, and returns
//   all()            the rows that can be reached now
//   selected()       the row that was selected or focused last, else what `start()` says, else null
//   select(row, {focus})  marks it with the class `at`, brings it onto the screen and focuses it; null selects none
//   step(by)         selects the row that many rows further, or the first one to begin with
//   tick()           presses the checkbox of the selected row
// Options: `start()`, the row to begin at; `focusIn(row)`, what gets the focus, usually the row itself; `chosen(row)` is called after a selection.
// A swap by htmx that replaces the selected row selects the one with the same id, or the one at its place. The focus follows if the swap took it.
desk.rows = (() => {
  const lists = [];
  const rows = (selector, { start = () => null, focusIn = (row) => row, chosen = () => {} } = {}) => {
    let row = null, id = "", place = 0;
    const all = () => [...document.querySelectorAll(selector)].filter((each) => !each.closest("details:not([open])"));
    const known = () => (id && all().find((each) => each.id === id)) || null;
    const selected = () => known() ?? start();
    const mark = (now) => {
      row?.classList.remove("at");
      now?.classList.add("at");
      [row, id, place] = [now, now?.id ?? "", all().indexOf(now)];
    };
    const select = (now, { focus = true } = {}) => {
      mark(now);
      if (!now) return;
      if (focus) focusIn(now).focus({ preventScroll: true });
      now.scrollIntoView({ block: "nearest" });
      chosen(now);
    };
    const step = (by) => {
      const now = known(), reached = all(), next = now ? reached[reached.indexOf(now) + by] : start() ?? reached[0];
      if (next ?? now) select(next ?? now);
    };
    document.addEventListener("focusin", ({ target }) => {
      const now = target.closest?.(selector);
      if (now && now.id !== id) mark(now);
    });
    document.addEventListener("htmx:afterSwap", () => {
      if (!row || row.isConnected) return;
      const reached = all(), now = known() ?? reached[Math.min(Math.max(place, 0), reached.length - 1)] ?? null;
      if (document.activeElement === document.body) select(now);
      else mark(now);
    });
    Object.assign(desk.commands, { next: () => step(1), previous: () => step(-1) });
    lists.push(selector);
    return { all, selected, select, step, tick: () => selected()?.querySelector("input[type=checkbox]")?.click() };
  };

  // Whether arrows go through the rows there: in a row, or where nothing has the focus.
  rows.take = (target) => lists.some((selector) => target === document.body || target.closest(selector));
  return rows;
})();
