// Finds text below .desk whose contrast with its ground is less than it should be (WCAG 1.4.3).
(least) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  // Drawn, a colour is bytes, in whatever space it was written.
  const parse = (text) => {
    drawing.clearRect(0, 0, 1, 1);
    drawing.fillStyle = text;
    drawing.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = drawing.getImageData(0, 0, 1, 1).data;
    return { rgb: [r, g, b], a: a / 255 };
  };
  const over = (top, a, ground) => top.map((value, n) => value * a + ground[n] * (1 - a));
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    if (!element) return [255, 255, 255];
    const { rgb, a } = parse(getComputedStyle(element).backgroundColor);
    return a === 1 ? rgb : over(rgb, a, groundOf(element.parentElement));
  };
  const opacityOf = (element) =>
    element ? Number(getComputedStyle(element).opacity) * opacityOf(element.parentElement) : 1;
  const found = [];
  // Links, full buttons and form fields wear the colours of the theme, which are its own affair.
  const theirs = ".sr-only, .btn-primary, .btn-secondary, .btn-danger, .btn-link, option";
  const isThemeLink = (link) =>
    link &&
    !link.matches(".btn") &&
    getComputedStyle(link).color !== getComputedStyle(link.parentElement).color;
  const walker = document.createTreeWalker(document.querySelector(".desk"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || !element.checkVisibility() || element.closest(theirs)) continue;
    if (isThemeLink(element.closest("a"))) continue;
    const ground = groundOf(element);
    const { rgb, a } = parse(getComputedStyle(element).color);
    const shown = over(rgb, a * opacityOf(element), ground);
    const [dark, light] = [luminance(shown), luminance(ground)].sort((x, y) => x - y);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < least) found.push(`${ratio.toFixed(2)} ${text.slice(0, 40)}`);
  }
  return found;
};
