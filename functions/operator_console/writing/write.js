// The composer: what is typed is saved and previewed, sent once, and can be taken back for some seconds.
(() => {
  const { word, request, announce, notice, selectGap, commands, person, root } = desk;
  const form = document.getElementById("write-form"), field = document.getElementById("write-text");
  const SAVED_AFTER = 600, SAVE_AGAIN_AFTER = 10_000;
  const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

  // Replaces the elements of the page by those of the response with the same ids.
  const replace = (html, selector) => {
    for (const fresh of parsed(html).querySelectorAll(selector)) {
      const old = document.getElementById(fresh.id);
      if (old) old.replaceWith(document.importNode(fresh, true));
    }
  };

  // After sending: the seconds in which it can be undone. The page sends the post then, and its schedule if the page is gone.
  const status = () => document.getElementById("write-status");
  const countDown = () => {
    const shown = status(), seconds = Number(shown?.dataset.seconds ?? 0), { post } = shown?.dataset ?? {};
    if (!seconds) return;
    const line = shown.querySelector("[data-countdown]"), form = shown.querySelector("form");
    const offer = desk.undo.offer(() => form?.requestSubmit());
    form?.addEventListener("submit", offer.end);
    offer.counts({
      seconds,
      shows: (_, left) => { line.textContent = line.dataset.countdown.replace("{seconds}", left); },
      over: async ({ leaving }) => {
        form?.remove();
        try {
          const html = await (await desk.undo.sendNow("write/send_now", { fields: { post }, leaving })).text();
          htmx.swap(shown, html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
        } catch {
          // its schedule sends it
        }
      },
    });
  };
  countDown();
  // What is taken back is saved as the newest draft, by this browser's clock.
  document.addEventListener("submit", ({ target }) => {
    if (target.closest("#write-status")) target.elements.sequence.value = Date.now();
  });

  if (!form) return;
  form.noValidate = true;

  // A copy on this device of what was typed, for the case that saving it fails.
  const copyName = `write ${person} ${form.elements.draft.value || form.elements.from.value}`;
  const keepCopy = () => localStorage.setItem(copyName, field.value);
  const dropCopy = () => localStorage.removeItem(copyName);
  const entries = () => [...new FormData(form)].filter(([name]) => name !== "csrf");
  let saveTimer = 0, isSending = false, isDirty = false, saving = null;

  const save = ({ leaving = false } = {}) => {
    clearTimeout(saveTimer);
    if (!isDirty || isSending) return;
    isDirty = false;
    const asked = request("POST", "write/draft", { fields: [...entries(), ["sequence", Date.now()]], keepalive: leaving, quiet: true });
    saving = asked.then(async (answer) => {
      const html = await answer.text(), isSaved = !parsed(html).querySelector("[data-not-saved]");
      if (isDirty) return;
      replace(html, "#write-facts, #write-notes, #write-preview");
      if (isSaved) dropCopy();
      else again();
    }).catch(again);
  };
  const again = () => {
    isDirty = true;
    const shown = document.getElementById("write-saved");
    if (shown) shown.textContent = word("not_saved");
    saveTimer = setTimeout(save, SAVE_AGAIN_AFTER);
  };
  const changed = () => {
    isDirty = true;
    keepCopy();
    clearTimeout(saveTimer);
    saveTimer = setTimeout(save, SAVED_AFTER);
    const button = document.querySelector('.write-foot [data-command="send"]');
    button.firstChild.textContent = `${form.elements.when.value === "now" ? button.dataset.now : button.dataset.later} `;
  };
  for (const event of ["input", "change", "letters", "pictures"]) form.addEventListener(event, changed);
  addEventListener("pagehide", () => save({ leaving: true }));
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save({ leaving: true }));

  const setText = (text) => {
    field.value = text;
    field.dispatchEvent(new Event("letters", { bubbles: true }));
    field.focus();
    selectGap(field);
  };
  const copy = localStorage.getItem(copyName);
  if (copy !== null && copy !== field.value) setText(copy);
  else dropCopy();

  // Texts to begin with go below what is there.
  form.addEventListener("click", (event) => {
    const start = event.target.closest("[data-start]");
    if (!start) return;
    event.preventDefault();
    form.querySelector(`[name="kind"][value="${start.dataset.kind}"]`).checked = true;
    setText(field.value.trim() ? `${field.value.trimEnd()}\n${start.dataset.text}` : start.dataset.text);
    start.closest("details").open = false;
  });

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || desk.composes(event) || event.ctrlKey || event.metaKey || !event.target.matches(".write-article input")) return;
    event.preventDefault();
    form.querySelector("[data-article]").click();
  });

  // Sending. Problems appear beside their fields, and what was typed stays.
  const showProblem = (failed) => {
    if (parsed(failed.html).querySelector("[data-problem]")) {
      replace(failed.html, "[data-problem], #write-request");
      const found = parsed(failed.html).getElementById("write-checked");
      if (found) desk.check.show(form, found.innerHTML);
      for (const place of form.querySelectorAll("[data-problem]")) {
        const name = place.id.replace("problem-", "");
        for (const each of form.querySelectorAll(`[aria-describedby~="${place.id}"]`)) {
          if (place.textContent.trim()) each.setAttribute("aria-invalid", "true");
          else each.removeAttribute("aria-invalid");
        }
        if (place.textContent.trim() && ["title", "url", "hashtags"].includes(name)) place.closest("details").open = true;
      }
      const first = [...form.querySelectorAll("[data-problem]")].find((place) => place.textContent.trim());
      const about = first && form.querySelector(`[aria-describedby~="${first.id}"]`);
      if (about?.matches("input, textarea")) about.focus();
      if (about === field) selectGap(field);
      first?.scrollIntoView({ block: "nearest" });
      if (!first) desk.check.holds(form);
    } else {
      notice(word("not_sent", { reason: failed.message }), { id: "not-sent", problem: true, seconds: 20 });
    }
  };
  const ask = async (path, then) => {
    if (isSending) return;
    isSending = field.readOnly = true; // what is typed now would be in no post
    clearTimeout(saveTimer);
    announce(word("sending"));
    await saving?.catch(() => {});
    try {
      await then(await request("POST", path, { fields: [...entries(), ["sequence", Date.now()]] }));
    } catch (failed) {
      isSending = field.readOnly = false;
      showProblem(failed);
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.matches("[data-article]")) {
      return void ask("write/article", async (answer) => {
        const { text } = await answer.json();
        isSending = field.readOnly = false;
        for (const name of ["title", "url", "hashtags"]) form.elements[name].value = "";
        for (const place of form.querySelectorAll("details [data-problem]")) place.replaceChildren();
        form.querySelector(".write-article").open = false;
        setText(text);
      });
    }
    ask("write", async (answer) => {
      dropCopy();
      isDirty = false;
      location.assign(answer.headers.get("hx-redirect") ?? `${root}/write`);
    });
  });
  addEventListener("pageshow", ({ persisted }) => { if (persisted) isSending = field.readOnly = false; });
  commands.leave = () => document.activeElement?.blur();
})();
