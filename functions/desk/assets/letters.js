// data-letters="field's id": shows how many letters fit, as X counts. Scripts that fill the field fire "letters" on it.
(() => {
  const FEW = 20;
  const link = /https?:\/\/[\w\-.~:\/?#@!$&'()*+,;=%]+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:\/[\w\-.~:\/?#@!$&'()*+,;=%]*)?/gi;
  const emoji = /\p{RI}\p{RI}|[0-9#*]\ufe0f?\u20e3|(?![©®](?!\ufe0f))\p{Extended_Pictographic}\ufe0f?\p{EMod}?(?:\u200d\p{Extended_Pictographic}\ufe0f?\p{EMod}?)*/gu;
  const light = (c) => c <= 4351 || (c >= 8192 && c <= 8205) || (c >= 8208 && c <= 8223) || (c >= 8242 && c <= 8247);
  const weigh = (text) => {
    const plain = text.normalize("NFC").replace(link, "a".repeat(23)).replace(emoji, "\uac00");
    return [...plain].reduce((sum, c) => sum + (light(c.codePointAt(0)) ? 1 : 2), 0);
  };
  const show = (count) => {
    const { letters, most, unit, signature } = count.dataset, field = document.getElementById(letters);
    if (!field) return;
    const text = field.value.trim(), sum = weigh(signature ? text + " " + signature : text), more = sum - most;
    const left = Math.floor(-more / unit), place = document.getElementById(count.dataset.overIn);
    const words = left < 0 ? count.dataset.excess.replace("{n}", -left) : count.dataset.left.replace("{n}", left);
    (count.querySelector("[data-said]") ?? count).textContent = words;
    count.querySelector("circle + circle")?.setAttribute("stroke-dasharray", `${Math.min(100, Math.round((sum / most) * 100))} 100`);
    count.classList.toggle("low", more <= 0 && left < FEW);
    count.classList.toggle("alert", more > 0);
    count.hidden = false;
    const said = more <= 0 ? "" : more > most ? count.dataset.over : count.dataset.two;
    if (place.textContent !== said) place.textContent = said;
    place.hidden = !said;
  };
  const showOf = (event) => document.querySelectorAll(`[data-letters="${event.target.id}"]`).forEach(show);
  document.addEventListener("input", (event) => event.target.id && showOf(event));
  document.addEventListener("letters", showOf);
  document.querySelectorAll("[data-letters]").forEach(show);
})();
