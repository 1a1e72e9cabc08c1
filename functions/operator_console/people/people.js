// The attendance: j and k, the greeting's box, sending one greeting a press, and undoing. Nothing is sent to several.
(() => {
  const { word, request, notice, announce, commands } = desk;
  const list = document.getElementById("attendees");
  const boxOf = (row) => row?.querySelector("details.greet");
  const textOf = (row) => row?.querySelector("textarea[name=text]");
  const sentTexts = new Set([...document.querySelectorAll(".sent .words")].map((each) => each.textContent.trim()));
  const offers = new Map();
  const { all: rows, selected, select } = desk.rows("#attendees > .attendee", { focusIn: (row) => boxOf(row)?.querySelector("summary") ?? row });

  // Opens the box, with the caret behind the text, so that typing goes on and Ctrl+Enter sends it as it is.
  const open = (row) => {
    const box = boxOf(row), field = textOf(row);
    if (!box) return false;
    box.open = true;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    row.scrollIntoView({ block: "nearest" });
    warn(row);
    return true;
  };
  // The next one who was not greeted, below this row first.
  const nextWaiting = (row) => {
    const all = rows(), at = all.indexOf(row);  // -1 before anybody was selected: from the top
    return [...all.slice(at + 1), ...all.slice(0, at)].find((each) => boxOf(each) && !each.classList.contains("sending"));
  };
  const warn = (row) => {
    const hint = row.querySelector(".same");
    if (hint) hint.hidden = !sentTexts.has(textOf(row).value.trim());
  };
  const showProblem = (row, problem) => desk.showProblem(row.querySelector(".problem-place"), problem);
  const showWaiting = (by) => {
    const count = document.getElementById("waiting");
    if (count) count.textContent = Math.max(0, Number(count.textContent) + by);
  };

  const replaced = (row, html) => {
    const made = new DOMParser().parseFromString(html, "text/html").querySelector(".attendee");
    const place = document.importNode(made, true);
    row.replaceWith(place);
    textOf(place)?.dispatchEvent(new Event("letters", { bubbles: true }));
    return place;
  };

  const send = async (row) => {
    const form = boxOf(row)?.querySelector("form"), field = textOf(row);
    if (!form || row.classList.contains("sending")) return;
    const text = field.value.trim();
    if (!text) {
      showProblem(row, word("empty"));
      return void field.focus();
    }
    const fields = Object.fromEntries(new FormData(form));
    showProblem(row, "");
    row.classList.add("sending");
    sentTexts.add(text);
    boxOf(row).open = false;
    announce(word("sending"));
    const next = nextWaiting(row);
    if (next) open(next);
    else select(row);
    try {
      const answer = await request("POST", form.getAttribute("action"), { fields, keepalive: true });
      const wasHere = row.contains(document.activeElement) || document.activeElement === row;
      const place = replaced(row, await answer.text());
      showWaiting(-1);
      if (wasHere) select(place);
      countDown(place);
    } catch (failed) {
      row.classList.remove("sending");
      sentTexts.delete(text);
      boxOf(row).open = true;
      showProblem(row, failed);
      const name = row.getAttribute("aria-label");
      notice(`${name}: ${word("not_sent", { reason: failed.message })}`, { id: `sent-${row.id}`, problem: true, seconds: 20 });
    }
  };

  // The time to undo. When it is over, the page sends the reply, also while it is left. Else the sweep does.
  const countDown = (row) => {
    const place = row.querySelector(".sent[data-send-now]");
    if (!place) return;
    const line = place.querySelector(".meta"), by = line.textContent.split("·").at(-1).trim();
    const offer = desk.undo.offer(() => undo(row, place));
    offers.set(row, offer);
    offer.counts({
      seconds: Number(place.dataset.seconds),
      shows: (text) => { line.textContent = `${text} · ${by}`; },
      over: ({ leaving }) => {
        offers.delete(row);
        place.querySelector(".take-back")?.remove();
        line.textContent = word("sent");
        desk.undo.sendNow(place.dataset.sendNow, { leaving }).catch(() => {});
      },
    });
  };
  const undo = async (row, place) => {
    const form = place.querySelector(".take-back");
    offers.get(row)?.end();
    offers.delete(row);
    try {
      const answer = await request("POST", form.getAttribute("action"), { fields: Object.fromEntries(new FormData(form)) });
      sentTexts.delete(place.querySelector(".words").textContent.trim());
      showWaiting(1);
      announce(word("undone"));
      open(replaced(row, await answer.text()));
    } catch (failed) {
      notice(failed.message, { id: "undo-problem", problem: true, seconds: 10 });
    }
  };

  if (!list) return;
  commands.reply = () => open(selected()) || open(nextWaiting(selected()));
  commands.open = () => open(selected());
  commands.leave = () => {
    const row = selected();
    if (!row) return void document.activeElement?.blur();
    if (boxOf(row)) boxOf(row).open = false;
    select(row);
  };
  commands.insert = (place) => selected()?.querySelectorAll("[data-command=fill]")[place - 1]?.click();

  list.addEventListener("submit", (event) => {
    const row = event.target.closest(".attendee");
    if (event.target.closest(".take-back")) {
      if (!offers.has(row)) return;
      event.preventDefault();
      return void offers.get(row).run();
    }
    event.preventDefault();
    send(row);
  });
  list.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-command=fill]"), summary = event.target.closest(".greet > summary");
    if (pressed) {
      const row = pressed.closest(".attendee"), field = textOf(row);
      field.value = pressed.dataset.text;
      field.dispatchEvent(new Event("letters", { bubbles: true }));
      open(row);
    } else if (summary && !summary.parentElement.open) {
      event.preventDefault();
      open(summary.closest(".attendee"));
    }
  });
  list.addEventListener("input", (event) => warn(event.target.closest(".attendee")));
  // Once the names may have come, the page is loaded again, unless somebody is writing.
  document.addEventListener("htmx:afterSwap", () => {
    if (!document.getElementById("names-under-way")) return;
    setTimeout(() => { if (!offers.size && !document.querySelector(".greet[open]")) location.reload(); }, 4000);
  });
  rows().forEach(countDown);
})();
