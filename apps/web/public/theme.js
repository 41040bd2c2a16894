// Blocking and outside the bundle, so that the chosen theme is there before the first paint, under
// a policy without inline scripts.
(() => {
  try {
    const theme = localStorage.getItem('theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be blocked: the system's theme applies.
  }
})();
