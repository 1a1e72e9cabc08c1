// The calendar: keys for posts and days, and the focus after a decision. All of it also works as links and forms.
(() => {
  const { commands } = desk;
  let selectedId = "", decidedId = "";

  const posts = () => [...document.querySelectorAll(".agenda-post")];
  const selected = () => document.activeElement?.closest?.(".agenda-post") ?? document.getElementById(selectedId);

  const select = (post) => {
    selectedId = post.id;
    posts().forEach((each) => each.classList.toggle("at-it", each === post));
    post.focus({ preventScroll: true });
    post.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const all = posts(), at = all.indexOf(selected());
    const next = all[at < 0 ? 0 : at + by];
    if (next) select(next);
  };
  commands.next = () => step(1);
  commands.previous = () => step(-1);
  commands.open = () => false;

  const move = () => {
    const fold = selected()?.querySelector('summary[data-command="move"]')?.parentElement;
    if (!fold) return;
    fold.open = !fold.open;
    (fold.open ? fold.querySelector("input[name=publish_at]") : fold.closest(".agenda-post")).focus();
  };
  const follow = (command) => document.querySelector(`#calendar [data-command="${command}"]`)?.click();
  const KEYS = {
    KeyM: move,
    KeyT: () => follow("today"),
    ArrowLeft: () => follow("before"),
    ArrowRight: () => follow("after"),
  };
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches?.("textarea, select, input:not([type=checkbox], [type=radio])");
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey && !event.isComposing;
    if (event.code === "Escape" && event.target.closest?.(".fold")) {
      const fold = event.target.closest(".fold");
      fold.open = false;
      fold.querySelector("summary").focus();
      return;
    }
    if (isTyping || !isPlain || event.repeat || document.querySelector("dialog[open]") || !KEYS[event.code]) return;
    event.preventDefault();
    KEYS[event.code]();
  });

  // A day that is chosen opens at once.
  document.addEventListener("change", ({ target }) => {
    if (target.id === "calendar-date" && target.value) target.form.requestSubmit();
  });

  // After a decision the whole agenda is new: the focus goes on where it was, or to the next post there is.
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    decidedId = detail.elt.closest?.(".agenda-post")?.id ?? "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!decidedId) return;
    const field = document.querySelector(`#${CSS.escape(decidedId)} .fold[open] [aria-invalid]`);
    const post = document.getElementById(decidedId);
    decidedId = "";
    if (field) field.focus();
    else if (post) select(post);
    else document.getElementById("main").focus({ preventScroll: true });
    document.querySelector("#calendar > .message, #calendar .problem")?.scrollIntoView({ block: "nearest" });
  });
})();
