// Arrivals: one conditional request every 15 seconds, or every 60 in a hidden tab, says what is new. It moves nothing that somebody looks at.
(() => {
  const { word, request, announce, commands, element } = desk;
  const list = document.getElementById("list"), opened = document.getElementById("opened");
  if (!list || !opened) return;

  const VISIBLE = 15_000, HIDDEN = 60_000;
  const place = (id) => document.getElementById(id);
  const title = document.title;
  const etags = new Map(), news = new Map(), told = new Set();
  let timer = 0, turn = 0, notifies = false, sounds = false;

  // The queue with its filters, the rows that the list knows, and the open item. Each request takes one look, in turn:
  // at the queue of the page, at what is to be answered, at what is urgent elsewhere.
  const asked = () => {
    const rows = place("rows")?.dataset ?? {}, item = document.querySelector("#item[data-key]")?.dataset;
    const query = new URLSearchParams(location.search);
    query.delete("after");
    query.set("queue", desk.inbox.queue());
    query.set("known", rows.known ?? "");
    query.set("turn", turn);
    if (document.visibilityState !== "visible") query.set("hidden", 1);
    else if (item) query.set("key", item.key);
    return query.toString();
  };

  const poll = async () => {
    clearTimeout(timer);
    const query = asked(), etag = etags.get(query);
    turn = (turn + 1) % 6;
    try {
      const answer = await request("GET", `poll?${query}`, { quiet: true, headers: etag ? { "if-none-match": etag } : {} });
      if (etags.size > 50) etags.clear();
      etags.set(query, answer.headers.get("etag"));
      if (answer.status === 200) tell(await answer.text());
    } catch {
      // The next request may succeed; what somebody does meanwhile says itself what fails.
    }
    timer = setTimeout(poll, document.visibilityState === "visible" ? VISIBLE : HIDDEN);
  };

  const tell = (html) => {
    const answer = new DOMParser().parseFromString(html, "text/html"), found = answer.getElementById("poll");
    if (!found) return;
    if (found.dataset.notifies !== undefined) [notifies, sounds] = [found.dataset.notifies, found.dataset.sounds];
    for (const look of found.querySelectorAll(".look")) {
      if (look.dataset.arrived) showArrived(Number(look.dataset.arrived));
      const count = look.dataset.queue && place(`count-${look.dataset.queue}`);
      if (count) count.textContent = look.dataset.count;
      for (const row of look.querySelectorAll(".row")) enter(row);
      tellNews(look.dataset.look, [...look.querySelectorAll("li:not(.row)")]);
    }
    for (const id of ["seen-today", "presence"]) {
      const fresh = answer.getElementById(id);
      if (fresh && place(id)) place(id).replaceWith(document.adoptNode(fresh));
    }
    const item = document.querySelector("#item[data-key]")?.dataset;
    if (item && item.key === found.dataset.key && item.version !== found.dataset.version) askWhatChanged(item);
  };

  // Urgent cases and departments' drafts: their number in the title, and a notification for each that is new.
  const tellNews = (look, items) => {
    const isFirst = !news.has(look);
    news.set(look, items.map((each) => each.dataset.key));
    const fresh = items.filter((each) => !told.has(each.dataset.key));
    items.forEach((each) => told.add(each.dataset.key));
    const count = new Set([...news.values()].flat()).size;
    document.title = count ? `(${count}) ${title}` : title;
    if (notifies && fresh.length && !isFirst) alertTo(fresh[0].textContent, sounds);
  };

  const askWhatChanged = async ({ key, version }) => {
    try {
      const answer = await request("GET", `case/${key}/band?version=${version}`, { quiet: true });
      if (answer.status !== 200 || desk.inbox.openKey() !== key) return;
      showBand(new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".band"));
    } catch {
      // The next poll asks again.
    }
  };

  const showArrived = (count) => {
    const line = place("arrivals");
    if (!line) return;
    line.hidden = !count;
    if (!count) return line.replaceChildren();
    const merge = element("button", { type: "button", class: "quiet", "data-command": "merge", text: `${word("arrived", { count })} ` }, element("kbd", { text: "." }));
    line.replaceChildren(merge);
  };

  // An urgent row enters above the list's others. What is on the screen stays where it is.
  const enter = (row) => {
    if (place(row.id)) return;
    const before = list.scrollHeight;
    place("rows").prepend(document.adoptNode(row));
    row.classList.add("fresh");
    if (list.scrollTop) list.scrollTop += list.scrollHeight - before;
    htmx.process(row);
    announce(row.textContent.trim());
  };

  // The open item has changed: the reply waits until somebody has looked.
  const showBand = (band) => {
    const shown = place("band");
    if (!band || !shown || shown.textContent === band.textContent) return;
    shown.replaceChildren(document.adoptNode(band));
    htmx.process(shown);
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
      const anchor = desk.inbox.selected(), top = anchor?.getBoundingClientRect().top;
      const hadFocus = anchor?.contains(document.activeElement);
      htmx.swap(list, html, { swapStyle: "morph:innerHTML", swapDelay: 0, settleDelay: 0 }, { contextElement: list });
      const kept = anchor && desk.inbox.rowOf(anchor.dataset.key);
      if (kept && list.scrollTop) list.scrollTop += kept.getBoundingClientRect().top - top;
      if (kept && hadFocus) kept.querySelector("a").focus({ preventScroll: true });
      showArrived(0);
      poll();
    } catch (failed) {
      desk.notice(failed.message, { problem: true, id: "merge", seconds: 10 });
    }
  };

  // People who enabled it get a notification and a short sound.
  const alertTo = (text, sound) => {
    if (Notification.permission === "granted" && document.visibilityState === "hidden") {
      new Notification(word("notify"), { body: text, tag: "desk" }).onclick = () => window.focus();
    }
    if (!sound) return;
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
