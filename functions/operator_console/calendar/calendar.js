// The calendar: keys for posts and days, the post beside the grid, and the focus after a decision. All of it also works as links and forms.
(() => {
  const { commands, request, notice, word } = desk;
  const calendar = () => document.getElementById("calendar"), chosen = () => document.getElementById("chosen");
  const { selected, select } = desk.rows(chosen() ? ".ev" : ".agenda-post");
  const ON_A_PHONE = matchMedia("(max-width: 760px)");
  let decided = null;

  const parsed = (html) => new DOMParser().parseFromString(html, "text/html");
  const put = (place, html, how) => htmx.swap(place, html, { swapStyle: how, swapDelay: 0, settleDelay: 0 });

  // A block of the grid opens its post beside it. On a phone, and without scripts, its link leads to the post on its day.
  const choose = async (block) => {
    const path = `calendar/${block.dataset.post}?${calendar().dataset.span}`;
    try {
      const html = await (await request("GET", path)).text();
      put(chosen(), html, "innerHTML");
      document.querySelectorAll(".ev.chosen").forEach((each) => each.classList.remove("chosen"));
      block.classList.add("chosen");
      chosen().scrollIntoView({ block: "nearest" });
    } catch (failed) {
      notice(failed.message, { id: "not-chosen", problem: true, seconds: 10 });
    }
  };
  const isChosen = (block) => chosen()?.querySelector(`#post-${CSS.escape(block.dataset.post ?? "")}`);
  document.addEventListener("click", (event) => {
    const block = event.target.closest?.(".ev[data-post]");
    if (!block || !chosen() || ON_A_PHONE.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    choose(block);
  });

  commands.move = async () => {
    const row = selected();
    if (row?.dataset.post && !isChosen(row)) await choose(row);
    const fold = (chosen() ?? row)?.querySelector('summary[data-command="move"]')?.parentElement;
    if (!fold) return false;
    fold.open = !fold.open;
    (fold.open ? fold.querySelector("input[name=publish_at]") : selected() ?? fold.querySelector("summary")).focus();
  };
  commands.leave = () => {
    const fold = document.activeElement?.closest(".fold");
    if (!fold) return false;
    fold.open = false;
    fold.querySelector("summary").focus();
  };

  // A day that is chosen opens at once.
  document.addEventListener("change", ({ target }) => {
    if (target.id === "calendar-date" && target.value) target.form.requestSubmit();
  });

  // After a decision the whole calendar is new: the focus is at the post that was decided, at the one in its place, or in its field that is wrong.
  const settle = () => {
    const wrong = calendar().querySelector(".fold[open] [aria-invalid]");
    const row = selected() ?? document.getElementById(`ev-${decided}`);
    (wrong ?? row ?? document.getElementById("main")).focus({ preventScroll: true });
    (calendar().querySelector(".problem:not(:empty)") ?? row)?.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    const post = detail.elt.closest?.(".agenda-post");
    decided = post?.id.replace("post-", "") ?? null;
    const row = post && (document.getElementById(`ev-${decided}`) ?? post);
    if (row) select(row, { focus: false });
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!decided) return;
    settle();
    decided = null;
  });
  // What was moved was moved back: the response is the calendar as it is now.
  document.addEventListener("undone", ({ detail }) => {
    if (parsed(detail.html).getElementById("calendar")) put(calendar(), detail.html, "outerHTML");
  });

  // Sends a post to another time. Where that is refused, the calendar as it is now says why; where nobody answered, nothing has moved.
  const moveTo = async (block, publish_at) => {
    const [name, value] = calendar().dataset.span.split("=");
    const fields = { version: block.dataset.version, publish_at, [name]: value };
    try {
      const answer = await request("POST", `calendar/${block.dataset.post}/move`, { fields });
      const { done } = JSON.parse(answer.headers.get("hx-trigger") ?? "{}");
      put(calendar(), await answer.text(), "outerHTML");
      if (done) document.dispatchEvent(new CustomEvent("done", { detail: done }));
    } catch (failed) {
      if (parsed(failed.html ?? "").getElementById("calendar")) put(calendar(), failed.html, "outerHTML");
      notice(failed.message ?? word("failed"), { id: "not-moved", problem: true, seconds: 12 });
    }
    select(document.getElementById(block.id));
  };
  desk.calendar = { moveTo };
})();
