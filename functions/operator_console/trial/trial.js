// The trial with the keyboard: select a case, release it, correct its department, or close it. A row goes at once; if the
// server says no, it comes back with the reason.
(() => {
  const { root, word, announce, element, notice, commands } = desk;
  if (!document.getElementById("trial-rows")) return;

  const { all: rows, selected, select, tick } = desk.rows("#trial-rows .trial-row:not(.leaving)");
  const fold = (row, name) => {
    const summary = row?.querySelector(`[data-decide="${name}"]`);
    if (!summary) return false;
    row.querySelectorAll("details[open]").forEach((each) => { if (each !== summary.parentElement) each.open = false; });
    summary.parentElement.open = true;
    return summary.parentElement;
  };

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
  commands.select = tick;
  // A figure chooses the department with that number, while the choice is open.
  commands.choose = (place) => selected()?.querySelectorAll("details[open] .departments button")[place - 1]?.click();
  commands.release_ticked = () => document.querySelector("#trial-rows input:checked") && document.querySelector("#trial-bulk button").click();
  commands.leave = () => {
    const row = selected();
    row?.querySelectorAll("details[open]").forEach((each) => { each.open = false; });
    if (row) select(row);
  };
  desk.keysHere = { open: word("trial.release"), department: word("trial.correct"), close: word("trial.close") };

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
    select(selected() ?? rows()[0] ?? null);
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
  const showArrived = (html) => {
    htmx.swap(document.body, html, { swapStyle: "none", swapDelay: 0, settleDelay: 0 });
    const arrived = counted() - known;
    if (arrived <= 0) return void (known = Math.min(known, counted()));
    const link = element("a", { href: `${root}/trial`, class: "button quiet", text: word("trial.show") });
    notice(word("trial.arrived", { count: arrived }), { id: "trial-arrived", children: [link] });
  };
  const path = (isHidden) => (isHidden || document.querySelector(".trial-row.leaving") ? null : "trial/figures");
  desk.poll({ path, every: EVERY, hears: showArrived });

  if (rows()[0]) select(rows()[0], { focus: document.activeElement === document.body });
})();
