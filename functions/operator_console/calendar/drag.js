// Dragging a planned post to another hour or day of the calendar. Its minutes stay. The key m and the form do the same.
(() => {
  const FAR_ENOUGH = 5, PLACES = ".week .hour, .month td";
  let drag = null;

  const placeAt = (x, y) => document.elementFromPoint(x, y)?.closest(PLACES) ?? null;
  const timeAt = (place, clock) => {
    const { day, hour } = place.dataset;
    return `${day}T${hour === undefined ? clock : `${hour}:${clock.slice(3)}`}`;
  };

  const begin = () => {
    const { block } = drag, box = block.getBoundingClientRect(), held = block.cloneNode(true);
    held.removeAttribute("id");
    held.setAttribute("aria-hidden", "true");
    held.tabIndex = -1;
    held.classList.add("dragged");
    held.style.width = `${box.width}px`;
    document.body.append(held);
    document.body.classList.add("dragging");
    block.classList.add("ghost");
    Object.assign(drag, { held, grip: { x: drag.x - box.x, y: drag.y - box.y } });
  };
  const follow = ({ clientX, clientY }) => {
    const { held, grip, place, block } = drag, over = placeAt(clientX, clientY);
    held.style.translate = `${clientX - grip.x}px ${clientY - grip.y}px`;
    if (over === place) return;
    place?.classList.remove("drop");
    over?.classList.add("drop");
    drag.place = over;
    if (over) held.querySelector(".of").textContent = desk.word("drop_at", { time: timeAt(over, block.dataset.clock).replace("T", " ").slice(5) });
  };
  const finish = async ({ isDropped }) => {
    const { block, held, place } = drag;
    drag = null;
    if (!held) return;
    const caught = new AbortController(); // the click that follows opens nothing
    addEventListener("click", (event) => { event.preventDefault(); event.stopPropagation(); }, { capture: true, signal: caught.signal });
    setTimeout(() => caught.abort());
    place?.classList.remove("drop");
    document.body.classList.remove("dragging");
    if (isDropped && place && !place.contains(block)) {
      held.setAttribute("aria-busy", "true");
      await desk.calendar.moveTo(block, timeAt(place, block.dataset.clock));
    }
    held.remove();
    block.classList.remove("ghost");
  };

  document.addEventListener("pointerdown", (event) => {
    const block = event.target.closest?.(".ev[data-version]");
    if (!block || event.button || event.pointerType === "touch") return;
    drag = { block, x: event.clientX, y: event.clientY, place: null };
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.held && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR_ENOUGH) return;
    if (!drag.held) begin();
    follow(event);
  });
  document.addEventListener("pointerup", () => drag && finish({ isDropped: true }));
  document.addEventListener("pointercancel", () => drag && finish({ isDropped: false }));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drag) return;
    event.stopPropagation();
    finish({ isDropped: false });
  }, true);
  // The browser's own dragging of links is none of it.
  document.addEventListener("dragstart", (event) => event.target.closest?.(".ev") && event.preventDefault());
})();
