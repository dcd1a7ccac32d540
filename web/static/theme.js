// Set the theme that was chosen before anything is drawn. Without a choice the style sheet follows the system.
try {
  const chosen = localStorage.getItem("hoidap.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be switched off; then the theme follows the system.
}
