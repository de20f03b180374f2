// Opens and closes the menu of a narrow screen, and takes messages away. It stands in the head of
// the page: only where it runs is the menu closed at first.
(() => {
  document.documentElement.classList.add("desk-scripted");

  const find = () => document.querySelector("[data-menu-button]");
  const show = (button, isOpen) => {
    button.setAttribute("aria-expanded", String(isOpen));
    document.getElementById(button.getAttribute("aria-controls")).classList.toggle("is-open", isOpen);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-menu-button]");
    if (button) show(button, button.getAttribute("aria-expanded") !== "true");
    const message = event.target.closest("[data-dismiss=alert]")?.closest(".alert");
    if (!message) return;
    message.remove();
    // Else whoever has no mouse would begin anew at the top of the page.
    document.getElementById("desk-content").focus({ preventScroll: true });
  });
  document.addEventListener("keydown", (event) => {
    const button = find();
    if (event.key !== "Escape" || button?.getAttribute("aria-expanded") !== "true") return;
    show(button, false);
    button.focus();
  });
})();
