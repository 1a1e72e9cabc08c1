// The inbox: moving through the list, opening items beside it, marking, pictures, and the drawer of a narrow screen.
(() => {
  const { root, word, element, request, commands } = desk;
  const opened = document.getElementById("opened"), main = document.getElementById("main");
  if (!opened) return;

  const PREFETCHED_LASTS = 30_000;
  const parts = new Map();
  const LEAVES = /\/(hand|close|snooze|return_draft|fact_check)$/; // actions after which the item is in another queue
  let turn = 0, opening = null;

  const rowOf = (key) => document.getElementById(`row-${key}`);
  const linkOf = (row) => row.querySelector("a");
  const itemNow = () => document.querySelector("#item[data-key]");
  const openKey = () => itemNow()?.dataset.key ?? "";
  const queue = () => location.pathname.match(/\/inbox\/(\w+)/)?.[1] ?? itemNow()?.dataset.queue ?? "all";
  const waits = (row) => !row.matches(".sending, .leaving");

  const { all: rows, selected, select, tick } = desk.rows("#rows .row", {
    start: () => rowOf(openKey()) ?? rows()[0] ?? null,
    focusIn: linkOf,
    chosen: (row) => prefetch(row.dataset.key),
  });
  const nextAfter = (key) => {
    const all = rows(), at = all.findIndex((row) => row.dataset.key === key);
    return all.slice(at + 1).find(waits) ?? all.slice(0, Math.max(at, 0)).reverse().find(waits) ?? null;
  };

  // Opening. The part of the next item is loaded beforehand, which does not count as seeing it.
  const partOf = (key, { ahead = false } = {}) => {
    const link = rowOf(key) && linkOf(rowOf(key)).getAttribute("hx-get");
    const path = link ?? `${root}/case/${key}?queue=${queue()}`;
    return request("GET", ahead ? `${path}&prefetch=1` : path, { quiet: ahead }).then((answer) => answer.text());
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
    try {
      const html = await known.html;
      request("POST", "seen", { fields: { key }, keepalive: true, quiet: true }).catch(() => {});
      return html;
    } catch {
      return partOf(key);
    }
  };

  const show = (key, html, { push = true } = {}) => {
    htmx.swap(opened, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
    rows().forEach((row) => {
      if (row.dataset.key === key) linkOf(row).closest(".row").setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    });
    if (push && document.getElementById("list")) {
      history.pushState({ key }, "", `${root}/inbox/${queue()}/${key}${location.search}`);
    }
    document.dispatchEvent(new CustomEvent("desk:opened", { detail: { key } }));
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
    const { push = true, fresh = false } = how;
    const mine = ++turn, row = rowOf(key);
    document.dispatchEvent(new CustomEvent("desk:leaving", { detail: { key } }));
    if (row) select(row, { focus: !document.activeElement?.closest("#reply") || how.focus });
    if (fresh) parts.delete(key);
    try {
      const html = await taken(key);
      if (mine === turn) show(key, html, { push });
      return mine === turn;
    } catch (failed) {
      if (mine !== turn) return false;
      const again = element("button", { type: "button", text: word("retry") });
      again.addEventListener("click", () => open(key, { push }));
      opened.querySelector(":scope > .problem")?.remove();
      opened.prepend(element("p", { class: "problem", role: "alert", text: `${failed.message} ` }, again));
      return false;
    }
  };

  const close = ({ push = true } = {}) => {
    document.dispatchEvent(new CustomEvent("desk:leaving", { detail: { key: "" } }));
    turn += 1;
    opened.replaceChildren(element("p", { class: "empty", text: word("choose") }));
    document.getElementById("context")?.replaceChildren();
    rows().forEach((row) => row.removeAttribute("aria-current"));
    if (push) history.pushState({ key: "" }, "", `${root}/inbox/${queue()}${location.search}`);
    document.dispatchEvent(new CustomEvent("desk:opened", { detail: { key: "" } }));
  };

  // The item after this one; none is left if there is no other.
  const goOn = (key) => {
    const next = nextAfter(key);
    if (next) open(next.dataset.key, { focus: true });
    else close();
  };

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
    const link = event.target.closest("#rows .row > a");
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
    return key ? open(key, { push: false }) : close({ push: false });
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
  commands.leave = () => {
    const typed = document.activeElement, row = rowOf(openKey()) ?? selected();
    const fold = typed?.closest("#opened details[open]");
    if (main.classList.contains("with-context")) return void toggleContext();
    if (fold) fold.open = false;
    else if (!typed?.matches("textarea, input, select") && openKey()) close();
    if (row) select(row);
    else typed?.blur();
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("#rows input[type=checkbox]")) {
      event.target.closest(".row").classList.toggle("marked", event.target.checked);
      const bulk = document.getElementById("bulk-actions");
      if (bulk) bulk.open = Boolean(document.querySelector("#rows input:checked"));
    }
  });

  Object.assign(desk, { inbox: { open, close, goOn, rowOf, openKey, queue, selected, drop } });
  if (openKey() || rows()[0]) {
    const row = rowOf(openKey()) ?? rows()[0];
    if (row && openKey()) select(row, { focus: false });
    const next = openKey() ? nextAfter(openKey()) : row;
    if (next) prefetch(next.dataset.key);
  }
})();
