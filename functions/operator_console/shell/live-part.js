// A page with a part of its own, `<div data-page="NAME">`: the poll brings it anew, and those of its sections that changed are shown where they are. What somebody
// is typing into a section is never replaced.
(() => {
  const page = document.querySelector("[data-page]")?.dataset.page;
  if (!page) return;

  const isTyped = (field) => (field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked
    : field.matches("input, textarea") && field.value !== field.defaultValue);
  const isInUse = (section) => (section.contains(document.activeElement) && document.activeElement.matches("input, textarea, select"))
    || [...section.querySelectorAll("input:not([type=hidden]), textarea")].some(isTyped);

  const hears = (told) => {
    for (const fresh of told.querySelectorAll("[data-page] section[data-state]")) {
      const old = document.getElementById(fresh.id);
      if (!old || old.dataset.state === fresh.dataset.state || isInUse(old)) continue;
      Idiomorph.morph(old, document.adoptNode(fresh), { morphStyle: "outerHTML" });
      htmx.process(document.getElementById(fresh.id));
    }
  };
  desk.arrivals = { asks: () => `page=${page}`, hears };
})();
