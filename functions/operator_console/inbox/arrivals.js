// Arrivals: what the poll brings for the list and the open item. It moves nothing that somebody looks at.
//
// The list has the rows of the snapshot: those that changed are shown anew where they are, those that left it go, and what is urgent enters at its place. Other new
// rows wait above the list until somebody asks for them. A row that is being sent, or open while it leaves, stays in sight and is no longer counted.
(() => {
  const { word, request, commands, element } = desk;
  const list = document.getElementById("list"), opened = document.getElementById("opened");
  if (!list || !opened) return;

  const FIRST = ".urgent", LEAVES = ".sending, .leaving, .gone";
  const place = (id) => document.getElementById(id);
  const shownRows = () => [...list.querySelectorAll("#rows .row[data-key]")];
  const itemNow = () => document.querySelector("#item[data-key]")?.dataset;
  const isFirstPage = () => !new URLSearchParams(location.search).has("after");
  let waiting = 0, listed = null;

  // The queue with its filters, and the open item. A page further down a list has no list in the snapshot.
  const asks = () => {
    const query = new URLSearchParams(location.search), item = itemNow();
    if (isFirstPage()) query.set("queue", desk.inbox.queue());
    else query.delete("queue");
    query.delete("after");
    if (item) query.set("key", item.key);
    return query;
  };

  const hears = (told) => {
    const fresh = told.getElementById("live-rows");
    if (fresh && fresh.dataset.queue === place("rows")?.dataset.queue) showRows(fresh);
    const glance = told.getElementById("glance")?.dataset, shown = itemNow();
    if (shown && glance?.key === shown.key && Number(glance.version) > Number(shown.version)) changed(shown);
  };

  const showRows = (fresh) => {
    const { end } = fresh.dataset, rows = [...fresh.children];
    listed = new Set(rows.map((row) => row.dataset.key));
    waiting = 0;
    steadily(() => {
      for (const row of shownRows()) {
        const isBehind = end && (row.dataset.order ?? "") > end;
        if (!listed.has(row.dataset.key) && !isBehind) leave(row);
        else row.classList.remove("gone");
      }
      for (const row of rows) {
        const old = place(`row-${row.dataset.key}`);
        if (old) renew(old, row);
        else if (row.matches(FIRST)) enter(row);
        else waiting += 1;
      }
      showWaiting();
    });
    if (!shownRows().length && !list.querySelector(".empty")) merge();
  };

  const leave = (row) => {
    if (row.matches(".sending, .leaving") || row.querySelector(".sends")) return;
    if (row.dataset.key === desk.inbox.openKey() || row.contains(document.activeElement)) row.classList.add("gone");
    else row.remove();
  };
  // What somebody ticked keeps the version that they saw.
  const renew = (old, row) => {
    if (!row.dataset.version || old.dataset.version === row.dataset.version || old.matches(LEAVES)) return;
    const box = old.querySelector("input:checked");
    row.className = `${row.className} ${["at", "marked"].filter((name) => old.classList.contains(name)).join(" ")}`.trim();
    if (old.hasAttribute("aria-current")) row.setAttribute("aria-current", "true");
    Idiomorph.morph(old, document.adoptNode(row), { morphStyle: "outerHTML" });
    const now = place(old.id) ?? old, ticked = now.querySelector("input[type=checkbox]");
    if (box && ticked) Object.assign(ticked, { value: box.value, checked: true });
    htmx.process(now);
  };
  const enter = (row) => {
    row.classList.add("fresh");
    const after = shownRows().find((each) => (each.dataset.order ?? "") > row.dataset.order);
    const made = document.adoptNode(row);
    if (after) after.before(made);
    else place("rows").prepend(made);
    list.querySelectorAll(".empty").forEach((each) => each.remove());
    htmx.process(made);
  };

  const showWaiting = () => {
    const line = place("arrivals");
    if (!line) return;
    line.hidden = !waiting;
    if (!waiting) return line.replaceChildren();
    line.replaceChildren(element("button", { type: "button", class: "quiet", "data-command": "merge", text: `${word("arrived", { count: waiting })} ` }, element("kbd", { text: "." })));
  };

  // The number beside the queue is that of the rows in its list: what waits is beside it, and what is being sent has left.
  const numbers = (all) => {
    const queue = desk.inbox.queue(), text = all[queue], isFiltered = Boolean(location.search);
    const count = document.querySelector(`.count[data-number="${queue}"]`);
    if (count) count.dataset.more = waiting && !isFiltered ? `+${waiting}` : "";
    if (isFiltered || !/^\d+$/.test(text ?? "")) return {};
    const leaving = shownRows().filter((row) => row.matches(".sending") && listed?.has(row.dataset.key)).length;
    return { [queue]: String(Math.max(0, Number(text) - waiting - leaving)) };
  };

  // Changes the list while the selected row stays where it is on the screen, unless the list is at its beginning.
  const steadily = (change) => {
    const row = desk.inbox.selected(), top = row?.getBoundingClientRect().top, { scrollTop } = list;
    change();
    const kept = row && desk.inbox.rowOf(row.dataset.key);
    if (kept && scrollTop) list.scrollTop += kept.getBoundingClientRect().top - top;
    return kept;
  };

  // The open item has changed: a band says what, and the reply waits until somebody has looked. The band of one that was
  // left or shown anew meanwhile is dropped.
  const changed = async ({ key, version }) => {
    if (desk.reply?.isPending(key)) return;
    const asked = request("GET", `case/${key}/band?version=${version}`, { quiet: true });
    const html = await asked.then((answer) => (answer.status === 200 ? answer.text() : "")).catch(() => "");
    const now = itemNow();
    if (!html || now?.key !== key || now.version !== version) return;
    place("band").innerHTML = html;
    htmx.process(place("band"));
    desk.reply?.block();
  };
  document.addEventListener("desk:opened", () => {
    place("band")?.replaceChildren();
    list.querySelectorAll(".row.gone").forEach((row) => { if (row.dataset.key !== desk.inbox.openKey()) row.remove(); });
  });
  document.addEventListener("htmx:afterSwap", ({ target }) => target.id === "opened" && place("band")?.replaceChildren());

  // New rows are merged by morphing; the selected and the open row keep their place on the screen.
  const merge = async () => {
    const change = document.querySelector('#band [data-command="see-change"]');
    if (change) return change.click();
    const query = new URLSearchParams(location.search), key = desk.inbox.openKey();
    if (key) query.set("key", key);
    try {
      const html = await (await request("GET", `list/${desk.inbox.queue()}?${query}`)).text();
      const hadFocus = list.contains(document.activeElement);
      const morph = { swapStyle: "morph:innerHTML", swapDelay: 0, settleDelay: 0 };
      waiting = 0;
      const kept = steadily(() => {
        htmx.swap(list, html, morph, { contextElement: list });
        showWaiting();
      });
      if (kept && hadFocus) kept.querySelector("a").focus({ preventScroll: true });
      desk.live();
    } catch (failed) {
      desk.notice(failed.message, { problem: true, id: "merge", seconds: 10 });
    }
  };

  commands.merge = merge;
  list.addEventListener("click", (event) => event.target.closest('[data-command="merge"]') && merge());
  desk.arrivals = { asks, hears, numbers };
})();
