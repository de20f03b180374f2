// One press orders that what is ticked be retried; without it there are the menu and its button.
(() => {
  const retry = document.querySelector("[data-retry]");
  if (!retry) return;
  retry.hidden = false;
  retry.addEventListener("click", () => {
    document.getElementById("bulk-action").value = "retry";
    document.getElementById("bulk-ticked").click();
  });
})();
