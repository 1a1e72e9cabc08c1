// Popovers: <details class="pop">, which also open without scripts. One is open at a time, and Esc or a click elsewhere closes it.
// The first field of one that opens gets the focus, and its summary gets it back. Here is also what folds the rail.
(() => {
  const open = () => [...document.querySelectorAll("details.pop[open]")];
  const close = (pop, { focus = true } = {}) => {
    const hadFocus = pop.contains(document.activeElement);
    pop.open = false;
    if (focus && hadFocus) pop.querySelector("summary").focus();
  };
  document.addEventListener("toggle", ({ target }) => {
    if (!target.matches?.("details.pop") || !target.open) return;
    open().filter((each) => each !== target && !each.contains(target)).forEach((each) => close(each, { focus: false }));
    const panel = target.querySelector(".panel"), first = "textarea, select, input:not([type=hidden]), button, a[href]";
    if (target.contains(document.activeElement) && !panel.contains(document.activeElement)) panel.querySelector(first)?.focus();
  }, true);
  document.addEventListener("click", ({ target }) =>
    open().filter((pop) => !pop.contains(target)).forEach((pop) => close(pop, { focus: false })));
  document.addEventListener("keydown", (event) => {
    const pop = event.key === "Escape" && !desk.composes(event) && open().at(-1);
    if (!pop) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    close(pop);
  }, true);

  // The cookie lets the server draw the rail as it was left; it says nothing about a person.
  desk.commands.fold = () => {
    const isFolded = document.body.classList.toggle("folded"), button = document.querySelector("[data-command=fold]");
    button.setAttribute("aria-pressed", String(isFolded));
    document.cookie = `rail=${isFolded ? 1 : 0}; path=${desk.root}; max-age=31536000; samesite=lax`;
  };
  document.addEventListener("click", ({ target }) => { if (target.closest("[data-command=fold]")) desk.commands.fold(); });
})();
