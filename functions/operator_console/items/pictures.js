// Pictures of a post or reply: uploaded from the browser to S3, then asked for until they are prepared. A form with the field `pictures` has all of
// them in it: `desk.pictures.show` shows those that the field has now, and `problem` says why they can't be sent.
(() => {
  const { word, element, request, announce } = desk;
  const widget = document.querySelector("[data-pictures]");
  if (!widget) return;
  const items = widget.querySelector(".picture-items"), add = widget.querySelector(".picture-add");
  const input = widget.querySelector("input[type=file]"), said = widget.querySelector("[data-picture-problem]");
  const field = widget.querySelector("input[name=pictures]"), blank = widget.querySelector("template");
  const MOST = Number(widget.dataset.most), MOST_BYTES = 5_000_000, TYPES = input.accept.split(",");
  const UPLOAD_TIMEOUT = 120_000, ASK_AGAIN_AFTER = 1_000, ASKED_AT_MOST = 120;

  const parsed = (html) => document.importNode(new DOMParser().parseFromString(`<ol>${html}</ol>`, "text/html").querySelector("ol > *"), true);
  const stateOf = (item) => item.querySelector(".picture-state");
  const itemOf = (id, alt = "") => {
    const item = document.importNode(blank.content, true).querySelector(".picture-item"), words = item.querySelector("textarea");
    item.dataset.picture = item.querySelector("input").value = id;
    item.querySelector("label").htmlFor = words.id = `alt-${id}`;
    words.name = `alt.${id}`;
    words.value = alt;
    if (field) item.querySelectorAll("[name]").forEach((each) => each.removeAttribute("name"));
    return item;
  };
  const written = () => {
    const all = [...items.children].map((item) => [item.dataset.picture, item.querySelector("textarea").value]);
    return all.length ? JSON.stringify(all) : "";
  };
  const fit = () => {
    add.hidden = items.children.length >= MOST;
    if (items.children.length && field) widget.closest("details").open = true;
  };
  const changed = () => {
    fit();
    if (field) field.value = written();
    widget.dispatchEvent(new Event("pictures", { bubbles: true }));
  };
  const say = (text) => { said.textContent = text; };

  const showState = (item, html) => {
    const fresh = parsed(html);
    stateOf(item).replaceWith(fresh);
    if (fresh.dataset.state === "waiting") return false;
    announce(fresh.dataset.state === "ready" ? word("picture_ready") : word("picture_refused"));
    changed();
    return true;
  };
  // Grows when other pictures are shown: what was begun before does not belong to them.
  let shown = 0;
  const show = () => {
    if (field.value === written()) return;
    shown += 1;
    say("");
    items.replaceChildren(...JSON.parse(field.value || "[]").map(([id, alt]) => itemOf(id, alt)));
    fit();
    for (const item of items.children) ask(item);
  };
  const problem = () => {
    const states = [...items.children].map((item) => stateOf(item).dataset.state);
    if (states.every((state) => state === "ready")) return "";
    return states.some((state) => state === "waiting") ? word("picture_wait") : word("picture_drop");
  };

  const ask = async (item, times = 0) => {
    if (!item.isConnected) return;
    try {
      const answer = await request("GET", `pictures/${item.dataset.picture}`, { quiet: true });
      if (showState(item, await answer.text())) return;
    } catch (failed) {
      if (failed.status === 404) return void fail(item, failed.message);
    }
    if (times < ASKED_AT_MOST) setTimeout(() => ask(item, times + 1), ASK_AGAIN_AFTER);
    else fail(item, word("picture_slow"), () => ask(item));
  };

  // The reason in the place of the picture, with a button to try again where that may help.
  const fail = (item, text, again) => {
    const place = stateOf(item);
    place.replaceChildren(element("span", { class: "problem", text }));
    place.dataset.state = "failed";
    if (!again) return;
    const button = element("button", { type: "button", class: "small", text: word("picture_again") });
    button.addEventListener("click", () => { wait(item); again(); });
    place.append(button);
  };
  const wait = (item) => {
    const place = stateOf(item);
    place.dataset.state = "waiting";
    place.replaceChildren(element("span", { class: "hint", text: word("picture_uploading") }));
  };

  const send = async (item, { url, fields }, file) => {
    const body = new FormData();
    Object.entries(fields).forEach(([name, value]) => body.append(name, value));
    body.append("file", file); // S3 reads nothing that comes after the file
    try {
      const answer = await fetch(url, { method: "POST", body, credentials: "omit", signal: AbortSignal.timeout(UPLOAD_TIMEOUT) });
      if (!answer.ok) throw new Error(String(answer.status));
      const state = await request("POST", `pictures/${item.dataset.picture}/uploaded`);
      if (!showState(item, await state.text())) setTimeout(() => ask(item), ASK_AGAIN_AFTER);
    } catch {
      fail(item, word("picture_failed"), () => send(item, { url, fields }, file));
    }
  };

  const upload = async (file) => {
    if (!TYPES.includes(file.type)) return say(word("picture_type", { name: file.name }));
    if (file.size > MOST_BYTES || !file.size) return say(word("picture_size", { name: file.name }));
    if (items.children.length >= MOST) return say(word("picture_most", { most: MOST }));
    const begun = shown;
    let form;
    try {
      form = await (await request("POST", "pictures", { fields: { type: file.type, size: file.size } })).json();
    } catch (failed) {
      return say(failed.message);
    }
    if (begun !== shown) return;
    const item = itemOf(form.id);
    items.append(item);
    wait(item);
    announce(word("picture_uploading"));
    changed();
    await send(item, form, file);
  };
  const take = async (files) => {
    say("");
    for (const file of files) await upload(file);
  };

  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    take(files);
  });
  widget.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    widget.classList.add("dragged");
  });
  widget.addEventListener("dragleave", () => widget.classList.remove("dragged"));
  widget.addEventListener("drop", (event) => {
    event.preventDefault();
    widget.classList.remove("dragged");
    take([...event.dataTransfer.files]);
  });

  items.addEventListener("input", () => { if (field) field.value = written(); });
  items.addEventListener("click", ({ target }) => {
    const item = target.closest(".picture-item"), move = target.closest("[data-move]");
    if (move) {
      const beside = move.dataset.move === "1" ? item.nextElementSibling : item.previousElementSibling;
      if (!beside) return;
      if (move.dataset.move === "1") beside.after(item);
      else beside.before(item);
      const other = item.querySelector(`[data-move="${-Number(move.dataset.move)}"]`);
      (getComputedStyle(move).display === "none" ? other : move).focus();
      announce(word("picture_moved", { place: [...items.children].indexOf(item) + 1 }));
      changed();
    } else if (target.closest("[data-remove]")) {
      const next = item.nextElementSibling ?? item.previousElementSibling;
      item.remove();
      say("");
      announce(word("picture_removed"));
      changed();
      (next?.querySelector("textarea") ?? input).focus();
    }
  });

  fit();
  desk.pictures = { show, problem };
  for (const item of items.children) if (stateOf(item).dataset.state === "waiting") ask(item);
})();
