// The reply box: it lies outside all that is swapped, and nothing typed in it is lost.
//
// A page needs the form #reply, and #reply-values in the item that is open. `desk.reply` takes what is to be sent out of the box (`take`), puts
// back what was not (`giveBack`), and lets the reply wait until somebody has looked (`block`). `key()` is that of the item it replies to.
(() => {
  const { word, element, request, selectGap, person } = desk;
  const box = document.getElementById("reply"), field = document.getElementById("reply-text");
  if (!box || !field) return;

  const SAVED_AFTER = 2000, SAVE_AGAIN_AFTER = 10_000;
  const OWN = new Set(["csrf", "key", "version", "request", "queue", "action", "sequence", "override_reason"]);
  const place = (id) => document.getElementById(id);
  const problemPlace = place("reply-problem"), count = place("reply-count"), draftState = place("reply-draft-state");
  const problems = new Map();
  let item = null, saveTimer = 0, isWaiting = false;

  // A copy on this device of what was typed, for the case that saving it fails; phone.js saves those whose page was left. One that is
  // being sent (`isSent`) is none of these.
  const copyName = (key) => `draft ${person} ${key}`;
  const copyOf = (key) => JSON.parse(localStorage.getItem(copyName(key)) ?? "null");
  const keepCopy = (key, text, chosen, { isSent = false } = {}) => {
    const version = item?.key === key ? item.version : copyOf(key)?.version ?? 0;
    localStorage.setItem(copyName(key), JSON.stringify({ text, options: chosen, version, at: Date.now(), isSent }));
  };
  const dropCopy = (key) => localStorage.removeItem(copyName(key));

  const options = () => Object.fromEntries([...new FormData(box)].filter(([name]) => !OWN.has(name) && name !== "text"));
  const setOptions = (values) => {
    for (const each of box.elements) {
      if (!each.name || OWN.has(each.name) || each === field || each.type === "submit") continue;
      if (each.type === "checkbox") each.checked = each.name in values;
      else each.value = values[each.name] ?? "";
    }
    desk.pictures?.show();
    desk.promise?.draw(box);
  };
  const setValue = (name, value) => {
    if (box.elements[name]) box.elements[name].value = value ?? "";
  };
  const setText = (text) => {
    field.value = text;
    field.setSelectionRange(text.length, text.length);
    desk.check?.clear(box);
    field.dispatchEvent(new Event("letters", { bubbles: true }));
    showPrice();
  };
  const showProblem = (problem) => desk.showProblem(problemPlace, problem);
  const showPrice = () => {
    const price = place("reply-price");
    if (!price) return;
    const { reply, second, link, text } = price.dataset, isTwo = count.classList.contains("alert");
    const first = /https?:\/\/|[a-z0-9-]\.[a-z]{2,}/i.test(field.value) ? link : reply;
    const described = JSON.parse(box.elements.pictures?.value || "[]").filter(([, alt]) => alt.trim()).length;
    price.textContent = text.replace("{usd}", (Number(first) + (isTwo ? Number(second) : 0) + described * Number(price.dataset.alt)).toFixed(3));
  };
  // The box is closed to cases that take no reply; a sentence says why, and what was typed before is shown.
  const close = (reason, kept) => {
    place("reply-kept")?.remove();
    if (kept) {
      const words = element("blockquote", { class: "words", dir: "auto", text: kept });
      box.append(element("div", { id: "reply-kept" }, element("p", { class: "hint", text: word("kept") }), words));
    }
    place("reply-fields").hidden = place("reply-fields").disabled = true;
    place("reply-reason").textContent = reason;
    place("reply-reason").hidden = !reason;
    box.toggleAttribute("data-closed", true);
  };
  const unclose = () => {
    place("reply-kept")?.remove();
    place("reply-fields").hidden = place("reply-fields").disabled = false;
    place("reply-reason").hidden = true;
    box.removeAttribute("data-closed");
  };

  // Filling the box with the values of the opened item.
  const fill = () => {
    const values = place("reply-values")?.dataset, before = item;
    if (!values || values.reason) {
      const typed = isWaiting || before?.key === values?.key ? field.value : "";
      if (values && typed) keepCopy(values.key, typed, {});
      [item, isWaiting] = [null, false];
      setText("");
      return close(values?.reason ?? "", values && (copyOf(values.key)?.text ?? (values.saved && values.draft)));
    }
    unclose();
    const isKept = before ? before.key === values.key && before.dirty : isWaiting && field.value !== "";
    const typed = isKept ? field.value : null;
    const { key, version, request, to } = values, copy = copyOf(key);
    item = { key, version, to, dirty: typed !== null, isBlocked: false };
    for (const [name, value] of Object.entries({ key, version, request, queue: desk.inbox?.queue() })) setValue(name, value);
    box.setAttribute("action", values.action);
    count.dataset.signature = place("reply-signature").textContent = values.signature;
    place("reply-head").textContent = values.head;
    place("reply-signature-line").hidden = !values.signature;
    place("reply-again-line").hidden = !values.again;
    place("reply-stays-line").hidden = !values.promises;
    if (typed === null) {
      setOptions(copy?.options ?? JSON.parse(values.options || "{}"));
      setText(copy?.text ?? values.draft);
    }
    isWaiting = false;
    draftState.textContent = values.saved;
    if (typed !== null || (copy && copy.text !== values.draft)) changed({ at: 0 });
    showProblem(problems.get(key));
    problems.delete(key);
  };

  // Drafts.
  const changed = ({ at = SAVED_AFTER } = {}) => {
    if (!item) return;
    item.dirty = true;
    keepCopy(item.key, field.value, options());
    clearTimeout(saveTimer);
    saveTimer = setTimeout(() => save(), at);
  };
  const save = ({ leaving = false } = {}) => {
    clearTimeout(saveTimer);
    if (!item?.dirty) return Promise.resolve();
    const saved = item, text = field.value;
    const fields = { ...options(), text, version: saved.version, sequence: Date.now() };
    saved.dirty = false;
    saved.saving = request("POST", `case/${saved.key}/draft`, { fields, keepalive: leaving, quiet: true }).then(() => {
      if (saved.dirty) return;
      dropCopy(saved.key);
      if (item === saved) draftState.textContent = word("saved");
    }, () => {
      saved.dirty = true;
      if (item !== saved) return;
      draftState.textContent = word("not_saved");
      saveTimer = setTimeout(() => save(), SAVE_AGAIN_AFTER);
    });
    return saved.saving;
  };

  const stopped = () => {
    if (item.isBlocked) return word("look_first");
    if (!field.value.trim()) return word("empty");
    const gap = selectGap(field);
    return gap ? word("unfilled", { gap }) : desk.pictures?.problem() ?? "";
  };
  // Says what is missing.
  const mayBeSent = () => {
    const reason = stopped();
    showProblem(reason);
    return !reason;
  };
  // What is to be sent: the box takes nothing more of it. Null if something is missing.
  const take = () => {
    if (!item || desk.check?.holds(box)) return null;
    if (!mayBeSent()) return void field.focus();
    clearTimeout(saveTimer);
    if (item.sentText !== undefined && item.sentText !== field.value) setValue("request", crypto.randomUUID());
    const { key, to, saving } = item, fields = { ...Object.fromEntries(new FormData(box)), sequence: Date.now() };
    const taken = { key, to, url: box.getAttribute("action"), text: field.value, options: options(), fields, saving };
    keepCopy(key, taken.text, taken.options, { isSent: true });
    item.dirty = false;
    return taken;
  };
  // What was not sent is in the box again, now or when its item is opened.
  const giveBack = (sent, failed) => {
    problems.set(sent.key, failed);
    keepCopy(sent.key, sent.text, sent.options);
    if (item?.key !== sent.key) return;
    if (!field.value) {
      setText(sent.text);
      setOptions(sent.options);
    }
    item.sentText = sent.text;
    showProblem(failed);
    desk.check?.run(box);
  };

  // A page with one case and no list sends the form itself.
  if (!place("list")) box.addEventListener("submit", (event) => {
    if (!item || !mayBeSent()) return event.preventDefault();
    item = null; // nothing is saved as a draft any more
  }, true);
  for (const event of ["input", "pictures"]) box.addEventListener(event, () => {
    changed();
    showPrice();
  });
  // What somebody types before the next item is there belongs to that one.
  document.addEventListener("desk:leaving", ({ detail }) => {
    if (detail.key === item?.key) return void save();
    save({ leaving: true });
    item = null;
    isWaiting = Boolean(detail.key);
    if (isWaiting) unclose();
    setValue("pictures", "");
    desk.pictures?.show();
    setText("");
    showProblem("");
    draftState.textContent = "";
  });
  document.addEventListener("desk:opened", fill);
  document.addEventListener("htmx:afterSwap", ({ detail }) => detail.target?.id === "opened" && fill());
  window.addEventListener("pagehide", () => save({ leaving: true }));

  desk.reply = {
    take, giveBack, keepCopy, dropCopy, setText, key: () => item?.key, isEmpty: () => !field.value, focus: () => field.focus(),
    block: () => { if (item) item.isBlocked = true; },
  };
  if (place("reply-values")) fill();
})();
