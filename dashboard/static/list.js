// Days are those of whoever looks: the forms say in which zone that is. And one press retries.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const forms = document.querySelectorAll("#list-filters, .desk-jump");
  for (const form of forms) {
    const field = form.elements.zone;
    const days = [...form.querySelectorAll("input[type=date]")];
    const isKept = field.value && days.some((day) => day.defaultValue);
    // Days that came with the address stay those of its zone, whoever opens it.
    if (!isKept && zone) field.value = zone;
    for (const name of form.querySelectorAll("[data-days-zone]")) name.textContent = field.value || "UTC";
    // An address says what was chosen and no more.
    form.addEventListener("submit", () => {
      for (const one of form.elements) {
        if (one.name && (!one.value || one.value === one.dataset.implied)) one.disabled = true;
      }
      if (!days.some((day) => day.value)) field.disabled = true;
    });
  }
  // Whoever comes back by the browser's own button finds fields that can be used.
  addEventListener("pageshow", () => {
    for (const form of forms) for (const one of form.elements) one.disabled = false;
  });
  const retry = document.querySelector("[data-retry]");
  if (!retry) return;
  retry.hidden = false;
  retry.addEventListener("click", () => {
    document.getElementById("bulk-action").value = "retry";
    document.getElementById("bulk-ticked").click();
  });
})();
