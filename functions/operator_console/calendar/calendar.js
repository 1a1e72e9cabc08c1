// The calendar: keys for posts and days, and the focus after a decision. All of it also works as links and forms.
(() => {
  const { commands } = desk;
  const { selected, select } = desk.rows(".agenda-post");
  let isDecided = false;

  commands.move = () => {
    const fold = selected()?.querySelector('summary[data-command="move"]')?.parentElement;
    if (!fold) return false;
    fold.open = !fold.open;
    (fold.open ? fold.querySelector("input[name=publish_at]") : selected()).focus();
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

  // After a decision the whole agenda is new: the focus is at the post that was decided, at the one in its place, or in its field that is wrong.
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    const post = detail.elt.closest?.(".agenda-post");
    if (post) select(post, { focus: false });
    isDecided = Boolean(post);
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!isDecided) return;
    isDecided = false;
    (selected()?.querySelector(".fold[open] [aria-invalid]") ?? selected() ?? document.getElementById("main")).focus({ preventScroll: true });
    document.querySelector("#calendar > .message, #calendar .problem")?.scrollIntoView({ block: "nearest" });
  });
})();
