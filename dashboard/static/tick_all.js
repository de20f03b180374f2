// Ticks every row at once. The list works without it, and then offers no such box.
(() => {
  const all = document.getElementById("tick-all");
  if (!all) return;
  const total = document.getElementById("tick-count");
  const rows = [...all.form.elements].filter((one) => one.name === "ticked");
  const show = () => {
    const count = rows.filter((row) => row.checked).length;
    total.textContent = count ? ` (${count})` : "";
    all.checked = count === rows.length;
    all.indeterminate = count > 0 && count < rows.length;
  };
  all.addEventListener("change", () => {
    for (const row of rows) row.checked = all.checked;
    show();
  });
  for (const row of rows) row.addEventListener("change", show);
  show();
  all.closest("label").hidden = false;
})();
