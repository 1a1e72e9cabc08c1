// Arrivals: one conditional request every 15 seconds, or every 60 in a hidden tab, says what is new. It moves nothing that somebody looks at.
(() => {
  const { word, request, announce, commands, element } = desk;
  const list = document.getElementById("list"), opened = document.getElementById("opened");
  if (!list || !opened) return;

  const VISIBLE = 15_000, HIDDEN = 60_000;
  const place = (id) => document.getElementById(id);
  const title = document.title;
  let etag = "", about = "", timer = 0, urgentBefore = null;

  // The queue with its filters, the rows that the list knows, and the open item with the version that somebody sees.
  const asked = () => {
    const rows = place("rows")?.dataset ?? {}, item = document.querySelector("#item[data-key]")?.dataset;
    const query = new URLSearchParams(location.search);
    query.set("queue", desk.inbox.queue());
    query.set("known", rows.known ?? "");
    if (item) {
      query.set("key", item.key);
      query.set("version", item.version);
    }
    return query.toString();
  };

  const poll = async () => {
    clearTimeout(timer);
    const query = asked();
    if (query !== about) [etag, about] = ["", query];
    try {
      const answer = await request("GET", `poll?${query}`, { quiet: true, headers: etag ? { "if-none-match": etag } : {} });
      etag = answer.headers.get("etag") ?? "";
      if (answer.status === 200 && query === asked()) tell(await answer.text());
    } catch {
      // The next request may succeed; what somebody does meanwhile says itself what fails.
    }
    timer = setTimeout(poll, document.visibilityState === "visible" ? VISIBLE : HIDDEN);
  };

  const tell = (html) => {
    const told = new DOMParser().parseFromString(html, "text/html"), news = told.getElementById("poll");
    if (!news) return;
    const { arrived, urgent, changed, notify, sound } = news.dataset;
    showArrived(Number(arrived ?? 0));
    for (const row of news.querySelectorAll(".row")) enter(row);
    for (const id of ["queues", "presence"]) {
      const fresh = told.getElementById(id);
      if (fresh && place(id)) place(id).replaceWith(document.adoptNode(fresh));
    }
    if (changed) showBand(news.querySelector(".band"));
    document.title = Number(urgent) ? `(${urgent}) ${title}` : title;
    if (notify && urgentBefore !== null && Number(urgent) > urgentBefore) alertTo(notify, sound);
    urgentBefore = Number(urgent ?? 0);
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
