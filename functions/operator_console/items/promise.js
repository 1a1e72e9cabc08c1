// The switch of a promise: on as soon as the check finds that the text promises something by a time, and off again with the words. What somebody
// chose for a sentence stays as long as the sentence does; a time that was typed is never replaced.
//
// A form has [data-promise] with a switch, a time and the hidden field of the words; check.js says what it found. `desk.promise.offer(form, found)` offers what it found, or what comes with a saved reply.
(() => {
  const { commands } = desk;
  const forms = new Map();

  const partsOf = (place) => ({
    on: place.querySelector("[type=checkbox]"), until: place.querySelector("[type=datetime-local]"), words: place.querySelector("[name=promise_words]"),
    said: place.querySelector("[data-promise-said]"), offered: "", text: "",
  });
  const draw = (promise) => {
    const { on, until, offered, text, said } = promise;
    const shown = on.checked && offered && until.value === offered ? ` · ${text}` : "";
    if (said.textContent !== shown) said.textContent = shown;
  };
  const offer = (form, { promiseUntil: at = "", promiseWords: sentence = "", promiseText: text = "" } = {}) => {
    const promise = forms.get(form);
    if (!promise) return;
    const { on, until, words, offered } = promise, isOurs = !until.value || until.value === offered;
    if (sentence !== words.value && isOurs) [on.checked, until.value] = [Boolean(sentence), at];
    else if (sentence && isOurs) until.value = at;
    Object.assign(promise, { offered: isOurs ? at : offered, text });
    words.value = sentence;
    draw(promise);
  };

  for (const place of document.querySelectorAll("[data-promise]")) {
    const form = place.closest("form"), promise = partsOf(place);
    forms.set(form, promise);
    place.addEventListener("input", () => draw(promise));
  }
  commands.promise = () => {
    const form = document.activeElement?.closest("form"), promise = forms.get(form) ?? [...forms.values()][0];
    promise?.on.click();
  };
  desk.promise = { offer, draw: (form) => forms.has(form) && draw(forms.get(form)) };
})();
