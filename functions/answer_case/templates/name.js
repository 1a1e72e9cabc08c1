(() => {
  const name = document.getElementById("name");
  document.addEventListener("submit", (event) => {
    const copy = event.target.querySelector("input[type=hidden][name=name]");
    if (!copy) return;
    if (name.reportValidity()) copy.value = name.value;
    else event.preventDefault();
  });
})();
