// The focus never falls to the page: when what had it was removed or hidden, the next best place gets it. That is what has the same id now, what
// opens the same form, the first thing in what was around it, the selected row, or the page's content. Who leaves a field on purpose (Esc) keeps that.
(() => {
  let last = null, places = [];
  const isThere = (found) => found?.isConnected && (found.checkVisibility?.() ?? true);
  const FIRST = "a[href], button, summary, input:not([type=hidden]), select, textarea, [tabindex]";
  const around = (found) => {
    const command = found.closest("[data-command]") ?? found.closest("details")?.querySelector(":scope > summary[data-command]");
    const ids = [];
    for (let each = found; each; each = each.parentElement) if (each.id) ids.push(each.id);
    return [...(found.id ? [`#${CSS.escape(found.id)}`] : []), ...(command ? [`[data-command="${command.dataset.command}"]`] : []),
      ...ids.filter((id) => id !== "main").map((id) => `#${CSS.escape(id)} :is(${FIRST})`), ".at :is(a[href], button)", "#main"];
  };
  document.addEventListener("focusin", ({ target }) => {
    last = target;
    places = around(target);
  });
  const restore = () => {
    if (!last || document.activeElement !== document.body || isThere(last)) return;
    for (const place of places) {
      const found = [...document.querySelectorAll(place)].find(isThere);
      if (!found) continue;
      found.focus({ preventScroll: true });
      if (document.activeElement === found) return;
    }
  };
  // The link that skips what every page has leads into the content: its first row gets the focus at once.
  document.addEventListener("click", (event) => {
    const content = event.target.closest?.("a.skip") && document.querySelector(event.target.closest("a.skip").hash);
    const first = content && [...content.querySelectorAll(FIRST)].find(isThere);
    if (!first) return;
    event.preventDefault();
    first.focus();
  });
  let asked = 0;
  new MutationObserver(() => {
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(() => setTimeout(restore));
  }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["open", "hidden", "disabled", "class"] });
})();
