// The trial with the keyboard: select a case, release it, correct its department, or close it. A row goes at once; if the
// server says no, it comes back with the reason.
(() => {
  const { root, word, announce, element, notice, request, commands } = desk;
  if (!document.getElementById("trial-rows")) return;
  let selectedKey = "";

  const rows = () => [...document.querySelectorAll("#trial-rows .trial-row:not(.leaving)")];
  const rowOf = (key) => document.getElementById(`row-${key}`);
  const selected = () => rows().find((row) => row.dataset.key === selectedKey) ?? null;
  const select = (row, { focus = true } = {}) => {
    selectedKey = row?.dataset.key ?? "";
    document.querySelectorAll("#trial-rows .trial-row").forEach((each) => each.classList.toggle("at", each === row));
    if (row && focus) row.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const all = rows(), at = all.indexOf(selected());
    const next = all[at < 0 ? 0 : at + by];
    if (next) select(next);
  };
  const fold = (row, name) => {
    const summary = row?.querySelector(`[data-decide="${name}"]`);
    if (!summary) return false;
    row.querySelectorAll("details[open]").forEach((each) => { if (each !== summary.parentElement) each.open = false; });
    summary.parentElement.open = true;
    return summary.parentElement;
  };

  commands.next = () => step(1);
  commands.previous = () => step(-1);
  commands.open = () => {
    const button = (selected() ?? rows()[0])?.querySelector('[data-decide="release"]');
    if (!button) return false;
    if (!selected()) return select(rows()[0]);
    button.click();
  };
  commands.department = () => fold(selected(), "hand") && selected().focus();
  commands.close = () => {
    const opened = fold(selected(), "close"), reason = opened && opened.querySelector("input[name=reason]");
    reason?.focus();
    reason?.select();
  };
  commands.select = () => selected()?.querySelector("input[type=checkbox]")?.click();
  commands.leave = () => {
    const row = selected();
    row?.querySelectorAll("details[open]").forEach((each) => { each.open = false; });
    if (row) select(row);
  };
  // What the keys do on this page; "" for what they do everywhere.
  desk.keysHere = {
    next: "", previous: "", select: "", leave: "",
    open: word("trial.release"), department: word("trial.correct"), close: word("trial.close"),
  };

  // A figure chooses the department with that number, while the choice is open; Shift+Enter releases what is ticked.
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input:not([type=checkbox]), select, textarea") || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.code === "Enter" && event.shiftKey && document.querySelector("#trial-rows input:checked")) {
      event.preventDefault();
      document.querySelector("#trial-bulk button").click();
      return;
    }
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code), open = selected()?.querySelector("details[open] .departments");
    if (!digit || !open || event.shiftKey) return;
    event.preventDefault();
    open.querySelectorAll("button")[digit[1] - 1]?.click();
  });

  document.addEventListener("focusin", ({ target }) => {
    const row = target.closest?.(".trial-row:not(.leaving)");
    if (row && row.dataset.key !== selectedKey) select(row, { focus: false });
  });

  // The next row is selected at once, so that one key after the other decides one case after the other. The requests
  // wait for each other (hx-sync), so that the figures are always those after the last decision.
  document.addEventListener("submit", ({ target }) => {
    const row = target.closest(".trial-row");
    if (!row || row.classList.contains("leaving")) return;
    const all = rows(), at = all.indexOf(row);
    row.classList.add("leaving");
    row.querySelectorAll(".problem").forEach((problem) => problem.remove());
    select(all[at + 1] ?? all[at - 1] ?? null);
  }, true);
  const comesBack = ({ detail }) => {
    const row = detail.elt.closest?.(".trial-row");
    if (!row) return;
    row.classList.remove("leaving");
    select(row);
  };
  for (const failed of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(failed, comesBack);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status >= 400) comesBack(event);
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (document.querySelector(".trial-row") || !document.querySelector("#trial[data-more]")) return;
    location.reload();
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector(".trial-row.leaving")) event.preventDefault();  // a decision is still on its way
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target?.id !== "trial" && detail.elt?.id !== "trial") return;
    htmx.process(document.getElementById("trial"));  // now, not when it has settled: a key may come before that
    select(rows()[0] ?? null);
    known = counted();
  });
  document.addEventListener("decided", ({ detail }) => {
    announce(detail.text);
    known -= 1;
  });

  // A page that is left open says how many cases came in. The list itself changes only when a person asks for it.
  const EVERY = 30_000;
  const counted = () => parseInt(document.getElementById("trial-count").textContent, 10);
  let known = counted();
  setInterval(async () => {
    if (document.hidden || document.querySelector(".trial-row.leaving")) return;
    try {
      const html = await (await request("GET", "trial/figures", { quiet: true })).text();
      htmx.swap(document.body, html, { swapStyle: "none", swapDelay: 0, settleDelay: 0 });
    } catch {
      return;  // the next time will tell
    }
    const arrived = counted() - known;
    if (arrived <= 0) return void (known = Math.min(known, counted()));
    const link = element("a", { href: `${root}/trial`, class: "button quiet", text: word("trial.show") });
    notice(word("trial.arrived", { count: arrived }), { id: "trial-arrived", children: [link] });
  }, EVERY);

  if (rows()[0]) select(rows()[0], { focus: document.activeElement === document.body });
})();
