// The page 오늘: the poll brings its cards anew, and those that changed are shown where they are. What somebody is typing into a card is never replaced.
(() => {
  const place = (id) => document.getElementById(id);
  if (!place("cards")) return;

  const isTyped = (field) => (field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked
    : field.matches("input, textarea") && field.value !== field.defaultValue);
  const isInUse = (card) => (card.contains(document.activeElement) && document.activeElement.matches("input, textarea, select"))
    || [...card.querySelectorAll("input:not([type=hidden]), textarea")].some(isTyped);

  const hears = (told) => {
    for (const fresh of told.querySelectorAll("#cards section[data-state]")) {
      const old = place(fresh.id);
      if (!old || old.dataset.state === fresh.dataset.state || isInUse(old)) continue;
      Idiomorph.morph(old, document.adoptNode(fresh), { morphStyle: "outerHTML" });
      htmx.process(place(fresh.id));
    }
  };
  desk.arrivals = { asks: () => "page=today", hears };
})();
