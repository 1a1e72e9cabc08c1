// The opened item: the customer's newest words are in sight, popovers of its toolbar close once their form is done, and the focus stays where
// somebody was.
(() => {
  const opened = document.getElementById("opened");
  if (!opened) return;
  const isLost = () => !document.activeElement || document.activeElement === document.body;
  let was = "";

  const showNewest = () => [...opened.querySelectorAll(".entry.post")].pop()?.scrollIntoView({ block: "nearest" });
  document.addEventListener("desk:opened", showNewest);
  showNewest();

  // A button beside the conversation that opens a form of the toolbar.
  document.addEventListener("click", ({ target }) => {
    const asked = target.closest("[data-press]");
    if (asked) desk.commands.press(asked.dataset.press);
  });

  // A form's answer replaces the item: the focus goes to the button that opened the form, or to the title.
  const commandOf = (element) => element?.closest("details")?.querySelector("summary")?.dataset.command ?? "";
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target === opened) was = commandOf(document.activeElement);
  });
  const giveFocus = () => {
    if (!isLost()) return;
    const again = was && opened.querySelector(`summary[data-command="${was}"]`);
    (again && again.checkVisibility() ? again : document.getElementById("item-title"))?.focus();
  };
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.target === opened) setTimeout(giveFocus);
  });
  // A line of the menu that asks for something beside the item.
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const fold = detail.xhr.status < 400 && detail.target !== opened && detail.elt.closest("#opened .pop[open]");
    if (!fold) return;
    fold.open = false;
    fold.querySelector("summary").focus();
  });
})();
