// The pre-send check: asks for findings when somebody pauses while typing, and keeps a post with warnings until a
// reason is given. What was not checked yet is sent all the same: the server checks every post anyway. So findings hold
// only the post that they are about, and whatever is held says why.
(() => {
  const { request, element, word } = desk;
  const AFTER = 600, SHORTEST_REASON = 2;
  const NOT_OF_THE_POST = new Set(["csrf", "request", "version", "sequence", "queue", "override_reason", "pictures"]);
  const forms = new Map();

  const formOf = (place) => place.closest("form");
  const stateOf = (check) => check.place.querySelector(".findings")?.dataset.state ?? "";
  const reasonOf = (check) => check.reason.querySelector("input");

  // `about` is the post that the findings are about, by all that it has; none if nobody knows.
  const show = (check, html, about) => {
    check.about = about;
    saysWhy(check, "");
    const findings = check.place.querySelector("[data-check-findings]");
    if (findings.innerHTML.trim() !== html.trim()) findings.innerHTML = html;
    check.reason.hidden = stateOf(check) !== "warnings";
  };

  const fieldsOf = (form) => Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  const postOf = (form) => JSON.stringify(Object.entries(fieldsOf(form)).filter(([name]) => !NOT_OF_THE_POST.has(name)));

  const saysWhy = (check, text) => {
    check.place.querySelector("[data-check-held]")?.remove();
    if (text) check.place.append(element("p", { class: "problem", role: "alert", "data-check-held": "", text }));
  };

  const run = async (check) => {
    clearTimeout(check.timer);
    const { form } = check, asked = (check.asked = (check.asked ?? 0) + 1), about = postOf(form);
    if (!form.elements.text.value.trim()) return show(check, "");
    try {
      const html = await (await request("POST", "check", { fields: fieldsOf(form), quiet: true })).text();
      if (asked === check.asked && postOf(form) === about) show(check, html, about);
    } catch {
      // The findings come with the next pause, or when the post is sent.
    }
  };

  const clear = (check) => {
    clearTimeout(check.timer);
    check.asked = (check.asked ?? 0) + 1;
    reasonOf(check).value = "";
    show(check, "");
  };

  // Whether the form must not be sent now: the focus is where something is missing.
  const holds = (form) => {
    const check = forms.get(form), state = check && check.about === postOf(form) && stateOf(check);
    if (state === "refused") form.elements.text.focus();
    else if (state === "warnings" && [...reasonOf(check).value.trim()].length < SHORTEST_REASON) reasonOf(check).focus();
    else return false;
    saysWhy(check, state === "refused" ? word("check_refused") : word("check_reason"));
    return true;
  };

  const watch = (place) => {
    const form = formOf(place);
    if (!form || forms.has(form)) return;
    const check = { form, place, reason: place.querySelector("[data-check-reason]"), about: postOf(form) };
    forms.set(form, check);
    const soon = ({ target }) => {
      if (target === reasonOf(check)) return;
      saysWhy(check, "");
      clearTimeout(check.timer);
      check.timer = setTimeout(() => run(check), AFTER);
    };
    for (const event of ["input", "letters"]) form.addEventListener(event, soon);
    if (form.elements.text.value.trim()) run(check);
  };

  document.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction") || !forms.has(event.target) || !holds(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  document.querySelectorAll("[data-check]").forEach(watch);

  const each = (use) => (form) => forms.has(form) && use(forms.get(form));
  desk.check = { holds, run: each(run), clear: each(clear), show: (form, html) => each((check) => show(check, html, postOf(form)))(form) };
})();
