// Which rows have been on the screen. An action on several rows leaves the others alone, and those that are folded, and
// says how many they were; what is in danger is left alone by the server.
(() => {
  const ROWS = ".row[data-key], .trial-row[data-key]", MOST = .75;
  const THRESHOLDS = Array.from({ length: 21 }, (_, step) => step / 20);
  const shown = new Set();

  // A case whose version has changed says something else than what was on the screen.
  const nameOf = (row) => `${row.dataset.key} ${row.dataset.version ?? ""}`;

  // Most of the row, or as much of it as fills most of the screen.
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting, intersectionRatio, intersectionRect } of entries) {
      const isOn = intersectionRatio >= MOST || intersectionRect.height >= MOST * window.innerHeight;
      if (isIntersecting && isOn) shown.add(nameOf(target));
    }
  }, { threshold: THRESHOLDS });

  const watch = (row) => {
    observer.unobserve(row); // a row that is watched anew is reported at once
    observer.observe(row);
  };
  const watchIn = (part) => {
    if (part.matches(ROWS)) watch(part);
    part.querySelectorAll(ROWS).forEach(watch);
  };
  const main = document.getElementById("main");
  watchIn(main);
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes") watchIn(target);
      else for (const node of addedNodes) if (node instanceof Element) watchIn(node);
    }
  }).observe(main, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-key", "data-version"] });

  const isChosen = (input) => input.name === "item" && (input.type !== "checkbox" || input.checked);
  const whyLeft = (input) => {
    const row = input.closest(ROWS) ?? document.getElementById(`row-${input.value.split(":")[0]}`);
    if (row?.closest("details:not([open])")) return "left_folded";
    return row && shown.has(nameOf(row)) ? "" : "left_unshown";
  };

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const form = detail.elt.closest("form[data-several]");
    if (!form) return;
    const left = { left_folded: 0, left_unshown: 0 };
    detail.formData.delete("item");
    for (const input of [...form.elements].filter(isChosen)) {
      const why = whyLeft(input);
      if (why) left[why] += 1;
      else detail.formData.append("item", input.value);
    }
    for (const [name, count] of Object.entries(left)) detail.formData.set(name, count);
  });
})();
