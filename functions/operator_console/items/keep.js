// Keeping a post: `f` keeps what somebody is at among the favourites, and takes it back once they keep it. Nothing is liked on X.
// A place says by `data-kept` which row or item it is about; the same one may be shown in the list and beside it.
(() => {
  const { root, word, notice, request, undo, commands } = desk;
  const SHOWN = 8;
  const placesOf = (key) => [...document.querySelectorAll(`[data-kept="${CSS.escape(key)}"]`)];
  // Where the focus is, else the row that was selected last, else what is open.
  const here = () => {
    const around = document.activeElement?.closest(":is(li, #item):has([data-kept])") ?? (document.activeElement?.closest("#opened, #reply") && document.getElementById("item"));
    return (around ?? document.querySelector(".at:has([data-kept])") ?? document.getElementById("item") ?? document).querySelector?.("[data-kept]");
  };

  const show = (key, html) => placesOf(key).forEach((place) => htmx.swap(place, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 }));
  // Asks, shows the mark everywhere, and offers the way back that the server names.
  const change = async (key, path, fields = {}) => {
    try {
      const answer = await request("POST", path, { fields }), { done } = JSON.parse(answer.headers.get("hx-trigger"));
      show(key, await answer.text());
      const made = undo.offer(() => {
        made.end();
        return change(key, done.undo, done.fields);
      });
      made.says(done.text, { id: "done", seconds: SHOWN });
    } catch (failed) {
      notice(failed.message, { id: "done", problem: true, seconds: SHOWN });
    }
  };

  const isMine = (place) => Boolean(place.querySelector("[data-mine]"));
  commands.keep = () => {
    const place = here(), key = place?.dataset.kept;
    return key ? change(key, `keep/${key}${isMine(place) ? "/take_back" : ""}`) : false;
  };
  commands.keep_note = async () => {
    const place = here();
    if (!place) return false;
    if (!isMine(place)) await commands.keep();
    const fold = place.querySelector("details");
    if (!fold) return false;
    fold.open = true;
    fold.querySelector("input[name=note]").focus();
    return true;
  };
  document.addEventListener("submit", (event) => {
    const place = event.target.closest("[data-kept]");
    if (!place || !event.target.matches('[action*="/keep/"]')) return;
    event.preventDefault();
    change(place.dataset.kept, event.target.getAttribute("action"), { note: event.target.elements.note.value });
  });
  document.addEventListener("click", ({ target }) => {
    const key = target.closest("[data-keep]")?.dataset.keep;
    if (!key) return;
    const place = placesOf(key)[0];
    if (place) change(key, `keep/${key}${isMine(place) ? "/take_back" : ""}`);
  });
})();
