// A blocking script outside the bundle that sets the theme before the first paint, because the
// content security policy forbids inline scripts.
(() => {
  try {
    const theme = localStorage.getItem('theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // If storage is blocked, the theme of the system applies.
  }
})();
