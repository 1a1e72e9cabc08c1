// The live state: one poll, on every page but practice, brings the snapshot of which the page is made, and the page shows all of it at once: numbers, danger,
// banners, the tab's title and icon, and the rows of a list. It takes nobody's focus. Every 3 seconds while somebody uses the page, every 15 while it is only in
// sight, every minute in a hidden tab. A dot says whether the page is up to date, and since when it is not.
//
// A number of the snapshot is in each element with its name as `data-number`, and one that is 0 hides what `data-hides`; a banner is replaced once its `data-state` is another one.
// A page with a list of its own sets `desk.arrivals`: what it asks for, and what it does with the response. `desk.live()` asks at once.
desk.live = (() => {
  const { word, announce, clock } = desk;
  const USED = 3_000, SEEN = 15_000, HIDDEN = 60_000, USED_FOR = 60_000, LATE = 30_000, LOOKS = 5_000, SETTLES = 1_000;
  const PARTS = ["danger-strip", "paused", "spikes", "x-stopped", "pause"];
  const place = (id) => document.getElementById(id);
  const strip = () => place("danger-strip");
  const itemsIn = (found) => [...found.querySelectorAll("li[data-key]")];
  const title = document.title.slice(place("live").dataset.title.length), icon = document.querySelector('link[rel="icon"]');
  const risk = (item) => `${item.dataset.label} ${item.dataset.key}`;
  const atRisk = new Set(itemsIn(strip()).map(risk));
  let known = null, settings = {}, usedAt = Date.now(), answeredAt = Date.now(), problem = null, shown = "on";

  // Numbers, title and icon: of the page at first, then of the poll, or of a list that was read again.
  const showNumbers = () => {
    const live = place("live").dataset, numbers = { ...JSON.parse(live.numbers), ...desk.arrivals?.numbers?.(JSON.parse(live.numbers)) };
    for (const each of document.querySelectorAll("[data-number]")) {
      const text = numbers[each.dataset.number] ?? "", hides = each.closest("[data-hides]");
      if (each.textContent !== text) each.textContent = text;
      if (hides) hides.hidden = !Number.parseInt(text, 10);
    }
    const progress = document.querySelector("#seen-today progress");
    if (progress) [progress.max, progress.value] = [Number(numbers.polled) || 1, Number(numbers.seen)];
    document.title = `${live.title}${title}`;
    const href = Number(live.untaken) ? icon.dataset.danger : icon.dataset.plain;
    if (icon.getAttribute("href") !== href) icon.setAttribute("href", href);
  };

  const tell = (html) => {
    const told = new DOMParser().parseFromString(html, "text/html"), fresh = told.getElementById("live");
    if (!fresh) return;
    if (told.getElementById("glance")) settings = { ...told.getElementById("glance").dataset };
    clock.set(fresh.dataset.at);
    place("live").replaceWith(document.adoptNode(fresh));
    PARTS.forEach((id) => showPart(id, told.getElementById(id)));
    const presence = told.getElementById("presence");
    if (presence && place("presence")) place("presence").replaceWith(document.adoptNode(presence));
    desk.arrivals?.hears(told);
    showNumbers();
    clock.tick();
    tellNews(itemsIn(told.getElementById("news")));
  };

  // Morphed, so that buttons and links keep the focus. While the strip is unknown, the cases that were known stay.
  const showPart = (id, fresh) => {
    const old = place(id);
    if (!fresh || !old || fresh.dataset.state === old.dataset.state) return;
    if (id === "danger-strip" && fresh.dataset.state === "unknown" && itemsIn(old).length) {
      if (!place("danger-unknown")) old.append(document.adoptNode(fresh.querySelector("#danger-unknown")));
      old.dataset.state = "unknown";
      return;
    }
    const there = new Set([...old.querySelectorAll(".spike")].map((each) => each.dataset.spike));
    fresh.querySelectorAll("details").forEach((fold) => { fold.open = old.querySelector("details")?.open ?? false; });
    Idiomorph.morph(old, document.adoptNode(fresh), { morphStyle: "outerHTML" });
    htmx.process(place(id));
    const begun = [...place(id).querySelectorAll(".spike")].filter((each) => !there.has(each.dataset.spike));
    if (begun.length) alertTo(begun[0].querySelector("strong").textContent);
    if (id === "danger-strip") tellRisks();
  };
  const tellRisks = () => {
    const begun = itemsIn(strip()).filter((each) => !each.matches(".taken") && !atRisk.has(risk(each)));
    itemsIn(strip()).forEach((each) => atRisk.add(risk(each)));
    if (begun.length) alertTo(`${begun[0].dataset.label} ${begun[0].querySelector("a").textContent.trim()}`, { alarm: true });
  };

  // Urgent cases and drafts of departments that were not there when the page was opened.
  const tellNews = (items) => {
    const fresh = known ? items.filter((item) => !known.has(item.dataset.key)) : [];
    known = new Set([...(known ?? []), ...items.map((item) => item.dataset.key)]);
    const calm = fresh.filter((item) => !["danger", "check"].includes(item.dataset.kind));
    if (calm.length) alertTo(calm[0].textContent.trim());
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

  // The dot. A timer that finds that too much time has passed says so, also after this computer has slept.
  const stateNow = () => {
    if (problem?.status === 401) return "signed_out";
    if (!navigator.onLine || problem) return "lost";
    if (document.visibilityState === "hidden") return "resting";
    return Date.now() - answeredAt > LATE ? "late" : "on";
  };
  const WORDS = { on: word("live.on"), late: word("live.late"), lost: word("live.lost"), resting: word("live.resting"), signed_out: word("live.signed_out") };
  const showState = () => {
    const state = stateNow(), at = clock.time(clock.now() - (Date.now() - answeredAt));
    for (const dot of document.querySelectorAll(".live")) {
      dot.dataset.state = state;
      dot.querySelector(".live-word").textContent = WORDS[state];
      const time = state === "late" || state === "resting" ? "" : at;
      if (dot.querySelector("time").textContent !== time) dot.querySelector("time").textContent = time;
    }
    if (state === shown) return;
    document.documentElement.dataset.live = state;
    clock.isSure(state === "on");
    if (state === "lost") tellState(word("live.lost_since", { time: at }));
    else if (state === "signed_out") place("signed-out").firstChild.textContent = word("live.signed_out_since", { time: at });
    else if (state === "on" && place("not-live")) {
      place("not-live").remove();
      announce(word("live.back"));
    }
    shown = state;
  };
  const tellState = (text) => desk.notice(text, { id: "not-live" });
  const heard = (failed) => {
    // A single request that fails says nothing: the page is late then, before it is lost.
    const isLost = failed && (failed.status === 401 || !navigator.onLine || problem || Date.now() - answeredAt > LATE);
    problem = isLost ? failed : null;
    if (!failed) answeredAt = Date.now();
    showState();
  };

  const path = (isHidden) => {
    const query = new URLSearchParams(desk.arrivals?.asks() ?? "");
    if (isHidden) query.set("hidden", "1");
    return `poll?${query}`;
  };
  const every = (isHidden) => {
    if (isHidden) return HIDDEN;
    return Date.now() - usedAt < USED_FOR ? USED : SEEN;
  };
  const used = () => {
    const wasIdle = Date.now() - usedAt >= USED_FOR;
    usedAt = Date.now();
    if (wasIdle && document.visibilityState === "visible") ask();
  };
  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "focusin"]) addEventListener(kind, used, { passive: true, capture: true });

  // Who took a case goes on at it; the open item may be that case.
  const taken = (key) => {
    const row = strip().querySelector(`li[data-key="${key}"]`);
    row?.querySelector("a").focus();
    announce(row?.querySelector(".has-it")?.textContent ?? "");
  };
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const key = detail.requestConfig?.path.match(/\/danger\/([^/]+)$/)?.[1];
    if (key) taken(key);
  });
  document.addEventListener("htmx:afterSwap", showState);
  document.addEventListener("htmx:oobAfterSwap", ({ detail }) => { if (detail.target.id === "live") showNumbers(); });
  // What somebody does is in the next response; the index follows within a second.
  const acted = () => {
    ask.anew();
    setTimeout(ask.anew, SETTLES);
  };
  document.addEventListener("desk:acted", acted);
  document.addEventListener("desk:opened", ({ detail }) => { if (detail.key) setTimeout(ask.anew, SETTLES); });
  document.addEventListener("htmx:afterRequest", ({ detail }) => { if (detail.requestConfig.verb === "post" && detail.successful) acted(); });

  const ask = desk.poll({ path, every, hears: tell, heard });
  setInterval(showState, LOOKS);
  new BroadcastChannel("console").onmessage = ({ data }) => { if (data === "signed-in") ask(); };
  for (const kind of ["online", "offline"]) addEventListener(kind, showState);
  document.addEventListener("visibilitychange", showState);
  showNumbers();
  showState();
  return Object.assign(ask, { showNumbers });
})();
