// The page 오늘. What was opened from it leads to what stands below, whatever its queue; of what departments have, people only remind them.
document.getElementById("cards").addEventListener("click", () => {
  const rows = [...document.querySelectorAll("#cards .work .card:not(#card-departments) li[data-key]")];
  const keys = rows.filter((row) => row.querySelector('a[href*="/inbox/"]')).map((row) => row.dataset.key);
  sessionStorage.setItem("today", JSON.stringify([...new Set(keys)]));
}, true);
