// News: one poll every 15 seconds, or every 60 in a hidden tab, says what is new, on every page but practice.
// It keeps the strip of danger, the banner of spikes, the counts and the tab's title up to date, and takes nobody's focus.
// A page with a list of its own sets `desk.arrivals`: what it asks for, and what it does with the response. `desk.news()` asks at once.
desk.news = (() => {
  const { word, announce } = desk;
  const VISIBLE = 15_000, HIDDEN = 60_000, SETTLES = 1_000, DANGER = 1;
  const place = (id) => document.getElementById(id);
  const strip = () => place("danger-strip");
  const urgent = () => strip().dataset.urgent.split(" ").filter(Boolean);
  const keysIn = (found) => new Set([...found.querySelectorAll("li[data-key]")].map((each) => each.dataset.key));
  const title = document.title.slice(strip().dataset.title.length), newsOf = new Map(), known = new Set(urgent());
  const risk = (item) => `${item.dataset.label} ${item.dataset.key}`, risksIn = (found) => [...found.querySelectorAll("li[data-key]")];
  const atRisk = new Set(risksIn(strip()).map(risk));
  let turn = 0, settings = {};

  // The page's own list, if it has one, says what it has. Looks take turns; every other one, such as DANGER, is at danger.
  const path = (isHidden, now) => {
    const query = new URLSearchParams(desk.arrivals?.asks() ?? "");
    if (isHidden) query.set("hidden", "1");
    else query.set("turn", now ?? turn++ % 4);
    return `poll?${query}`;
  };

  const tell = (html) => {
    const told = new DOMParser().parseFromString(html, "text/html"), about = told.getElementById("poll");
    if (!about) return;
    if ("notifies" in about.dataset) settings = { ...about.dataset };
    for (const look of told.querySelectorAll(".look")) {
      const { look: name, queue, count } = look.dataset;
      const waiting = queue && place(`count-${queue}`);
      if (waiting) waiting.textContent = count;
      tellNews(name, [...look.querySelectorAll("li[data-key]")].filter((each) => !each.matches(".row")));
    }
    for (const id of ["seen-today", "presence"]) {
      const fresh = told.getElementById(id);
      if (fresh && place(id)) place(id).replaceWith(document.adoptNode(fresh));
    }
    showStrip(told.getElementById("danger-strip"));
    showSpikes(told.getElementById("spikes"));
    if (desk.arrivals?.hears(told, about)) poll(DANGER);
  };

  // The strip is morphed, so that its buttons keep the focus. If it is unknown now, the cases that were known stay.
  const showStrip = (fresh) => {
    if (!fresh) return;
    if ("unknown" in fresh.dataset && keysIn(strip()).size) {
      if (!place("danger-unknown")) strip().append(document.adoptNode(fresh.querySelector("#danger-unknown")));
      return;
    }
    fresh.querySelectorAll("details").forEach((fold) => { fold.open = strip().querySelector("details")?.open ?? false; });
    Idiomorph.morph(strip(), document.adoptNode(fresh), { morphStyle: "outerHTML" });
    htmx.process(strip());
    showTitle();
    const begun = risksIn(strip()).filter((each) => !each.matches(".taken") && !atRisk.has(risk(each)));
    risksIn(strip()).forEach((each) => atRisk.add(risk(each)));
    if (begun.length) alertTo(`${begun[0].dataset.label} ${begun[0].querySelector("a").textContent.trim()}`, { alarm: true });
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

  // Urgent cases and drafts of departments: their number is in the tab's title behind that of danger, and new ones are told.
  const tellNews = (look, items) => {
    const isFirst = look !== "urgent" && !newsOf.has(look), fresh = items.filter((item) => !known.has(item.dataset.key));
    if (look !== "urgent") newsOf.set(look, items.map((item) => item.dataset.key));
    items.forEach((item) => known.add(item.dataset.key));
    showTitle();
    const calm = fresh.filter((item) => !["danger", "check"].includes(item.dataset.kind));
    if (calm.length && !isFirst) alertTo(calm[0].textContent.trim());
  };

  const showTitle = () => {
    const count = new Set([...newsOf.values()].flat().concat(urgent())).size;
    document.title = `${strip().dataset.title}${count ? `(${count}) ` : ""}${title}`;
  };

  // People who enabled it in their settings get a notification and a short sound.
  const alertTo = (text, { alarm = false } = {}) => {
    if (alarm) place("alarm").textContent = text;
    else announce(text);
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

  // Who took a case goes on at it; the open item may be that case.
  const taken = (key) => {
    const row = strip().querySelector(`li[data-key="${key}"]`);
    row?.querySelector("a").focus();
    announce(row?.querySelector(".has-it")?.textContent ?? "");
    setTimeout(poll, SETTLES, DANGER);
  };
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    showTitle();
    const key = detail.requestConfig?.path.match(/\/danger\/([^/]+)$/)?.[1];
    if (key) taken(key);
  });
  // What somebody does to a case may end what the strip says of it: the index follows within a second.
  document.addEventListener("done", () => setTimeout(poll, SETTLES, DANGER));
  const poll = desk.poll({ path, every: VISIBLE, everyHidden: HIDDEN, hears: tell });
  showTitle();
  return poll;
})();
