// Arrivals: what the poll brings for the list and the open item. It moves nothing that somebody looks at.
(() => {
  const { word, request, commands, element } = desk;
  const list = document.getElementById("list"), opened = document.getElementById("opened");
  if (!list || !opened) return;

  const place = (id) => document.getElementById(id);

  // The queue with its filters, the rows that the list knows, and the open item.
  const asks = () => {
    const query = new URLSearchParams(location.search), item = document.querySelector("#item[data-key]")?.dataset;
    query.delete("after");
    query.set("queue", desk.inbox.queue());
    query.set("known", place("rows")?.dataset.known ?? "");
    if (item) query.set("key", item.key);
    return query;
  };

  // Whether an urgent row entered the list, of which the strip and the title may not know yet.
  const hears = (told, about) => {
    let entered = false;
    for (const look of told.querySelectorAll(".look[data-arrived]")) {
      showArrived(Number(look.dataset.arrived));
      for (const row of look.querySelectorAll(".row")) entered = enter(row) || entered;
    }
    const shown = document.querySelector("#item[data-key]")?.dataset;
    if (shown && about.dataset.key === shown.key && Number(about.dataset.version) > Number(shown.version)) changed(shown);
    return entered;
  };

  const showArrived = (count) => {
    const line = place("arrivals");
    if (!line) return;
    line.hidden = !count;
    if (!count) return line.replaceChildren();
    const merge = element("button", { type: "button", class: "quiet", "data-command": "merge", text: `${word("arrived", { count })} ` }, element("kbd", { text: "." }));
    line.replaceChildren(merge);
  };

  // Changes the list while the selected row stays where it is on the screen, unless the list is at its beginning.
  const steadily = (change) => {
    const row = desk.inbox.selected(), top = row?.getBoundingClientRect().top, { scrollTop } = list;
    change();
    const kept = row && desk.inbox.rowOf(row.dataset.key);
    if (kept && scrollTop) list.scrollTop += kept.getBoundingClientRect().top - top;
    return kept;
  };

  const enter = (row) => {
    if (place(row.id)) return false;
    row.classList.add("fresh");
    steadily(() => place("rows").prepend(document.adoptNode(row)));
    htmx.process(row);
    return true;
  };

  // The open item has changed: a band says what, and the reply waits until somebody has looked.
  const changed = async ({ key, version }) => {
    if (desk.reply?.isPending(key)) return;
    const answer = await request("GET", `case/${key}/band?version=${version}`, { quiet: true }).catch(() => null);
    if (answer?.status !== 200 || desk.inbox.openKey() !== key) return;
    place("band").innerHTML = await answer.text();
    htmx.process(place("band"));
    desk.reply?.block();
  };
  document.addEventListener("desk:opened", () => place("band")?.replaceChildren());
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
      const kept = steadily(() => htmx.swap(list, html, morph, { contextElement: list }));
      if (kept && hadFocus) kept.querySelector("a").focus({ preventScroll: true });
      showArrived(0);
      desk.news();
    } catch (failed) {
      desk.notice(failed.message, { problem: true, id: "merge", seconds: 10 });
    }
  };

  commands.merge = merge;
  list.addEventListener("click", (event) => event.target.closest('[data-command="merge"]') && merge());
  desk.arrivals = { asks, hears };
})();
