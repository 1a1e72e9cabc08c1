// Arrivals: one conditional request every 15 seconds, or every 60 in a hidden tab, says what is new. It moves nothing that somebody looks at.
(() => {
  const { word, request, announce, commands, element } = desk;
  const list = document.getElementById("list"), opened = document.getElementById("opened");
  if (!list || !opened) return;

  const VISIBLE = 15_000, HIDDEN = 60_000;
  const place = (id) => document.getElementById(id);
  const title = document.title, etags = new Map(), newsOf = new Map(), known = new Set();
  let timer = 0, turn = 0, settings = {};

  // The queue with its filters, the rows that the list knows, and the open item. The looks at queues take turns.
  const asked = () => {
    const query = new URLSearchParams(location.search), item = document.querySelector("#item[data-key]")?.dataset;
    query.delete("after");
    query.set("queue", desk.inbox.queue());
    query.set("known", place("rows")?.dataset.known ?? "");
    if (item) query.set("key", item.key);
    if (document.visibilityState === "hidden") query.set("hidden", "1");
    else query.set("turn", turn++ % 6);
    return query.toString();
  };

  const poll = async () => {
    clearTimeout(timer);
    const query = asked(), etag = etags.get(query);
    try {
      const answer = await request("GET", `poll?${query}`, { quiet: true, headers: etag ? { "if-none-match": etag } : {} });
      if (answer.status === 200) {
        if (etags.size > 50) etags.clear();
        etags.set(query, answer.headers.get("etag"));
        tell(await answer.text());
      }
    } catch {
      // The next request may succeed; what somebody does meanwhile says itself what fails.
    }
    clearTimeout(timer);
    timer = setTimeout(poll, document.visibilityState === "visible" ? VISIBLE : HIDDEN);
  };

  const tell = (html) => {
    const told = new DOMParser().parseFromString(html, "text/html"), about = told.getElementById("poll");
    if (!about) return;
    if ("notifies" in about.dataset) settings = { ...about.dataset };
    for (const look of told.querySelectorAll(".look")) {
      const { look: name, arrived, queue, count } = look.dataset;
      if (arrived !== undefined) showArrived(Number(arrived));
      const waiting = queue && place(`count-${queue}`);
      if (waiting) waiting.textContent = count;
      tellNews(name, [...look.querySelectorAll("li[data-key]")].filter((each) => !each.matches(".row")));
      if (arrived !== undefined) for (const row of look.querySelectorAll(".row")) enter(row);
    }
    for (const id of ["seen-today", "presence"]) {
      const fresh = told.getElementById(id);
      if (fresh && place(id)) place(id).replaceWith(document.adoptNode(fresh));
    }
    showSpikes(told.getElementById("spikes"));
    const shown = document.querySelector("#item[data-key]")?.dataset;
    if (shown && about.dataset.key === shown.key && Number(about.dataset.version) > Number(shown.version)) changed(shown);
  };

  // The banner of spikes is replaced only where it changed, so that its links keep the focus; a new spike is told.
  const showSpikes = (fresh) => {
    const old = place("spikes");
    if (!fresh || !old || fresh.textContent === old.textContent) return;
    const there = new Set([...old.querySelectorAll(".spike")].map((each) => each.dataset.spike));
    const begun = [...fresh.querySelectorAll(".spike")].filter((each) => !there.has(each.dataset.spike));
    old.replaceWith(document.adoptNode(fresh));
    if (begun.length) alertTo(begun[0].querySelector("strong").textContent);
  };

  // Urgent cases and drafts of departments: their number is in the tab's title, and new ones are told.
  const tellNews = (look, items) => {
    const isFirst = !newsOf.has(look), fresh = items.filter((item) => !known.has(item.dataset.key));
    newsOf.set(look, items.map((item) => item.dataset.key));
    items.forEach((item) => known.add(item.dataset.key));
    const count = new Set([...newsOf.values()].flat()).size;
    document.title = count ? `(${count}) ${title}` : title;
    if (fresh.length && !isFirst) alertTo(fresh[0].textContent.trim());
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
    if (place(row.id)) return;
    row.classList.add("fresh");
    steadily(() => place("rows").prepend(document.adoptNode(row)));
    htmx.process(row);
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
      poll();
    } catch (failed) {
      desk.notice(failed.message, { problem: true, id: "merge", seconds: 10 });
    }
  };

  // People who enabled it in their settings get a notification and a short sound.
  const alertTo = (text) => {
    announce(text);
    if (settings.notifies && "Notification" in window && Notification.permission === "granted") {
      new Notification(word("notify"), { body: text, tag: "desk" }).onclick = () => window.focus();
    }
    if (!settings.sounds) return;
    const context = new AudioContext(), tone = context.createOscillator(), volume = context.createGain();
    tone.frequency.value = 660;
    volume.gain.setValueAtTime(.15, context.currentTime);
    volume.gain.exponentialRampToValueAtTime(.001, context.currentTime + .4);
    tone.connect(volume).connect(context.destination);
    tone.start();
    tone.stop(context.currentTime + .4);
    tone.onended = () => context.close();
  };

  commands.merge = merge;
  list.addEventListener("click", (event) => event.target.closest('[data-command="merge"]') && merge());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && poll());
  timer = setTimeout(poll, VISIBLE);
})();
