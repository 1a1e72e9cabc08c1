// The attendance: j and k, the greeting's box, sending one greeting a press, and undoing. Nothing is sent to several.
(() => {
  const { word, element, request, notice, announce, commands } = desk;
  const list = document.getElementById("attendees");
  const rows = () => [...document.querySelectorAll("#attendees > .attendee")];
  const current = () => document.activeElement?.closest(".attendee");
  const boxOf = (row) => row?.querySelector("details.greet");
  const textOf = (row) => row?.querySelector("textarea[name=text]");
  const sentTexts = new Set([...document.querySelectorAll(".sent .words")].map((each) => each.textContent.trim()));
  const undos = [];

  const focus = (row) => {
    if (!row) return;
    (boxOf(row)?.querySelector("summary") ?? row).focus();
    row.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const all = rows(), at = all.indexOf(current());
    if (!all.length) return;
    focus(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)]);
  };
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
  // A sentence, or what the server said, which may ask for the reason with which the check is overridden.
  const showProblem = (row, problem) => {
    const place = row.querySelector(".problem-place");
    if (problem?.html && problem.status < 500) place.innerHTML = problem.html;
    else place.replaceChildren(...(problem ? [element("p", { class: "problem", role: "alert", text: problem.message ?? problem })] : []));
  };
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
    else focus(row);
    try {
      const answer = await request("POST", form.getAttribute("action"), { fields, keepalive: true });
      const wasHere = row.contains(document.activeElement) || document.activeElement === row;
      const place = replaced(row, await answer.text());
      showWaiting(-1);
      if (wasHere) focus(place);
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

  // The time to undo: when it is over, the page wakes the reply, also while it is left. Else the sweep does.
  const countDown = (row) => {
    const place = row.querySelector(".sent[data-send-now]");
    if (!place) return;
    const line = place.querySelector(".meta"), said = line.textContent;
    const waits = { row, place, ends: Date.now() + Number(place.dataset.seconds) * 1000 };
    undos.push(waits);
    const tick = () => {
      const left = Math.ceil((waits.ends - Date.now()) / 1000);
      if (!undos.includes(waits)) return;
      if (left <= 0) return void finish(waits);
      line.textContent = `${word("sends_in", { seconds: left })} · ${said.split("·").at(-1).trim()}`;
      setTimeout(tick, 1000);
    };
    tick();
  };
  const finish = (waits, { keepalive = false } = {}) => {
    undos.splice(undos.indexOf(waits), 1);
    waits.place.querySelector(".undo")?.remove();
    waits.place.querySelector(".meta").textContent = word("sent");
    const now = () => request("POST", waits.place.dataset.sendNow, { fields: {}, keepalive, quiet: true });
    now().catch(() => setTimeout(() => now().catch(() => {}), 3000));
  };
  const undo = async (waits) => {
    undos.splice(undos.indexOf(waits), 1);
    const form = waits.place.querySelector(".undo");
    try {
      const answer = await request("POST", form.getAttribute("action"), { fields: Object.fromEntries(new FormData(form)) });
      sentTexts.delete(waits.place.querySelector(".words").textContent.trim());
      showWaiting(1);
      announce(word("undone"));
      open(replaced(waits.row, await answer.text()));
    } catch (failed) {
      notice(failed.message, { id: "undo-problem", problem: true, seconds: 10 });
    }
  };

  commands.next = () => step(1);
  commands.previous = () => step(-1);
  commands.reply = () => open(current()) || open(nextWaiting(current()));
  commands.open = () => open(current()) || commands.press("open-item");
  commands.send = () => {
    const row = current();
    if (row && boxOf(row)?.open) return void send(row);
    document.activeElement?.closest("form")?.requestSubmit();
  };
  commands.undo = () => { if (undos.length) undo(undos.at(-1)); };
  commands.leave = () => {
    const row = current();
    if (!row) return void document.activeElement?.blur();
    if (boxOf(row)) boxOf(row).open = false;
    focus(row);
  };
  commands.insert = (place) => current()?.querySelectorAll("[data-command=fill]")[place - 1]?.click();

  if (!list) return;
  list.addEventListener("submit", (event) => {
    const row = event.target.closest(".attendee"), waits = undos.find((each) => each.row === row);
    if (event.target.closest(".undo")) {
      if (!waits) return;
      event.preventDefault();
      return void undo(waits);
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
  document.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    if (!by || event.target.matches("textarea, input, select") || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    step(by);
  });
  // Once the names may have come, the page is loaded again, unless somebody is writing.
  document.addEventListener("htmx:afterSwap", () => {
    if (!document.getElementById("names-under-way")) return;
    setTimeout(() => { if (!undos.length && !document.querySelector(".greet[open]")) location.reload(); }, 4000);
  });
  window.addEventListener("pagehide", () => { for (const waits of [...undos]) finish(waits, { keepalive: true }); });
  rows().forEach(countDown);
})();
