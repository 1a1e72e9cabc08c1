// The review of the day: what somebody types is saved as their draft, two seconds after the last letter and when they leave the page.
(() => {
  const { request, word } = desk, form = document.getElementById("review"), AFTER = 2000;
  if (!form) return;
  const says = document.getElementById("review-saved"), { line, note, sequence } = form.elements;
  let timer = 0, isDirty = false;

  const save = async (leaving = false) => {
    clearTimeout(timer);
    if (!isDirty) return;
    isDirty = false;
    sequence.value = Date.now();
    try {
      await request("POST", "today/review/draft", { fields: { line: line.value, note: note.value, sequence: sequence.value }, keepalive: leaving, quiet: true });
      says.textContent = word("saved");
    } catch {
      isDirty = true;
    }
  };
  form.addEventListener("input", () => {
    isDirty = true;
    says.textContent = "";
    clearTimeout(timer);
    timer = setTimeout(save, AFTER);
  });
  form.addEventListener("submit", () => {
    isDirty = false;
    clearTimeout(timer);
    sequence.value = Date.now();
  });
  addEventListener("pagehide", () => save(true));
})();
