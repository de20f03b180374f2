// Days are those of whoever looks: a form that asks for some says in which zone that is, and its
// address says what was chosen and no more.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const forms = document.querySelectorAll("form[data-days]");
  for (const form of forms) {
    const field = form.elements.zone;
    // Hidden ones, too, of filters that a form only carries on.
    const days = [...form.elements].filter(({ name }) => /^(jump|[a-z]+_(from|to))$/.test(name));
    // Days that came with the address stay those of its zone, whoever opens it.
    const isGiven = days.some((day) => day.defaultValue);
    if (!isGiven && zone) field.value = zone;
    for (const name of form.querySelectorAll("[data-days-zone]")) name.textContent = field.value || "UTC";
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
})();
