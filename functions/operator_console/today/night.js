// The night's stack: a swipe, a button or Space goes on, and marks what was read; z and the other way go back. The next pages are there before somebody comes to
// them. The place is in the address. A mark that could not be sent is kept by the browser and sent with the next one, or when the page is opened again.
(() => {
  const { request, word, notice, commands } = desk;
  const stack = document.getElementById("stack");
  if (!stack) return;

  const KEPT = "night-seen", AHEAD = 4, SWIPED = 60;
  const place = (key) => document.getElementById(`page-${key}`);
  const current = () => stack.querySelector(".night-page.current");
  const kept = () => JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  let loading = null, sending = null;

  const keep = (ids) => localStorage.setItem(KEPT, JSON.stringify(ids));
  const send = () => {
    sending ??= (async () => {
      for (let ids = kept(); ids.length; ids = kept()) {
        const some = ids.slice(0, 50);
        await request("POST", "seen", { fields: [...some.map((id) => ["item", id]), ["after", "end"]], quiet: true, keepalive: true });
        keep(kept().filter((id) => !some.includes(id)));
      }
    })().catch(() => {}).finally(() => { sending = null; });
    return sending;
  };
  const mark = (page) => {
    const ids = [...page.querySelectorAll("input[name=item]")].map((each) => each.value);
    if (!ids.length) return;
    keep([...new Set([...kept(), ...ids])]);
    send();
  };

  // What follows the last page that is there, until the end is.
  const pages = () => [...stack.querySelectorAll(".night-page:not(#page-end)")];
  const load = () => {
    const last = pages().at(-1);
    if (!last || last.dataset.next === "end" || loading) return loading;
    loading = (async () => {
      const html = await (await request("GET", `today/night?at=${last.dataset.next}`, { quiet: true })).text();
      const told = new DOMParser().parseFromString(html, "text/html");
      for (const fresh of told.querySelectorAll(".night-page")) {
        if (place(fresh.dataset.key)) continue;
        fresh.classList.remove("current");
        place("end").before(document.adoptNode(fresh));
      }
    })().finally(() => { loading = null; });
    return loading;
  };

  const show = (page) => {
    current()?.classList.remove("current");
    page.classList.add("current");
    history.replaceState(null, "", `?at=${page.dataset.key}`);
    document.getElementById("main").scrollTo(0, 0);
    scrollTo(0, 0);
    page.focus({ preventScroll: true });
    const all = pages();
    if (all.length - all.indexOf(page) <= AHEAD) load()?.catch(() => {});
  };

  const next = async () => {
    const page = current(), key = page?.dataset.next;
    if (!key) return false;
    mark(page);
    try {
      if (!place(key)) await load();
      if (current() === page && place(key)) show(place(key));
    } catch (failed) {
      notice(failed.message, { id: "night", problem: true, seconds: 8 });
    }
    return true;
  };
  const back = () => {
    const all = [...stack.querySelectorAll(".night-page")], before = all[all.indexOf(current()) - 1];
    if (!before) return false;
    show(before);
    return true;
  };

  stack.addEventListener("submit", (event) => {
    if (!event.target.closest(".bar")) return;
    event.preventDefault();
    next();
  });
  stack.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-command]");
    if (!link || event.ctrlKey || event.metaKey) return;
    if (link.dataset.command === "seen") {
      event.preventDefault();
      next();
    } else if (link.dataset.command === "undo" && back()) event.preventDefault();
  });
  let begun = null;
  stack.addEventListener("touchstart", ({ touches }) => { begun = touches.length === 1 ? touches[0] : null; }, { passive: true });
  stack.addEventListener("touchend", ({ changedTouches: [ended] }) => {
    const across = begun ? ended.clientX - begun.clientX : 0;
    if (Math.abs(across) < SWIPED || Math.abs(across) < 2 * Math.abs(ended.clientY - begun.clientY)) return;
    if (across < 0) next();
    else back();
  }, { passive: true });

  Object.assign(commands, { next, previous: back, after: next, before: back });
  addEventListener("online", send);
  send();
  if (current()) show(current());
})();
