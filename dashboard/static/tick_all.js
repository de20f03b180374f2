// Ticks every row at once. The list works without it, and then offers no such box.
(() => {
  const all = document.getElementById("tick-all");
  if (!all) return;
  const rows = [...all.form.elements].filter((one) => one.name === "ticked");
  const show = () => {
    const count = rows.filter((row) => row.checked).length;
    all.checked = count === rows.length;
    all.indeterminate = count > 0 && count < rows.length;
  };
  all.addEventListener("change", () => {
    for (const row of rows) row.checked = all.checked;
  });
  for (const row of rows) row.addEventListener("change", show);
  show();
  all.closest("label").hidden = false;
})();
