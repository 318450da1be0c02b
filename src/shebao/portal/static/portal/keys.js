// Keys of the counter: / searches, j and k go down and up in a list, ? tells the keys.  Sliders show their value.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  if (event.key === "/") {
    document.getElementById("q")?.focus();
    event.preventDefault();
  }
  if (event.key === "?") location.href = "/keys";
  if (event.key === "j" || event.key === "k") {
    const links = [...document.querySelectorAll("[data-keys] tbody a")];
    const now = links.indexOf(document.activeElement);
    links[Math.min(links.length - 1, Math.max(0, now + (event.key === "j" ? 1 : -1)))]?.focus();
  }
});
document.addEventListener("input", (event) => {
  const shown = event.target.id && document.querySelector(`output[for="${event.target.id}"]`);
  if (shown) shown.textContent = event.target.value;
});
document.addEventListener("change", (event) => {
  if (event.target.id !== "all") return;
  for (const box of document.querySelectorAll('input[name="claim"]')) box.checked = event.target.checked;
});
