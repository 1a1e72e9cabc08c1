// The inbox: moving through the list, opening items beside it, selecting several, pictures, and the drawer of a narrow screen.
//
// On a desk the first item opens by itself. Nothing of it is marked as seen, and nobody is told that it is open, before
// somebody attends to it: by a key, a click or a scroll, or by three seconds in which the page has the focus.
(() => {
  const { root, word, element, notice, request, commands } = desk;
  const opened = document.getElementById("opened"), main = document.getElementById("main");
  if (!opened) return;

  const PREFETCHED_LASTS = 30_000, ATTENDED_AFTER = 3000;
  const isDesk = matchMedia("(min-width: 761px)");
  const parts = new Map();
  const LEAVES = /\/(hand|close|snooze|return_draft|fact_check)$/; // actions after which the item is in another queue
  let turn = 0, opening = null, quiet = "", looking = 0, ticked = null, isOver = false;

  const rowOf = (key) => document.querySelector(`#list .row[data-key="${CSS.escape(key)}"]`);
  const linkOf = (row) => row.querySelector("a");
  const itemNow = () => document.querySelector("#item[data-key]");
  const openKey = () => itemNow()?.dataset.key ?? "";
  const queue = () => location.pathname.match(/\/inbox\/(\w+)/)?.[1] ?? itemNow()?.dataset.queue ?? "all";
  const waits = (row) => !row.matches(".sending, .leaving");

  const { all: rows, selected, select, tick } = desk.rows("#list .row[id]", {
    start: () => rowOf(openKey()) ?? rows()[0] ?? null,
    focusIn: linkOf,
    chosen: (row) => prefetch(row.dataset.key),
  });
  const nextAfter = (key) => {
    const all = rows(), at = all.findIndex((row) => row.dataset.key === key);
    const goesOn = (row) => waits(row) && row.dataset.key !== key;
    return all.slice(at + 1).find(goesOn) ?? all.slice(0, Math.max(at, 0)).reverse().find(goesOn) ?? null;
  };

  // Opening. A part says nothing about who saw it, so that of the next item is loaded beforehand.
  const partOf = (key, { ahead = false } = {}) => {
    const link = rowOf(key) && linkOf(rowOf(key)).getAttribute("hx-get");
    return request("GET", link ?? `${root}/case/${key}?queue=${queue()}`, { quiet: ahead }).then((answer) => answer.text());
  };
  const prefetch = (key) => {
    if (parts.has(key) || key === openKey()) return;
    const html = partOf(key, { ahead: true });
    html.catch(() => parts.delete(key));
    parts.set(key, { html, at: Date.now() });
  };
  const taken = async (key) => {
    const known = parts.get(key);
    parts.delete(key);
    if (!known || Date.now() - known.at > PREFETCHED_LASTS) return partOf(key);
    return known.html.catch(() => partOf(key));
  };
  const marks = "marks" in (document.getElementById("list")?.dataset ?? {}); // a viewer marks nothing
  const saw = (key) => marks && request("POST", "seen", { fields: { key }, keepalive: true, quiet: true }).catch(() => {});
  const addressOf = (key) => `${root}/inbox/${queue()}/${key}${location.search}`;

  // Somebody attends to the item that opened by itself: from now on it is open as any other.
  const attend = () => {
    clearTimeout(looking);
    const key = quiet;
    if (!key) return;
    quiet = "";
    saw(key);
    history.replaceState({ key }, "", addressOf(key));
    document.dispatchEvent(new CustomEvent("desk:attended", { detail: { key } }));
  };
  const awaitAttention = () => {
    clearTimeout(looking);
    if (quiet && document.hasFocus() && document.visibilityState === "visible") looking = setTimeout(attend, ATTENDED_AFTER);
  };
  const isElsewhere = (target) => target.closest?.("a[href], #list .row:not([aria-current])");
  addEventListener("keydown", attend, true);
  addEventListener("wheel", attend, { capture: true, passive: true });
  addEventListener("touchmove", attend, { capture: true, passive: true });
  addEventListener("pointerdown", ({ target }) => { if (!isElsewhere(target)) attend(); }, true);
  ["focus", "blur"].forEach((name) => addEventListener(name, awaitAttention));
  document.addEventListener("visibilitychange", awaitAttention);

  const show = (key, html, { push = true, quietly = false } = {}) => {
    quiet = quietly ? key : "";
    htmx.swap(opened, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
    rows().forEach((row) => {
      if (row.dataset.key === key) linkOf(row).closest(".row").setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    });
    if (push && !quietly && document.getElementById("list")) history.pushState({ key }, "", addressOf(key));
    if (quietly) awaitAttention();
    else saw(key);
    document.dispatchEvent(new CustomEvent("desk:opened", { detail: { key, quietly } }));
    const next = nextAfter(key);
    if (next) prefetch(next.dataset.key);
  };

  const open = (key, how = {}) => {
    const begun = load(key, how).finally(() => { if (desk.opening === begun) desk.opening = opening = null; });
    desk.opening = begun;
    opening = key;
    return begun;
  };
  const load = async (key, how) => {
    const { fresh = false, quietly = false } = how;
    const mine = ++turn, row = rowOf(key);
    isOver = false;
    document.dispatchEvent(new CustomEvent("desk:leaving", { detail: { key } }));
    if (row) select(row, { focus: !quietly && (!document.activeElement?.closest("#reply") || how.focus) });
    if (fresh) parts.delete(key);
    try {
      const html = await taken(key);
      if (mine === turn) show(key, html, how);
      return mine === turn;
    } catch (failed) {
      if (mine !== turn) return false;
      const again = element("button", { type: "button", text: word("retry") });
      again.addEventListener("click", () => open(key, how));
      opened.querySelector(":scope > .problem")?.remove();
      opened.prepend(element("p", { class: "problem", role: "alert", text: `${failed.message} ` }, again));
      return false;
    }
  };

  // On a desk the first item that waits, without a word to anybody; on a phone the list comes first.
  const openFirst = () => {
    const first = rows().find(waits);
    if (isDesk.matches && first && !openKey() && !document.querySelector("#rows.to-read")) open(first.dataset.key, { quietly: true });
  };
  const showNothing = () => {
    const says = document.querySelector("#list > .empty");
    opened.replaceChildren(element("div", { id: "item", class: "empty" }, ...(says?.cloneNode(true).childNodes ?? [])));
  };
  const close = ({ push = true } = {}) => {
    document.dispatchEvent(new CustomEvent("desk:leaving", { detail: { key: "" } }));
    turn += 1;
    quiet = "";
    showNothing();
    document.getElementById("context")?.replaceChildren();
    rows().forEach((row) => row.removeAttribute("aria-current"));
    if (push) history.pushState({ key: "" }, "", `${root}/inbox/${queue()}${location.search}`);
    document.dispatchEvent(new CustomEvent("desk:opened", { detail: { key: "" } }));
  };

  // The item after this one; none is left if there is no other. Who came from 오늘 goes on with its next thing, and after the last one back to it.
  const today = `${root}/today`, cameFrom = document.referrer && new URL(document.referrer).pathname;
  const things = cameFrom === today ? JSON.parse(sessionStorage.getItem("today") ?? "[]") : [];
  const goOn = (key) => {
    const at = things.indexOf(key), next = at < 0 ? nextAfter(key)?.dataset.key : things[at + 1];
    if (next) return void open(next, { focus: true });
    close();
    isOver = at >= 0;
    if (isOver) notice(word("today_over"), { id: "today", children: [element("a", { class: "button", href: today, text: word("to_today") })] });
  };
  const goBack = () => { if (isOver) location.assign(today); };

  // A row that has left the queue. When the last one has, the list says what comes next.
  const drop = (key) => {
    const row = rowOf(key);
    if (!row || key === openKey()) return;
    row.remove();
    if (!rows().length) commands.merge?.();
  };
  const left = (key) => {
    if (key !== openKey() || !rowOf(key)) return;
    rowOf(key).classList.add("leaving");
    goOn(key);
    desk.opening ? desk.opening.then(() => drop(key)) : drop(key);
  };
  document.addEventListener("done", ({ detail, target }) => {
    if (LEAVES.test(target.getAttribute?.("action") ?? "")) setTimeout(() => left(detail.key));
  });
  document.addEventListener("undone", async ({ detail: { key, html } }) => {
    if (!key) return htmx.swap(document.getElementById("list"), html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
    await commands.merge?.(); // the row is back before it is selected
    open(key, { fresh: true });
  });

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("#list .row > a");
    const picture = event.target.closest('[data-command="enlarge"]');
    if (event.target.closest('[data-command="back"]')) {
      event.preventDefault();
      close();
    } else if (event.target.closest('[data-command="context"]')) {
      event.preventDefault();
      toggleContext();
    } else if (link) {
      event.preventDefault();
      event.stopPropagation();
      open(link.closest(".row").dataset.key);
    } else if (picture) {
      event.preventDefault();
      enlarge(picture);
    }
  }, true);

  window.addEventListener("popstate", () => {
    const [, nowQueue, key] = location.pathname.match(/\/inbox\/(\w+)(?:\/([^/]+))?$/) ?? [];
    if (!nowQueue) return location.reload();
    if (key) return open(key, { push: false });
    close({ push: false });
    openFirst();
  });

  // On a narrow screen the context is a drawer, with a button of its own to close it.
  const toggleContext = () => {
    const context = document.getElementById("context"), isOpen = main.classList.toggle("with-context");
    if (!isOpen) return void document.querySelector(".to-context").focus();
    if (!context.querySelector(".close-context")) {
      context.prepend(element("button", { type: "button", class: "close-context quiet", "data-command": "context", text: word("close") }));
    }
    context.querySelector(".close-context").focus();
  };

  const enlarge = (link) => {
    const dialog = document.getElementById("picture") ?? document.body.appendChild(element("dialog", { id: "picture" }));
    const alt = link.querySelector("img")?.alt ?? "";
    const picture = element("img", { src: link.href, alt, referrerpolicy: "no-referrer" });
    const leave = element("button", { class: "quiet", text: word("close") });
    dialog.setAttribute("aria-label", alt || word("picture"));
    dialog.replaceChildren(picture, element("form", { method: "dialog" }, leave));
    dialog.showModal();
  };

  // Commands of keys. Those about an item are about the selected one, which is opened first if it is not.
  const aboutItem = (command) => async () => {
    const row = selected();
    if (row && row.dataset.key !== openKey() && !(await open(row.dataset.key))) return false;
    return commands.press(command);
  };
  for (const command of ["note", "assign", "department", "snooze", "close", "raise", "clear", "like"]) commands[command] = aboutItem(command);
  commands.open = () => selected() && open(selected().dataset.key);
  commands.reply = () => {
    const row = selected();
    if (row && row.dataset.key !== openKey() && row.dataset.key !== opening) open(row.dataset.key);
    document.getElementById("reply-text")?.focus();
  };
  commands.select = tick;
  commands.select_range = () => tickTo(selected());
  commands.leave = () => {
    const typed = document.activeElement, row = rowOf(openKey()) ?? selected();
    const fold = typed?.closest("#opened details[open]");
    if (main.classList.contains("with-context")) return void toggleContext();
    if (fold) fold.open = false;
    else if (!typed?.matches("textarea, input, select") && openKey() && !isDesk.matches) close();
    if (row) select(row);
    else typed?.blur();
  };

  // Selecting. From the row that was ticked last to this one, all get what that one has.
  const boxOf = (row) => row?.querySelector(".pick input") ?? null;
  const showTicked = () => {
    const boxes = [...document.querySelectorAll("#rows .pick input")], count = boxes.filter((box) => box.checked).length;
    boxes.forEach((box) => box.closest(".row").classList.toggle("marked", box.checked));
    const says = document.getElementById("bulk-count");
    if (says && count) says.textContent = word("selected", { count });
  };
  const tickTo = (row) => {
    const all = rows(), from = all.indexOf(rowOf(ticked ?? "")), to = all.indexOf(row);
    if (!boxOf(row)) return;
    const isOn = from < 0 || boxOf(all[from]).checked;
    all.slice(Math.min(from < 0 ? to : from, to), Math.max(from, to) + 1).map(boxOf).forEach((box) => { if (box) box.checked = isOn; });
    ticked = row.dataset.key;
    showTicked();
  };
  commands.unselect = () => {
    document.querySelectorAll("#rows .pick input:checked").forEach((box) => { box.checked = false; });
    showTicked();
  };
  document.addEventListener("click", (event) => {
    const row = event.target.closest("#rows .pick") && event.target.closest(".row");
    if (event.target.closest('[data-command="unselect"]')) return void (event.preventDefault(), commands.unselect());
    if (row && event.shiftKey) return void (event.preventDefault(), setTimeout(() => tickTo(row)));
  });
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("#rows .pick input")) return;
    ticked = target.closest(".row").dataset.key;
    showTicked();
  });
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    if (target.id !== "list") return;
    showTicked();
    if (openKey()) return;
    if (rows().length) openFirst();
    else showNothing();
  });

  Object.assign(desk, { inbox: { open, close, goOn, goBack, rowOf, openKey, queue, selected, drop, isQuiet: () => Boolean(quiet) } });
  showTicked();
  if (openKey()) {
    if (rowOf(openKey())) select(rowOf(openKey()), { focus: false });
    const next = nextAfter(openKey());
    if (next) prefetch(next.dataset.key);
  } else {
    openFirst();
  }
})();
