(() => {
  const field = document.getElementById("answer-text"), count = document.getElementById("answer-count");
  const over = document.getElementById("answer-over");
  const link = /https?:\/\/[\w\-.~:\/?#@!$&'()*+,;=%]+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:\/[\w\-.~:\/?#@!$&'()*+,;=%]*)?/gi;
  const emoji = /\p{RI}\p{RI}|[0-9#*]\ufe0f?\u20e3|(?![©®](?!\ufe0f))\p{Extended_Pictographic}\ufe0f?\p{EMod}?(?:\u200d\p{Extended_Pictographic}\ufe0f?\p{EMod}?)*/gu;
  const light = (c) => c <= 4351 || (c >= 8192 && c <= 8205) || (c >= 8208 && c <= 8223) || (c >= 8242 && c <= 8247);
  const weigh = (text) => {
    const plain = text.normalize("NFC").replace(link, "a".repeat(23)).replace(emoji, "\uac00");
    return [...plain].reduce((sum, c) => sum + (light(c.codePointAt(0)) ? 1 : 2), 0);
  };
  const show = () => {
    const { most, unit, signature } = count.dataset, text = field.value.trim();
    const sum = weigh(signature ? text + " " + signature : text), more = sum - most;
    const left = Math.floor(-more / unit);
    count.textContent = left < 0 ? count.dataset.excess.replace("{n}", -left) : count.dataset.left.replace("{n}", left);
    count.classList.toggle("alert", more > 0);
    const said = more <= 0 ? "" : more > most ? count.dataset.over : count.dataset.two;
    if (over.textContent !== said) over.textContent = said;
    over.hidden = !said;
  };
  if (field) {
    count.hidden = false;
    field.addEventListener("input", show);
    show();
  }
  const name = document.getElementById("name");
  document.addEventListener("submit", (event) => {
    const copy = event.target.querySelector("input[type=hidden][name=name]");
    if (!copy) return;
    if (name.reportValidity()) copy.value = name.value;
    else event.preventDefault();
  });
})();
